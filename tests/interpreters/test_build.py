"""The build's parts: source lists read, nothing half made, never two at once."""

import io
import tarfile
import threading
import time
from pathlib import Path

import pytest

pytest.importorskip("fcntl")

from tests.interpreters import build_single, building, debian_source, single_precision
from tests.interpreters.cache import cache_folder, make_once
from tests.interpreters.debian_source import (
    Archive,
    debian_archives,
    parse_deb822,
    parse_one_line,
)
from tests.interpreters.logged import BuildError, Log
from tests.interpreters.requirement import require

MAIN = "http://mirror.test/debian"

DEB822 = f"""\
# the main archive
Types: deb deb-src
URIs: {MAIN}
# a comment inside a stanza
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: http://mirror.test/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.test/debian
Suites: bookworm
Components: main
"""

DEB822_KEY_IN_FULL = f"""\
Types: deb
URIs: {MAIN}
Suites: bookworm
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----
"""


def test_the_built_one_has_exactly_the_version_of_its_source() -> None:
    found = single_precision()
    if not require(found).is_relative_to(cache_folder()):
        pytest.skip(f"single precision is {found.path}, which was not built here")
    assert found.version == build_single.VERSION


def test_deb822_list() -> None:
    archives = debian_archives(parse_deb822(DEB822), "bookworm")
    assert archives == [Archive(MAIN, "/usr/share/keyrings/debian.gpg")]


def test_deb822_list_with_the_key_in_full() -> None:
    (archive,) = debian_archives(parse_deb822(DEB822_KEY_IN_FULL), "bookworm")
    assert archive.signed_by.splitlines()[0] == "-----BEGIN PGP PUBLIC KEY BLOCK-----"
    assert archive.signed_by.splitlines()[-1] == " -----END PGP PUBLIC KEY BLOCK-----"
    assert [entry.archive for entry in parse_deb822(debian_source._stanza(archive, "trixie"))] == [
        archive
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"deb {MAIN} bookworm main", [Archive(MAIN, "")]),
        (f"deb-src {MAIN} bookworm contrib main # note", [Archive(MAIN, "")]),
        (
            f"deb [arch=amd64 signed-by=/k.gpg] {MAIN} bookworm main",
            [Archive(MAIN, "/k.gpg")],
        ),
        (f"deb [ signed-by=/k.gpg ] {MAIN} stable main", [Archive(MAIN, "/k.gpg")]),
        # Trust is not carried over: what apt fetches stays verified.
        (f"deb [trusted=yes] {MAIN} bookworm main", [Archive(MAIN, "")]),
        (f"# deb {MAIN} bookworm main", []),
        (f"deb {MAIN} bookworm-updates main", []),
        (f"deb {MAIN} bookworm contrib", []),
        ("deb cdrom:[Debian 12]/ bookworm main", []),
        ("deb http://flat.test/repository ./", []),
        ("", []),
    ],
)
def test_classic_list(line: str, expected: list[Archive]) -> None:
    assert debian_archives(parse_one_line(line), "bookworm") == expected


def test_debians_own_archive_comes_before_another_vendors() -> None:
    lines = f"deb http://vendor.test bookworm main\ndeb {MAIN} bookworm main\n"
    archives = debian_archives(parse_one_line(lines), "bookworm")
    assert [archive.uri for archive in archives] == [MAIN, "http://vendor.test"]


def test_a_machine_without_a_debian_archive_is_told_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(debian_source, "machine_archives", list)
    with pytest.raises(BuildError, match="names no Debian archive"):
        debian_source.OtherSuite("trixie", tmp_path, Log(tmp_path / "log"))


def test_the_cache_folder_follows_the_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOSEGAUGE_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path / "interpreters"


def test_two_at_once_make_it_once(tmp_path: Path) -> None:
    finished = tmp_path / "cache" / "program"
    made: list[Path] = []
    told: list[str] = []

    def make(folder: Path) -> Path:
        made.append(folder)
        time.sleep(0.3)
        (folder / "result").write_text("done")
        return folder / "result"

    def provide() -> None:
        make_once(finished, finished.is_file, make, told.append)

    threads = [threading.Thread(target=provide) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len(told) == 1
    assert "waiting for another process" in told[0]
    assert finished.read_text() == "done"
    assert not made[0].exists()


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, BuildError])
def test_an_interrupted_build_leaves_nothing_that_looks_finished(
    tmp_path: Path, interruption: type[BaseException]
) -> None:
    finished = tmp_path / "program"

    def make(folder: Path) -> Path:
        (folder / "program").write_text("half")
        raise interruption

    with pytest.raises(interruption):
        make_once(finished, finished.is_file, make, print)
    assert [path.name for path in tmp_path.iterdir()] == ["program.lock"]


def test_what_a_killed_build_left_is_removed(tmp_path: Path) -> None:
    finished = tmp_path / "program"
    leftover = tmp_path / "program.making-killed"
    leftover.mkdir()
    (leftover / "program").write_text("half")

    def make(folder: Path) -> Path:
        (folder / "result").write_text("done")
        return folder / "result"

    make_once(finished, finished.is_file, make, print)
    assert not leftover.exists()
    assert finished.read_text() == "done"


def test_a_failing_command_gives_one_line_that_names_the_log(tmp_path: Path) -> None:
    log = Log(tmp_path / "build.log")
    with pytest.raises(BuildError) as failure:
        log.run(["sh", "-c", "echo the cause; exit 3"])
    assert str(failure.value) == f"sh ended with 3; see {tmp_path / 'build.log'}"
    assert "the cause" in log.path.read_text()


@pytest.mark.parametrize("name", ["/etc/outside", "../outside", "micropython-1.25.0/../../x"])
def test_a_source_archive_that_reaches_outside_is_refused(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "source.tar"
    with tarfile.open(archive, "w") as tar:
        member = tarfile.TarInfo(name)
        member.size = 1
        tar.addfile(member, io.BytesIO(b"x"))
    with pytest.raises(BuildError, match="which is not unpacked"):
        building.unpack(archive, tmp_path, "micropython-1.25.0")


def test_a_cache_path_that_make_cannot_quote_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOSEGAUGE_CACHE", str(tmp_path / "with space"))
    found = build_single.built_single(lambda line: None)
    assert found.path is None
    assert "set DOSEGAUGE_CACHE to a plain path" in found.reason


def test_without_tools_and_rights_the_command_to_run_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOSEGAUGE_CACHE", str(tmp_path))
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    found = build_single.built_single(lambda line: None)
    assert found.path is None
    assert "sudo apt-get install" in found.reason
    assert "gcc libc6-dev make" in found.reason
