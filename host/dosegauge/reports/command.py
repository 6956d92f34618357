"""`dosegauge record` and `dosegauge certificate`."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from dosegauge.errors import CheckFailed, WrongUse
from dosegauge.evaluation import SessionEvaluation
from dosegauge.output import print_json, tell
from dosegauge.reasons import reason_in
from dosegauge.reports import certificate_pdf, model, record_xlsx
from dosegauge.reports.details import Job, Laboratory, load_job, load_laboratory
from dosegauge.reports.language import require_language
from dosegauge.reports.output import require_free
from dosegauge.reports.registered import with_registered
from dosegauge.store import Store, store_path
from dosegauge.texts import Text, in_language
from dosegauge.verification import Damage, verify_session
from dosegauge_core import records

DEFAULT_LANGUAGE = "zh-en"
_FORMATS = {"record": ("xlsx",), "certificate": ("pdf",)}
_LATER = ("docx", "dcc")
_UNFIT_FOR_NAMES = re.compile(r"[^\w.+-]+", re.ASCII)
_LONGEST_NAME = 80


def run(arguments: argparse.Namespace) -> int:
    """Writes what was asked and prints the files' paths."""
    return {"record": run_record, "certificate": run_certificate}[arguments.command](arguments)


def run_record(arguments: argparse.Namespace) -> int:
    """Writes the original record of sessions as a workbook."""
    _require_formats("record", arguments.format)
    language = require_language(arguments.language or DEFAULT_LANGUAGE)
    lab, job = details(arguments)
    store, identities = _named(arguments)
    path = _free_path(arguments, file_name(job, identities, "record", "xlsx"))
    found = [_intact(store, identity) for identity in identities]
    lab = with_registered(store.registers, lab, job, found)
    return _done(arguments, record_xlsx.write(found, lab, job, language, path), ())


def run_certificate(arguments: argparse.Namespace) -> int:
    """Writes the calibration certificate of sessions; says why it is a draft if it is."""
    _require_formats("certificate", arguments.format)
    language = require_language(arguments.language or DEFAULT_LANGUAGE)
    lab, job = details(arguments)
    store, identities = _named(arguments)
    path = _free_path(arguments, file_name(job, identities, "certificate", "pdf"))
    found = [_intact(store, identity) for identity in identities]
    lab = with_registered(store.registers, lab, job, found)
    made = model.build(found, lab, job, language)
    reasons = [in_language(text, arguments.lang) for text in model.reasons(found, lab, job)]
    return _done(arguments, certificate_pdf.write(made, path), reasons)


def _require_formats(command: str, asked: str | None) -> None:
    for name in (asked or _FORMATS[command][0]).split(","):
        if name in _FORMATS[command]:
            continue
        offered = ", ".join(_FORMATS[command])
        if name in _LATER and command == "certificate":
            raise WrongUse(
                Text("本版本还不能生成这种格式", "this version can't write this format yet"),
                name,
                Text(f"可用：{offered}", f"Use {offered}"),
            )
        raise WrongUse(
            Text("没有这种格式", "no such format"),
            name,
            Text(f"可用：{offered}", f"Use {offered}"),
        )


def details(arguments: argparse.Namespace) -> tuple[Laboratory, Job]:
    """The laboratory's and the job's particulars; unknown ones are left out and shown as such."""
    lab, job = getattr(arguments, "lab", None), getattr(arguments, "job", None)
    return (
        load_laboratory(Path(lab)) if lab else Laboratory(),
        load_job(Path(job)) if job else Job(),
    )


def file_name(job: Job, sessions: Sequence[str], kind: str, suffix: str) -> str:
    """A report's file name: by its certificate number, else by its sessions."""
    name = job.certificate_no or "+".join(sessions)
    return f"{kind}-{_UNFIT_FOR_NAMES.sub('_', name)[:_LONGEST_NAME]}.{suffix}"


def _free_path(arguments: argparse.Namespace, name: str) -> Path:
    return require_free(Path(arguments.out or ".") / name)


def _named(arguments: argparse.Namespace) -> tuple[Store, list[str]]:
    """The store and the ids of the sessions named, each once."""
    store = Store.open(store_path(arguments.store))
    return store, list(dict.fromkeys(store.find(wanted).id for wanted in arguments.sessions))


def _intact(store: Store, identity: str) -> SessionEvaluation:
    """The evaluation of a stored session whose every byte is as it was received."""
    try:
        verified = verify_session(store, identity)
    except records.LogError as error:
        raise CheckFailed(str(error), identity, _see_verify(identity)) from error
    if verified.damages or verified.evaluation is None:
        raise CheckFailed(_damage_text(verified.damages), identity, _see_verify(identity))
    return verified.evaluation


def _damage_text(damages: Sequence[Damage]) -> Text:
    if not damages:
        return Text("日志无法读取", "the log can't be read")
    first = damages[0]
    return Text(
        f"字节{first.begin}至{first.end}已损坏（{reason_in(first.reason, 'zh')}）",
        f"bytes {first.begin} to {first.end} are damaged ({first.reason})",
    )


def _see_verify(identity: str) -> Text:
    return Text(f"用 dosegauge verify {identity} 检查", f"Run dosegauge verify {identity}")


def _done(arguments: argparse.Namespace, path: Path, reasons: Sequence[str]) -> int:
    if arguments.json:
        print_json({"file": str(path), "draft": list(reasons)})
        return 0
    if reasons:
        draft = Text("草稿，原因：", "a draft, because:")
        tell(in_language(draft, arguments.lang))
    for reason in reasons:
        tell(f"- {reason}")
    print(path)
    return 0
