"""Fetch packages of another Debian suite, leaving the system's own apt untouched.

The archive's address and key come from the machine's own source list (sources.list(5), both
styles); only the suite differs. apt checks the index against its signature and the files
against the index, as always.
"""

import os
import platform
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.interpreters.logged import BuildError, Log

_KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
)
_MOVING_SUITES = frozenset({"oldstable", "stable", "testing", "unstable", "sid"})
_ONE_LINE = re.compile(r"^\s*deb(?:-src)?\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)")


class Archive(NamedTuple):
    """A package archive; `signed_by` as in the list, empty if the list names no key."""

    uri: str
    signed_by: str


class _Entry(NamedTuple):
    archive: Archive
    suites: tuple[str, ...]
    components: tuple[str, ...]


def machine_archives() -> list[Archive]:
    """The Debian archives of this machine's source list, the likeliest main one first."""
    codename = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    entries = [entry for file in _machine_lists() for entry in _entries(file)]
    return debian_archives(entries, codename)


def debian_archives(entries: Iterable[_Entry], codename: str) -> list[Archive]:
    """Those of the entries that serve the main component of a whole Debian suite, each once."""
    suites = _MOVING_SUITES | {codename}
    archives = dict.fromkeys(
        entry.archive
        for entry in entries
        if "main" in entry.components
        and suites.intersection(entry.suites)
        and not entry.archive.uri.startswith("cdrom:")
    )
    # Other vendors name their suites after Debian's; Debian's own archive is named "debian".
    return sorted(archives, key=lambda archive: "debian" not in archive.uri.split("/"))


def parse_deb822(text: str) -> Iterator[_Entry]:
    """Entries of a `.sources` file."""
    uncommented = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for stanza in re.split(r"\n\s*\n", uncommented):
        fields = {
            name.lower(): value.strip()
            for name, value in re.findall(r"^([\w-]+):(.*(?:\n[ \t].*)*)", stanza, re.MULTILINE)
        }
        if fields.get("enabled", "yes").lower() in ("no", "false", "0", "off", "without"):
            continue
        for uri in fields.get("uris", "").split():
            yield _Entry(
                Archive(uri, fields.get("signed-by", "")),
                tuple(fields.get("suites", "").split()),
                tuple(fields.get("components", "").split()),
            )


def parse_one_line(text: str) -> Iterator[_Entry]:
    """Entries of a classic `sources.list` file."""
    for line in text.splitlines():
        match = _ONE_LINE.match(line)
        if match is None:
            continue
        options, uri, suite, components = match.groups()
        key = re.search(r"(?:^|\s)signed-by=(\S+)", options or "", re.IGNORECASE)
        signed_by = key.group(1) if key else ""
        yield _Entry(Archive(uri, signed_by), (suite,), tuple(components.split()))


class OtherSuite:
    """Packages of a suite that need not be this machine's, unpacked nowhere but where told."""

    def __init__(self, suite: str, folder: Path, log: Log) -> None:
        """Read the suite's lists, from the first archive of this machine's list that has it.

        `folder` keeps apt's own files. Raises BuildError if no archive serves the suite.
        """
        self._log = log
        self._suite = suite
        self._environment = {**os.environ, "LC_ALL": "C"}
        self._apt = self._updated(folder)

    def source(self, package: str, folder: Path) -> Path:
        """Fetch a source package into an empty folder; its upstream archive (.orig.tar.*)."""
        folder.mkdir(parents=True, exist_ok=True)
        fetch = [*self._apt, "source", "--only-source", "--download-only", package]
        self._log.run(fetch, folder=folder, environment=self._environment)
        originals = sorted(folder.glob("*.orig.tar.*"))
        if len(originals) != 1:
            raise BuildError(
                f"{len(originals)} upstream archives of {package} instead of one; "
                f"see {self._log.path}"
            )
        return originals[0]

    def binaries(self, packages: Iterable[str], folder: Path, target: Path) -> None:
        """Fetch binary packages into an empty folder and unpack them below `target`."""
        folder.mkdir(parents=True, exist_ok=True)
        fetch = [*self._apt, "download", *packages]
        self._log.run(fetch, folder=folder, environment=self._environment)
        for package in sorted(folder.glob("*.deb")):
            self._log.run(["dpkg-deb", "--extract", str(package), str(target)])

    def _updated(self, folder: Path) -> list[str]:
        archives = machine_archives()
        if not archives:
            raise BuildError("this machine's apt source list names no Debian archive")
        failure = BuildError("")
        for number, archive in enumerate(archives):
            place = folder / f"archive-{number}"
            apt = ["apt-get", "-q", "-c", str(_write_configuration(archive, self._suite, place))]
            try:
                self._log.run([*apt, "update"], environment=self._environment)
                return apt
            except BuildError as error:
                failure = error
        raise BuildError(f"no archive of Debian {self._suite}: {failure}")


def _write_configuration(archive: Archive, suite: str, folder: Path) -> Path:
    for part in ("lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True)
    source_list = folder / "suite.sources"
    source_list.write_text(_stanza(archive, suite))
    configuration = folder / "apt.conf"
    configuration.write_text(
        f'Dir::Etc::sourcelist "{source_list}";\n'
        'Dir::Etc::sourceparts "/dev/null";\n'
        'Dir::Etc::preferences "/dev/null";\n'
        'Dir::Etc::preferencesparts "/dev/null";\n'
        f'Dir::State::lists "{folder / "lists"}";\n'
        f'Dir::Cache "{folder / "cache"}";\n'
        'Acquire::Languages "none";\n'
        'Acquire::Retries "2";\n'
        'APT::Update::Error-Mode "any";\n'
        # Whatever the machine's own configuration says, nothing unsigned is taken.
        'Acquire::AllowInsecureRepositories "false";\n'
        'APT::Get::AllowUnauthenticated "false";\n'
        # Hooks of the machine work on its own lists and cache, which this does not concern.
        "#clear APT::Update::Pre-Invoke;\n"
        "#clear APT::Update::Post-Invoke;\n"
        "#clear APT::Update::Post-Invoke-Success;\n"
    )
    return configuration


def _stanza(archive: Archive, suite: str) -> str:
    lines = ["Types: deb deb-src", f"URIs: {archive.uri}", f"Suites: {suite}", "Components: main"]
    installed = [str(keyring) for keyring in _KEYRINGS if keyring.is_file()]
    signed_by = archive.signed_by or "".join(installed[:1])
    if signed_by:
        # A key given in full begins on the line after the field's name.
        separator = "\n " if signed_by.startswith("-----BEGIN") else " "
        lines.append(f"Signed-By:{separator}{signed_by}")
    return "\n".join(lines) + "\n"


def _machine_lists() -> list[Path]:
    names = ("L", "Dir::Etc::sourcelist/f", "P", "Dir::Etc::sourceparts/d")
    question = ["apt-config", "shell", *names]
    answer = subprocess.run(question, capture_output=True, text=True, check=True).stdout
    values = dict(re.findall(r"^(\w)='(.*)'$", answer, re.MULTILINE))
    folder = Path(values["P"])
    parts = sorted(folder.iterdir()) if folder.is_dir() else []
    return [file for file in (Path(values["L"]), *parts) if file.is_file()]


def _entries(file: Path) -> Iterator[_Entry]:
    if file.suffix == ".sources":
        return parse_deb822(file.read_text())
    if file.suffix == ".list":
        return parse_one_line(file.read_text())
    return iter(())
