"""The three languages of a report: Chinese, English, and both together."""

from dosegauge.errors import WrongUse
from dosegauge.texts import Text

LANGUAGES = ("zh", "en", "zh-en")

# One text as it is printed: one line for each language of the report.
Lines = tuple[str, ...]


def require_language(language: str) -> str:
    """The language if it is one of LANGUAGES, else WrongUse."""
    if language not in LANGUAGES:
        raise WrongUse(
            Text("没有这种语言", "no such language"),
            language,
            Text("可用 zh、en、zh-en", "Use zh, en or zh-en"),
        )
    return language


def lines(text: Text | str, language: str) -> Lines:
    """A text in the report's languages; what is the same in both stands once."""
    if isinstance(text, str):
        return (text,)
    if language == "zh-en" and text.zh != text.en:
        return (text.zh, text.en)
    return (text.en if language == "en" else text.zh,)


def inline(text: Text | str, language: str) -> str:
    """A label on one line."""
    return " ".join(lines(text, language))
