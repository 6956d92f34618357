"""`dosegauge sync`, `sessions`, `show` and `verify`."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dosegauge.errors import WrongUse
from dosegauge.event_texts import event_text
from dosegauge.output import ProgressLine, print_json, printable, table, tell
from dosegauge.reasons import kind_in, reason_in
from dosegauge.store import SessionRow, Store, store_path
from dosegauge.texts import Text, in_language, text_of
from dosegauge_core import records

_STATUS = {
    "open": Text("未封存", "open"),
    "complete": Text("完成", "complete"),
    "cancelled": Text("已取消", "cancelled"),
    "interrupted": Text("中断", "interrupted"),
}


def _say(language: str, zh: str, en: str) -> str:
    return in_language(Text(zh, en), language)


def _open_store(arguments: argparse.Namespace) -> Store:
    return Store.open(store_path(arguments.store))


def run_sync(arguments: argparse.Namespace) -> int:
    """Fetches what is new; exit 1 when a session could not be fetched whole."""
    from dosegauge.link.finder import connect
    from dosegauge.link.sync import SyncReport, sync
    from dosegauge.nominals import learn_nominals

    store = _open_store(arguments)
    teller = _SyncTeller(arguments.lang)
    try:
        with connect(arguments.port) as client:
            report: SyncReport = sync(
                client, store, on_event=teller.tell, delete_synced=arguments.delete_synced
            )
    finally:
        teller.end()
    learnt = learn_nominals(store, [done.session for done in report.done if done.sealed])
    if arguments.json:
        print_json(
            {
                "unit": report.unit.unit,
                "store": store.location,
                "sessions": [asdict(done) for done in report.done],
                "failed": [
                    {"session": failed.session, "say": failed.fault.line(arguments.lang)}
                    for failed in report.failed
                ],
                "deleted": report.deleted,
                "nominals": [asdict(nominal) for nominal in learnt],
            }
        )
    else:
        added = sum(done.added for done in report.done)
        print(
            _say(
                arguments.lang,
                f"装置 {report.unit.unit}：{len(report.done)} 次测量已同步，新增 {added} 字节",
                f"unit {report.unit.unit}: {len(report.done)} sessions in step, {added} new bytes",
            )
        )
        for nominal in learnt:
            print(
                _say(
                    arguments.lang,
                    f"首次校准：标称值 {nominal.value} {nominal.unit}（{nominal.from_session}）",
                    f"first calibration: nominal {nominal.value} {nominal.unit} "
                    f"({nominal.from_session})",
                )
            )
    return 1 if report.failed else 0


class _SyncTeller:
    """Words the events of a sync on stderr."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._line = ProgressLine()

    def tell(self, event: object) -> None:
        from dosegauge.link import sync

        if isinstance(event, sync.Progress):
            percent = 100 * event.received // max(1, event.size)
            self._line.show(f"{event.session}  {event.received}/{event.size}  {percent} %")
            return
        self._line.clear()
        if isinstance(event, sync.SessionDone) and event.added:
            open_note = "" if event.sealed else _say(self._language, "（未封存）", " (open)")
            tell(f"{event.session}  +{event.added}{open_note}")
        elif isinstance(event, sync.SessionFailed):
            tell(event.fault.line(self._language))
        elif isinstance(event, sync.SessionDeleted):
            tell(_say(self._language, "已从装置删除 ", "deleted on the unit: ") + event.session)

    def end(self) -> None:
        self._line.clear()


def run_sessions(arguments: argparse.Namespace) -> int:
    """The sessions in the store."""
    found = _open_store(arguments).sessions()
    if arguments.json:
        print_json([asdict(row) for row in found])
        return 0
    heads = [
        Text("编号", "id"),
        Text("项目", "procedure"),
        Text("开始时间", "began"),
        Text("字节", "bytes"),
        Text("状态", "state"),
    ]
    rows = [_session_cells(row, arguments.lang) for row in found]
    print(table([in_language(head, arguments.lang) for head in heads], rows))
    return 0


def _session_cells(row: SessionRow, language: str) -> list[str]:
    from dosegauge.readings import time_text

    began = time_text(row.opened_ms, row.clock_set)
    state = _say(language, "已封存", "sealed") if row.sealed else _say(language, "未封存", "open")
    return [row.id, row.procedure, began, str(row.size), state]


def run_show(arguments: argparse.Namespace) -> int:
    """A session's readings and its result; exit 1 when it is damaged or the unit disagrees."""
    from dosegauge.evaluation import evaluate_session

    store = _open_store(arguments)
    row = store.find(arguments.session)
    try:
        evaluated = evaluate_session(store.raw(row.id))
    except records.LogError as error:
        raise WrongUse(_reason_text(str(error)), row.id, _see_verify(row.id)) from error
    served = _standards_that_served(arguments, store, evaluated)
    if arguments.json:
        print_json({**session_json(row.id, evaluated), "standards": served})
    else:
        for line in _session_lines(row.id, evaluated, arguments.lang):
            print(line)
        for standard in served or ():
            print(_standard_line(standard, arguments.lang))
    return 1 if evaluated.fault or evaluated.discrepancies else 0


def _standards_that_served(
    arguments: argparse.Namespace, store: Store, evaluated: Any
) -> list[dict[str, Any]] | None:
    """The instruments named by --lab and --job with their flags, None without these."""
    if not (arguments.lab or arguments.job):
        return None
    from dosegauge.reports.command import details
    from dosegauge.reports.registered import with_registered

    lab, job = details(arguments)
    return [
        asdict(standard)
        for standard in with_registered(store.registers, lab, job, [evaluated]).standards
    ]


def _standard_line(standard: dict[str, Any], language: str) -> str:
    said = [in_language(Text(*flag), language) for flag in standard["flags"]]
    names = (standard["name"], standard["identity"], standard["certificate"], *said)
    return printable("  ".join(name for name in names if name))


def _see_verify(identity: str) -> Text:
    return Text(f"用 dosegauge verify {identity} 检查", f"Run dosegauge verify {identity}")


def session_json(identity: str, evaluated: Any) -> dict[str, Any]:
    """A session as `show --json` prints it."""
    evaluation = evaluated.evaluation
    readings = [
        {**asdict(row), "raw": row.raw.hex(), "fault": row.fault or None}
        for row in evaluated.rows.readings
    ]
    return {
        "session": identity,
        "status": evaluated.status,
        "sealed": evaluated.log.sealed,
        "bytes": evaluated.log.verified_size,
        "digest": evaluated.log.digest.hex(),
        "fault": evaluated.fault._asdict() if evaluated.fault else None,
        "opening": {key: part for key, part in evaluated.opening.items() if key != "plan"},
        "plan": evaluated.plan,
        "readings": readings,
        "entries": [asdict(row) for row in evaluated.rows.entries],
        "events": [asdict(row) for row in evaluated.rows.events],
        "unit_result": _unit_result_json(evaluated.unit_result),
        "figures": [figure._asdict() for figure in evaluation.figures] if evaluation else [],
        "verdicts": [verdict._asdict() for verdict in evaluation.verdicts] if evaluation else [],
        "remarks": [remark._asdict() for remark in evaluation.remarks] if evaluation else [],
        "not_evaluated": evaluated.not_evaluated or None,
        "discrepancies": [asdict(found) for found in evaluated.discrepancies],
    }


def _unit_result_json(result: Any) -> dict[str, Any] | None:
    if result is None:
        return None
    return {
        "procedure": result.procedure,
        "core": result.core,
        "figures": [figure._asdict() for figure in result.figures],
        "verdicts": [
            {"subject": subject, "outcome": outcome, "code": code}
            for subject, outcome, code in result.verdicts
        ],
    }


def _session_lines(identity: str, evaluated: Any, language: str) -> list[str]:
    title = in_language(text_of(evaluated.plan.get("title")), language)
    status = in_language(_STATUS.get(evaluated.status, evaluated.status), language)
    lines = [printable(f"{identity}  {title}  {status}")]
    if evaluated.fault:
        at = f"{evaluated.fault.offset}: {evaluated.fault.reason}"
        at_zh = f"{evaluated.fault.offset}：{reason_in(evaluated.fault.reason, 'zh')}"
        said = Text(f"记录已损坏，字节 {at_zh}", f"the log is damaged at byte {at}")
        lines.append(printable(in_language(said, language)))
        return lines
    rows = evaluated.rows
    if rows.readings:
        lines += ["", _reading_table(rows.readings, language)]
    lines += [printable(f"{row.step_id}: {row.text} {row.unit}") for row in rows.entries]
    lines += [
        printable(
            f"! {row.time}  {row.what} {row.where} "
            f"{event_text(row.what, row.details, language)}".rstrip()
        )
        for row in rows.events
    ]
    lines += _result_lines(evaluated, language)
    for found in evaluated.discrepancies:
        said = Text(
            f"不一致 {found.subject}：装置 {found.unit_says}；本机 {found.host_says}",
            f"differs: {found.subject}: unit {found.unit_says}; here {found.host_says}",
        )
        lines.append(printable(in_language(said, language)))
    return lines


# A dwell has a sample a second: of each step only so many rows are printed.
_ROWS_OF_STEP = 3


def _reading_table(readings: list[Any], language: str) -> str:
    heads = [
        Text("步骤", "step"),
        Text("次", "no."),
        Text("时间", "time"),
        Text("数值", "value"),
        Text("原始数据", "raw"),
    ]
    rows = []
    shown: dict[tuple[int, int], int] = {}
    totals: dict[tuple[int, int], int] = {}
    for row in readings:
        key = (row.step, row.repeat)
        totals[key] = totals.get(key, 0) + 1
    for row in readings:
        key = (row.step, row.repeat)
        shown[key] = shown.get(key, 0) + 1
        if shown[key] <= _ROWS_OF_STEP - 1 or shown[key] == totals[key]:
            mark = "×" if row.superseded else ""
            value = f"{row.text} {row.unit}{mark}"
            rows.append([row.step_id, str(row.repeat + 1), row.time, value, row.raw_text])
        elif shown[key] == _ROWS_OF_STEP:
            rows.append(["…", "", "", "", ""])
    return table([in_language(head, language) for head in heads], rows)


def _result_lines(evaluated: Any, language: str) -> list[str]:
    evaluation = evaluated.evaluation
    if evaluation is None:
        return ["", _not_evaluated(evaluated.not_evaluated, language)]
    from dosegauge_core import texts

    lines = [""]
    names = {
        str(step["id"]): in_language(text_of(step), language) for step in evaluated.plan["steps"]
    }
    for verdict in evaluation.verdicts:
        outcome = texts.outcome(verdict.outcome, language, verdict.reference_only)
        sentence = texts.render(verdict.code, verdict.values, language, names)
        label = texts.label(verdict.subject, language, names)
        lines.append(printable(f"[{outcome}] {label}: {sentence}"))
    figures = [
        [texts.label(figure.key, language, names), f"{figure.text} {figure.unit}".strip()]
        for figure in evaluation.figures
    ]
    lines.append(table(figures[0], figures[1:]))
    lines += [
        printable("* " + texts.render(remark.code, remark.values, language, names))
        for remark in evaluation.remarks
    ]
    return lines


def _not_evaluated(reason: str, language: str) -> str:
    said = Text(f"未评定：{reason_in(reason, 'zh')}", f"not evaluated: {reason}")
    return printable(in_language(said, language))


def run_verify(arguments: argparse.Namespace) -> int:
    """Derives everything again; exit 1 when something does not hold."""
    subject, verification = _verification(arguments)
    if arguments.json:
        print_json(_verification_json(subject, verification))
    else:
        for line in _verification_lines(subject, verification, arguments.lang):
            print(line)
    return 0 if verification.ok else 1


def _verification(arguments: argparse.Namespace) -> tuple[str, Any]:
    from dosegauge.verification import verify_raw, verify_session

    path = Path(arguments.subject)
    exists = _exists(path)
    if exists and path.is_file():
        try:
            return str(path), verify_raw(path.read_bytes())
        except OSError as error:
            raise WrongUse(
                Text("文件无法读取", "the file can't be read"), str(path), str(error.strerror)
            ) from error
        except records.LogError as error:
            raise WrongUse(_reason_text(str(error)), str(path)) from error
    store = _open_store(arguments)
    if exists and not _is_session(store, arguments.subject):
        raise WrongUse(
            Text("这不是普通文件", "this is no regular file"),
            str(path),
            Text("请给出测量编号或记录文件", "Give a session's id or the file of a log"),
        )
    row = store.find(arguments.subject)
    return row.id, verify_session(store, row.id)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False  # no file can have this name


def _is_session(store: Store, name: str) -> bool:
    return any(name in (row.id, row.session) for row in store.sessions())


def _reason_text(reason: str) -> Text:
    return Text(reason_in(reason, "zh"), reason)


def _verification_json(subject: str, verification: Any) -> dict[str, Any]:
    evaluated = verification.evaluation
    return {
        "subject": subject,
        "ok": verification.ok,
        "bytes": verification.size,
        "records": len(evaluated.log.records) if evaluated else 0,
        "sealed": evaluated.log.sealed if evaluated else False,
        "digest": evaluated.log.digest.hex() if evaluated else None,
        "status": evaluated.status if evaluated else None,
        "evaluated": bool(evaluated and evaluated.evaluation),
        "not_evaluated": (evaluated.not_evaluated or None) if evaluated else None,
        "damages": [asdict(damage) for damage in verification.damages],
        "discrepancies": [asdict(found) for found in verification.discrepancies],
    }


def _verification_lines(subject: str, verification: Any, language: str) -> list[str]:
    lines = []
    for damage in verification.damages:
        where = f"{damage.begin}-{damage.end - 1}"
        record = "" if damage.record is None else f" {damage.record}"
        kind_zh, reason_zh = kind_in(damage.kind, "zh"), reason_in(damage.reason, "zh")
        said = Text(
            f"损坏：字节 {where}，记录{record}（{kind_zh}）：{reason_zh}",
            f"damaged: bytes {where}, record{record} ({damage.kind}): {damage.reason}",
        )
        lines.append(in_language(said, language))
    for found in verification.discrepancies:
        said = Text(
            f"不一致：{found.subject}：装置 {found.unit_says}；重新计算 {found.host_says}",
            f"differs: {found.subject}: unit {found.unit_says}; derived {found.host_says}",
        )
        lines.append(in_language(said, language))
    evaluated = verification.evaluation
    if verification.ok and evaluated:
        seal = in_language(_STATUS.get(evaluated.status, evaluated.status), language)
        size, count = verification.size, len(evaluated.log.records)
        said = Text(
            f"{subject}：{size} 字节、{count} 条记录全部一致（{seal}）",
            f"{subject}: {size} bytes, {count} records hold ({seal})",
        )
        lines.append(in_language(said, language))
        if evaluated.not_evaluated:
            lines.append(_not_evaluated(evaluated.not_evaluated, language))
    else:
        lines.append(subject + _say(language, "：检查未通过", ": does not hold"))
    return [printable(line) for line in lines]
