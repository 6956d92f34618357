"""`dosegauge demo`: the whole job on a virtual unit, from a reading to a certificate, headless."""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dosegauge.errors import CheckFailed, LinkError, WrongUse
from dosegauge.evaluation import SessionEvaluation, evaluate_session
from dosegauge.link.client import UnitClient
from dosegauge.link.finder import connect
from dosegauge.link.sync import Progress, SyncEvent, sync
from dosegauge.nominals import learn_nominals, nominal_parameters
from dosegauge.output import ProgressLine, print_json, tell
from dosegauge.reports import certificate_pdf, record_xlsx
from dosegauge.reports.details import Job, Laboratory
from dosegauge.reports.model import build
from dosegauge.standards.plans import PlanDevice, compile_plan
from dosegauge.store import Store
from dosegauge.texts import Text, in_language, text_of
from dosegauge.verification import verify_session
from dosegauge.virtual.unit import VirtualUnit
from dosegauge.virtual.world import World
from dosegauge_core import texts

DEFAULT_FOLDER = "dosegauge-demo"
OPERATOR = "demo"
PHANTOM = PlanDevice("MRI phantom", "Demo Phantoms", "MP-100", "2026-007", "Demo Hospital")
MICRO_CT = PlanDevice("Micro CT", "Demo Imaging", "uCT-80", "CT-0042", "Demo Institute")
JOBS = (
    ("phantom", PHANTOM, ("mri-hole-depth",)),
    ("micro-ct", MICRO_CT, ("micro-ct-air-kerma", "micro-ct-leakage")),
)
# The demo's instruments are simulated ones with calibrations of their own.
_PARAMETERS = {"micro-ct-leakage": {"probe_calibrated": "yes"}}
# The figures that the summary shows of each procedure; the documents hold all of them.
_HEADLINES = {
    "hole-depth": ("t", "U", "u_c", "nu_eff", "U95"),
    "air-kerma-rate": ("mean", "s_r"),
    "leakage-survey": ("H_max", "U_max"),
}


@dataclass
class _Outcome:
    """What the demo made."""

    folder: Path
    unit: str
    runtime: str
    seconds: float = 0.0
    evaluated: dict[str, SessionEvaluation] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)


def run(arguments: argparse.Namespace) -> int:
    """Measures three sessions on a virtual unit, syncs, verifies and writes the documents."""
    began = time.monotonic()
    steps = _Steps(arguments.lang)
    outcome = _demonstrate(_new_folder(arguments.out or DEFAULT_FOLDER), arguments, steps)
    outcome.seconds = time.monotonic() - began
    if arguments.json:
        print_json(_as_json(outcome))
    else:
        print("\n".join(_summary(outcome, arguments.lang)))
    return 0


def _new_folder(parent: str) -> Path:
    """A folder of this run's own, so that no earlier run's documents are touched."""
    try:
        Path(parent).mkdir(parents=True, exist_ok=True)
        numbers = [int(path.name[4:]) for path in Path(parent).glob("run-[0-9][0-9][0-9]")]
        folder = Path(parent) / f"run-{max(numbers, default=0) + 1:03d}"
        folder.mkdir()
    except OSError as error:
        raise WrongUse(
            Text(f"无法写入（{error.strerror}）", f"can't be written ({error.strerror})"),
            parent,
            Text("用 --out 另选文件夹", "Choose another folder with --out"),
        ) from error
    return folder


class _Steps:
    """Says what is going on: one line for each step, and one that is written over."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._line = ProgressLine()

    def say(self, zh: str, en: str) -> None:
        self._line.clear()
        tell("• " + in_language(Text(zh, en), self._language))

    def show(self, text: str) -> None:
        self._line.show("  " + text)

    def done(self) -> None:
        self._line.clear()


def _demonstrate(folder: Path, arguments: argparse.Namespace, steps: _Steps) -> _Outcome:
    seed = 1 if arguments.seed is None else arguments.seed
    store = Store.open(folder / "store.sqlite")
    with VirtualUnit(scenario="demo", seed=seed, state_dir=folder / "unit", pace="still") as unit:
        for message in unit.messages:
            steps.say(*((message.zh, message.en) if isinstance(message, Text) else (message,) * 2))
        outcome = _Outcome(folder, unit.unit_id, unit.runtime.name)
        steps.say(
            f"虚拟装置 {unit.unit_id} 已启动（固件运行于 {unit.runtime.name}）",
            f"virtual unit {unit.unit_id} started (firmware on {unit.runtime.name})",
        )
        try:
            with connect(unit.port) as client:
                _send_plans(client, store, steps)
            _measure(unit, steps)
            with connect(unit.port) as client:
                _sync(client, store, steps)
        except LinkError as error:
            # A unit that has been given up explains itself better than a silent port.
            raise (unit.error or error) from error
    _evaluate(store, outcome, steps)
    _write_documents(outcome, arguments.lang, steps)
    steps.done()
    return outcome


def _send_plans(client: UnitClient, store: Store, steps: _Steps) -> None:
    for _name, device, plans in JOBS:
        for plan in plans:
            parameters: dict[str, Any] = {
                **_PARAMETERS.get(plan, {}),
                **nominal_parameters(store, plan, device),
            }
            compiled = compile_plan(plan, device=device, operator=OPERATOR, parameters=parameters)
            client.put_plan(plan, compiled)
    steps.say("检测方案已写入装置", "plans sent to the unit")


def _measure(unit: VirtualUnit, steps: _Steps) -> None:
    plans = [plan for _name, _device, plans in JOBS for plan in plans]
    steps.say("正在测量三个项目…", "measuring three sessions ...")
    unit.change(lambda world: world.screen_listeners.append(_watcher(world, steps)))
    unit.measure(plans)
    minutes = unit.change(lambda world: world.now_ms) / 60000
    steps.say(
        f"测量完成（装置时间 {minutes:.0f} 分钟）",
        f"measured ({minutes:.0f} minutes of unit time)",
    )


def _watcher(world: World, steps: _Steps) -> Callable[[str], None]:
    return lambda _screen: steps.show(" | ".join(line for line in world.display if line))


def _sync(client: UnitClient, store: Store, steps: _Steps) -> None:
    def show(event: SyncEvent) -> None:
        if isinstance(event, Progress):
            steps.show(f"{event.session}  {event.received}/{event.size}")

    report = sync(client, store, on_event=show)
    if report.failed:
        raise report.failed[0].fault
    added = sum(done.added for done in report.done)
    steps.say(
        f"已通过串口同步 {len(report.done)} 次测量，{added} 字节",
        f"synced {len(report.done)} sessions over the serial port, {added} bytes",
    )


def _evaluate(store: Store, outcome: _Outcome, steps: _Steps) -> None:
    for row in store.sessions():
        verification = verify_session(store, row.id)
        evaluated = evaluate_session(store.raw(row.id))
        if not verification.ok or evaluated.evaluation is None:
            raise CheckFailed(
                Text("校验未通过", "the session does not verify"),
                row.id,
                Text(f"用 dosegauge verify {row.id} 查看", f"Run dosegauge verify {row.id}"),
            )
        outcome.evaluated[row.id] = evaluated
    learn_nominals(store, outcome.evaluated)
    steps.say(
        "由原始字节重新计算，与装置结果逐位一致",
        "computed again from the raw bytes: every digit agrees with the unit's",
    )


def _write_documents(outcome: _Outcome, language: str, steps: _Steps) -> None:
    steps.say("正在生成原始记录和证书…", "writing records and certificates ...")
    laboratory, job = Laboratory(), Job()
    for name, _device, plans in JOBS:
        found = [e for e in outcome.evaluated.values() if e.plan["id"] in plans]
        form = "zh-en" if language == "zh" else "en"
        record = outcome.folder / f"record-{name}.xlsx"
        certificate = outcome.folder / f"certificate-{name}.pdf"
        outcome.files.append(record_xlsx.write(found, laboratory, job, form, record))
        model = build(found, laboratory, job, form)
        outcome.files.append(certificate_pdf.write(model, certificate))


def _summary(outcome: _Outcome, language: str) -> list[str]:
    """One screen: results, verdicts, files."""
    lines = [""]
    for identity, evaluated in outcome.evaluated.items():
        evaluation = evaluated.evaluation
        assert evaluation is not None
        title = in_language(text_of(evaluated.plan.get("title")), language)
        found = {figure.key: figure for figure in evaluation.figures}
        shown = [
            f"{key} = {found[key].text} {found[key].unit}".rstrip()
            for key in _HEADLINES[evaluation.procedure]
            if key in found
        ]
        lines.append(f"{identity}  {title}")
        lines.append("    " + "   ".join(shown))
        headline = evaluation.verdicts[0]
        reference = ""
        if headline.reference_only:
            reference = in_language(Text("（仅供参考）", " (for reference)"), language)
        names = {
            str(step["id"]): in_language(text_of(step), language)
            for step in evaluated.plan["steps"]
        }
        sentence = texts.render(headline.code, headline.values, language, names)
        lines.append(f"    {texts.outcome(headline.outcome, language)}{reference}: {sentence}")
    lines.append("")
    lines += [f"    {path}" for path in [*outcome.files, outcome.folder / "store.sqlite"]]
    count = len(outcome.evaluated)
    done = Text(
        f"完成：{count} 次测量，用时 {outcome.seconds:.1f} s；证书为草稿，因不确定度评定尚未完整",
        f"done: {count} sessions in {outcome.seconds:.1f} s; the certificates are DRAFT until "
        "every budget is complete",
    )
    return [*lines, "", in_language(done, language)]


def _as_json(outcome: _Outcome) -> dict[str, object]:
    return {
        "unit": outcome.unit,
        "runtime": outcome.runtime,
        "folder": str(outcome.folder),
        "seconds": round(outcome.seconds, 3),
        "sessions": [
            {
                "session": identity,
                "procedure": evaluated.plan["procedure"],
                "figures": [
                    figure._asdict()
                    for figure in (evaluated.evaluation.figures if evaluated.evaluation else [])
                ],
            }
            for identity, evaluated in outcome.evaluated.items()
        ],
        "files": [str(path) for path in outcome.files],
    }
