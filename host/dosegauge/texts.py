"""Chinese and English side by side, and the choice between them."""

from collections.abc import Mapping
from typing import NamedTuple

LANGUAGES = ("zh", "en")


class Text(NamedTuple):
    """One text in both languages."""

    zh: str
    en: str

    def filled(self, **values: object) -> "Text":
        """The text with its {places} filled."""
        return Text(self.zh.format(**values), self.en.format(**values))


def text_of(described: object) -> Text:
    """A text that data describes: languages and what to say in them. The other language stands in
    for a missing one, further languages are passed over, and what is no text at all is empty."""
    if isinstance(described, str):
        return Text(described, described)
    if not isinstance(described, Mapping):
        return Text("", "")
    said = [described.get(language) for language in LANGUAGES]
    zh, en = (value if isinstance(value, str) else "" for value in said)
    return Text(zh or en, en or zh)


def in_language(text: Text | str, language: str) -> str:
    """A text in a language; a plain string needs no translation."""
    if isinstance(text, str):
        return text
    return text.zh if language == "zh" else text.en


def default_language(environment: Mapping[str, str]) -> str:
    """The language by DOSEGAUGE_LANG, else by the locale; Chinese when neither says."""
    chosen = environment.get("DOSEGAUGE_LANG", "").lower()[:2]
    if chosen in LANGUAGES:
        return chosen
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        locale = environment.get(name, "")
        if locale:
            undecided = locale.upper() in ("C", "POSIX") or locale.upper().startswith("C.")
            return "zh" if undecided or locale.lower().startswith("zh") else "en"
    return "zh"
