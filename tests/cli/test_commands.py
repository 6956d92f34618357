"""The commands as a shell sees them: exit codes, one line per fault, JSON on stdout."""

import argparse
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dosegauge.cli import main
from dosegauge.store import Store
from tests.link.fake_unit import FakeUnit, Peer
from tests.link.logs import UNIT, LogBuilder, depth_log, long_log

ROOT = Path(__file__).resolve().parents[2]
DEPTH = depth_log()
LONG = long_log(batches=3)


class Shell:
    """Runs the program with a store of its own."""

    def __init__(self, folder: Path) -> None:
        self.store = folder / "store.sqlite"
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "host"), str(ROOT / "shared")]),
            "DOSEGAUGE_STORE": str(self.store),
            "DOSEGAUGE_LANG": "en",
            "XDG_STATE_HOME": str(folder / "state"),
        }
        self.environment.pop("DOSEGAUGE_PORT", None)

    def start(self, *arguments: str, **extra: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "dosegauge", *arguments],
            env={**self.environment, **extra},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
        )

    def run(self, *arguments: str, **extra: str) -> "subprocess.CompletedProcess[str]":
        process = self.start(*arguments, **extra)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def json(self, *arguments: str) -> Any:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def peer_with(*logs: LogBuilder) -> Peer:
    peer = Peer()
    for log in logs:
        peer.put(log.session, log.number, log.data)
    return peer


def synced(shell: Shell) -> None:
    with FakeUnit(peer_with(DEPTH, LONG)) as fake:
        assert shell.run("sync", "--port", fake.port).returncode == 0


def require_one_line(done: "subprocess.CompletedProcess[str]", code: int) -> str:
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert done.stderr.endswith("\n")
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_version(shell: Shell) -> None:
    assert shell.run("--version").stdout.startswith("dosegauge ")


def test_the_version_is_told_without_loading_what_it_does_not_need(shell: Shell) -> None:
    modules = ["sqlalchemy", "serial", "textual", "numpy", "rich", "openpyxl", "dosegauge_core"]
    code = (
        "import sys\nfrom dosegauge.cli import main\nmain(['--version'])\n"
        f"print([name for name in {modules!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=shell.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_sync_then_sessions_then_show_then_verify(shell: Shell) -> None:
    with FakeUnit(peer_with(DEPTH, LONG)) as fake:
        report = shell.json("sync", "--port", fake.port)
    assert report["unit"] == UNIT
    assert [done["added"] for done in report["sessions"]] == [len(DEPTH.data), len(LONG.data)]
    listed = shell.json("sessions")
    assert [row["id"] for row in listed] == [DEPTH.session, LONG.session]
    shown = shell.json("show", DEPTH.session)
    assert {"key": "t", "text": "0.1039", "unit": "mm"} in shown["figures"]
    assert shown["discrepancies"] == []
    assert shown["readings"][2]["text"] == "-0.0036"
    assert shown["readings"][2]["raw_text"] == "-000.0036\\r-000.0036\\r"
    verified = shell.json("verify", DEPTH.session)
    assert verified["ok"]
    assert verified["sealed"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_tables_and_sentences_in_both_languages(shell: Shell, language: str) -> None:
    synced(shell)
    for command in (["sessions"], ["show", DEPTH.session], ["show", LONG.session]):
        done = shell.run("--lang", language, *command)
        assert done.returncode == 0, done.stderr
        assert done.stdout
    shown = shell.run("show", DEPTH.session, "--lang", language).stdout
    assert "0.1039 mm" in shown
    assert ("孔外 0°" in shown or "圆孔深度" in shown) == (language == "zh")


def test_columns_are_aligned_by_cells_not_characters() -> None:
    from rich.cells import cell_len

    from dosegauge.output import table

    lines = table(["项目", "x"], [["圆孔深度", "1"], ["ab", "2"]]).splitlines()
    assert {cell_len(line) for line in lines} == {cell_len("圆孔深度") + 3}


def test_control_characters_in_data_do_not_reach_the_terminal() -> None:
    from dosegauge.output import printable

    assert printable("a\x1b[2Jb\r") == "a?[2Jb?"


def test_progress_and_messages_go_to_stderr(shell: Shell) -> None:
    with FakeUnit(peer_with(DEPTH)) as fake:
        done = shell.run("sync", "--port", fake.port, "--json")
    json.loads(done.stdout)
    assert DEPTH.session in done.stderr


def test_a_flipped_byte_in_the_store_is_found_and_located(shell: Shell) -> None:
    import sqlite3

    synced(shell)
    at = DEPTH.ends[5] + 30
    with sqlite3.connect(shell.store) as raw:
        raw.execute("DROP TRIGGER session_bytes_no_update")
        data = bytearray(
            raw.execute(
                "SELECT data FROM session_bytes WHERE session_id = ?", (DEPTH.session,)
            ).fetchone()[0]
        )
        data[at] ^= 1
        raw.execute(
            "UPDATE session_bytes SET data = ? WHERE session_id = ?", (bytes(data), DEPTH.session)
        )
    done = shell.run("verify", DEPTH.session, "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)["damages"]
    assert found[0]["begin"] <= at < found[0]["end"]
    assert found[0]["record"] is not None
    assert "piece" in [damage["kind"] for damage in found]
    assert shell.run("show", DEPTH.session).returncode == 1
    assert shell.run("verify", LONG.session).returncode == 0


def test_a_log_file_is_verified_too(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(DEPTH.data)
    assert shell.run("verify", str(file)).returncode == 0
    file.write_bytes(DEPTH.data[:-1])
    assert shell.run("verify", str(file)).returncode == 1
    file.write_bytes(b"PK\x03\x04 something else")
    assert "not a dosegauge session log" in require_one_line(shell.run("verify", str(file)), 2)
    file.write_bytes(b"DGSL\x09\x01\0\0")
    assert "update dosegauge" in require_one_line(shell.run("verify", str(file)), 2)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "nothing"], "no such session"),
        (["verify", "nothing"], "no such session"),
        (["frobnicate"], "invalid choice"),
        (["show"], "required"),
        (["sync", "--port", "/dev/no-such-port"], "there is no such port"),
        (["unit", "info", "--port", "/dev/no-such-port"], "there is no such port"),
        (["unit", "plan", "mri-hole-depth", "--set", "mpe"], "NAME=VALUE"),
        (["unit", "plan", "mri-hole-depth", "--set", "mpe_um=abc"], "must be a decimal number"),
        (["unit", "plan", "mri-hole-depth", "--set", "mpe=0.5"], "there is no parameter mpe"),
        (["unit", "plan", "micro-ct-air-kerma", "--set", "n_k=1,05"], "such as 1.05"),
        (["unit", "plan", "no-such-plan"], "no such plan"),
        (["sessions", "--store", "/dev/null/x"], "can't be used"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(shell: Shell, arguments: list[str], says: str) -> None:
    assert says in require_one_line(shell.run(*arguments), 2)


def test_no_answer_is_one_line_and_exit_1(shell: Shell) -> None:
    with FakeUnit(Peer(), lambda _sent, _data: b"") as fake:
        assert "does not answer" in require_one_line(
            shell.run("unit", "info", "--port", fake.port), 1
        )


def test_the_port_and_the_language_come_from_the_environment(shell: Shell) -> None:
    with FakeUnit(peer_with(DEPTH)) as fake:
        done = shell.run("unit", "list", DOSEGAUGE_PORT=fake.port, DOSEGAUGE_LANG="zh")
    assert UNIT in done.stdout
    assert "装置" in done.stdout


def test_unit_commands(shell: Shell) -> None:
    with FakeUnit(peer_with(DEPTH)) as fake:
        port = ("--port", fake.port)
        assert shell.json("unit", "clock", *port)["before_ms"] is None
        assert abs(shell.json("unit", "clock", *port)["difference_ms"]) < 60_000
        put = ("unit", "plan", "mri-hole-depth", "--set", "mpe_um=5.0", "--serial", "7", *port)
        shell.json(*put)
        plan = json.loads(fake.peer.plans["mri-hole-depth"])
        assert (plan["parameters"]["mpe_um"], plan["device"]["serial"]) == ("5.0", "7")
        assert shell.json("unit", "live", *port)["lines"][0] == "圆孔深度"
        info = shell.run("unit", "info", *port)
        assert "not protected against reformat" in info.stdout
        assert shell.json("unit", "list", *port)[0]["unit"]["unit"] == UNIT


def test_delete_on_the_unit_needs_the_session_in_the_store(shell: Shell) -> None:
    with FakeUnit(peer_with(DEPTH)) as fake:
        port = ("--port", fake.port)
        require_one_line(shell.run("unit", "delete", DEPTH.session, *port), 2)
        assert fake.peer.deleted == []
        shell.json("sync", *port)
        shell.json("unit", "delete", DEPTH.session, *port)
        assert fake.peer.deleted == [DEPTH.session]
    assert Store.open(shell.store).raw(DEPTH.session) == DEPTH.data


def test_an_interrupt_is_one_line_and_exit_130(shell: Shell) -> None:
    with FakeUnit(Peer()) as fake:
        process = shell.start("unit", "live", "--follow", "--port", fake.port)
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err.strip() == "interrupted"


def test_a_fault_of_the_program_itself_is_one_line_with_details_in_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    import platformdirs

    from dosegauge.commands import standards

    def fail(_arguments: object) -> int:
        raise ZeroDivisionError("somewhere inside")

    monkeypatch.setattr(standards, "run", fail)
    monkeypatch.setattr(platformdirs, "user_log_dir", lambda *_names, **_options: str(tmp_path))
    assert main(["standards", "--lang", "en"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("internal error (ZeroDivisionError). Please report it")
    assert said.count("\n") == 1
    assert "somewhere inside" in (tmp_path / "errors.log").read_text(encoding="utf-8")


def test_output_into_a_closed_pipe_ends_quietly(shell: Shell) -> None:
    synced(shell)
    process = shell.start("show", DEPTH.session)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=20)
    assert "Traceback" not in errors
    assert "Exception" not in errors


def test_options_stand_before_or_behind_the_command(tmp_path: Path) -> None:
    """The parsers share the common options; what stands in front must not be lost."""
    from dosegauge import cli

    seen = []

    def remember(arguments: argparse.Namespace) -> int:
        seen.append((arguments.store, arguments.lang, arguments.json, arguments.command))
        return 0

    given = ["--store", str(tmp_path / "s.sqlite"), "--lang", "en", "--json"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli, "_function", lambda _command: remember)
        assert cli.main([*given, "sessions"]) == 0
        assert cli.main(["sessions", *given]) == 0
    assert seen == [(str(tmp_path / "s.sqlite"), "en", True, "sessions")] * 2
