"""The commands as a shell sees them: exit codes, one line per fault, JSON on stdout."""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dosegauge import cli
from dosegauge.cli import main
from dosegauge.store import Store
from dosegauge_core import records
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


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """It and all below it."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from parsers(below)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_help_can_be_read(language: str) -> None:
    """argparse fills places in help texts: a percent sign alone would be one."""
    all_of_them = list(parsers(cli._parser(language)))
    assert len(all_of_them) > 40
    for parser in all_of_them:
        text = parser.format_help()
        assert "option_strings" not in text, parser.prog
        assert "%%" not in text, parser.prog


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
        (["sessions", "--store", "nosuch://x"], "no driver"),
        (["sessions", "--store", "://"], "no database URL"),
        (["unit", "info", "--port", "socket://bad"], "no port's name"),
        (["verify", "x" * 300], "no such session"),
        (["virtual", "--state", "/dev/null"], "can't be a virtual unit's folder"),
        (["virtual", "--state", "/dev/null/x"], "can't be a virtual unit's folder"),
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


@pytest.mark.parametrize("arguments", [["standards"], ["standards", "--json"]])
def test_a_full_disk_behind_stdout_is_one_line(shell: Shell, arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "dosegauge", *arguments],
            env=shell.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("stdout: can't be written (No space left on device)")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("closed", ["2>&-", "2>/dev/full", ">&- 2>&- <&-"])
def test_a_closed_or_full_stderr_changes_neither_result_nor_exit_code(
    shell: Shell, closed: str
) -> None:
    for arguments, code in (("sessions --json", 0), ("show nothing", 2), ("frobnicate", 2)):
        done = subprocess.run(
            ["sh", "-c", f"exec {sys.executable} -m dosegauge {arguments} {closed}"],
            env=shell.environment,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.returncode == code, arguments
        expected = "[]\n" if code == 0 and not closed.startswith(">") else ""
        assert done.stdout == expected
        assert done.stderr == ""


def odd_log() -> LogBuilder:
    """A log that holds (or lacks) what no unit of ours would write."""
    plan = json.loads(json.dumps(records.decode_json(records.read_log(DEPTH.data).records[0])))
    plan = plan["plan"]
    plan["title"] = {"zh": "\x1b[31m题\x07", "en": "a\x1b[2Jb\nc", "de": "Titel"}
    plan["device"] = None
    for step in plan["steps"]:
        step["zh"] = step["en"] = "s\x1b]0;x\x07" + step["id"]
    log = LogBuilder(number=77)
    for record in records.read_log(DEPTH.data).records:
        if record.type == records.CHAIN:
            log.flush()
        elif record.type == records.OPEN:
            log.open(plan)
        else:
            log.add(record.type, record.payload)
        if record.type == records.OPEN:
            log.add_json(records.EVENT, {"what": "odd\x1b", "where": "\x9b2J", "say": "\x07"})
    return log


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_log_says_never_acts_on_the_terminal(shell: Shell, language: str) -> None:
    log = odd_log()
    with FakeUnit(peer_with(log)) as fake:
        synced_odd = shell.run("sync", "--port", fake.port, "--lang", language)
    assert synced_odd.returncode == 0, synced_odd.stderr
    commands = (["sessions"], ["show", log.session], ["verify", log.session])
    for command in (*commands, *([*command, "--json"] for command in commands)):
        done = shell.run(*command, "--lang", language)
        assert "internal" not in done.stderr
        assert all(c.isprintable() or c == "\n" for c in done.stdout + done.stderr)
    shown = shell.run("show", log.session, "--lang", language).stdout
    assert ("题" if language == "zh" else "a?[2Jb?c") in shown


def test_a_clock_at_the_end_of_its_48_bits_stops_no_command(shell: Shell) -> None:
    log = LogBuilder(number=78)
    data = log.data
    last_ms = 2**48 - 1
    opening = records.read_log(DEPTH.data).records[0].payload.replace(b"000001", b"000078", 1)
    batch = records.encode(records.OPEN, 0, last_ms, True, opening)
    chain, _digest = records.encode_chain(records.first_digest(data), batch, 1, last_ms, True)
    peer = Peer()
    peer.put(log.session, 78, data + batch + chain)
    with FakeUnit(peer) as fake:
        assert shell.run("sync", "--port", fake.port).returncode == 0
    assert f"{last_ms} ms since 1970" in shell.run("sessions").stdout
    out = ("--out", str(shell.store.parent))
    for command in (("show",), ("verify",), ("record", *out), ("certificate", *out)):
        done = shell.run(command[0], log.session, *command[1:])
        assert "internal error" not in done.stderr, command


@pytest.mark.parametrize("time_ms", [0, 1, 253_402_300_799_999, 253_402_300_800_000, 2**48 - 1])
def test_every_time_of_a_record_can_be_told(time_ms: int) -> None:
    from dosegauge.readings import time_text
    from dosegauge.tui.times import local_exact, local_minute, zone

    for clock_set in (True, False):
        said = time_text(time_ms, clock_set)
        assert said
        assert local_exact(said)
        assert local_minute(time_ms, clock_set=clock_set)
    assert zone(time_ms).startswith("UTC")
    # 10000-01-01 is the first day that no calendar here has.
    assert ("since 1970" in time_text(time_ms, True)) == (time_ms >= 253_402_300_800_000)


def test_a_damaged_session_is_kept_named_and_can_be_verified(shell: Shell) -> None:
    at = DEPTH.ends[3] + 20
    damaged = DEPTH.data[:at] + bytes((DEPTH.data[at] ^ 1,)) + DEPTH.data[at + 1 :]
    peer = Peer()
    peer.put(DEPTH.session, DEPTH.number, damaged)
    with FakeUnit(peer) as fake:
        done = shell.run("sync", "--port", fake.port)
    assert done.returncode == 1
    (file,) = (shell.store.parent / "damaged").iterdir()
    assert str(file) in done.stderr
    judged = shell.run("verify", str(file), "--json")
    assert judged.returncode == 1
    (damage,) = json.loads(judged.stdout)["damages"]
    assert damage["begin"] <= at < damage["end"]
    in_chinese = shell.run("verify", str(file), "--lang", "zh").stdout
    assert "CRC 与字节不符" in in_chinese


def test_language_and_plans_of_the_unit(shell: Shell) -> None:
    peer = Peer()
    peer.hello_changes = {"epoch": "1a2b"}
    peer.plans["p"] = b"{}"
    with FakeUnit(peer) as fake:
        port = ("--port", fake.port)
        assert shell.json("unit", "language", "en", *port)["language"] == "en"
        assert "1a2b" in shell.run("unit", "list", *port).stdout
        assert "1a2b" in shell.run("unit", "info", *port).stdout
        # A plan that the unit can't read any more has no procedure.
        assert "p (damaged)" not in shell.run("unit", "info", *port).stdout
        peer.plans["p"] = b"\xff{"
        assert "p (damaged)" in shell.run("unit", "info", *port).stdout
        assert "p（损坏）" in shell.run("unit", "info", *port, "--lang", "zh").stdout
        peer.measuring = True
        busy = require_one_line(shell.run("unit", "plan-delete", "p", *port), 1)
        assert "a measurement is running" in busy
        peer.measuring = False
        assert shell.json("unit", "plan-delete", "p", *port)["deleted_plan"] == "p"
    assert (peer.language, peer.plans) == ("en", {})


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
def test_a_virtual_unit_that_is_told_to_end_leaves_nothing(
    shell: Shell, tmp_path: Path, ending: signal.Signals
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    process = shell.start("virtual", "--runtime", "cpython", TMPDIR=str(folder))
    assert process.stdout is not None
    assert Path(process.stdout.readline().strip()).is_symlink()
    assert list(folder.iterdir())
    process.send_signal(ending)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "interrupted"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("described", "text"),
    [
        ({"zh": "深度", "en": "depth"}, ("深度", "depth")),
        ({"zh": "深度", "en": "depth", "de": "Tiefe"}, ("深度", "depth")),
        ({"en": "depth"}, ("depth", "depth")),
        ({"zh": 5, "en": "depth"}, ("depth", "depth")),
        ("depth", ("depth", "depth")),
        (None, ("", "")),
        ([], ("", "")),
    ],
)
def test_a_text_is_read_from_whatever_data_says(described: object, text: tuple[str, str]) -> None:
    from dosegauge.texts import text_of

    assert tuple(text_of(described)) == text


def test_reasons_are_told_in_chinese_where_they_are_known() -> None:
    from dosegauge.reasons import kind_in, reason_in

    assert reason_in("byte 12: record 4 where 3 is due", "zh") == (
        "字节 12：应为第 3 条，却是第 4 条"
    )
    assert reason_in("the seal record's JSON can't be read", "zh") == "封存记录的 JSON 无法读取"
    assert reason_in("something new", "zh") == "something new"
    assert reason_in("the log ends here", "en") == "the log ends here"
    assert (kind_in("reading", "zh"), kind_in("reading", "en")) == ("读数", "reading")


@pytest.mark.parametrize("kind", ["folder", "fifo"])
def test_what_is_no_file_is_not_verified(shell: Shell, tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    assert "no regular file" in require_one_line(shell.run("verify", str(path)), 2)


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
