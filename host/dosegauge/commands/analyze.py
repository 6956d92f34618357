"""What every `dosegauge analyze` shares: reading the image, conditions, verdicts, printing."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dosegauge import __version__
from dosegauge.errors import WrongUse
from dosegauge.imaging.combined import combined
from dosegauge.imaging.differing import differing
from dosegauge.imaging.findings import Finding, Judged, as_data, judge
from dosegauge.imaging.image import Image, PixelSize
from dosegauge.imaging.readers import read_image
from dosegauge.imaging.readers.opened import RawFormat
from dosegauge.imaging.requirements import GAMMA_CAMERAS, Requirement, check
from dosegauge.output import print_json, printable, table
from dosegauge.standards.lookup import standard_named
from dosegauge.texts import Text, in_language
from dosegauge_core import texts

_SHORTEST_MM, _LONGEST_MM = 1e-5, 1e5


def read(arguments: argparse.Namespace, path: str | None = None) -> Image:
    """The image that the options name."""
    raw = raw_format(arguments)
    return read_image(path or arguments.image, arguments.frame, pixel_size(arguments), raw)


def raw_format(arguments: argparse.Namespace) -> RawFormat | None:
    """How bare pixels are to be read, None where nothing is said."""
    if arguments.raw is None and arguments.shape is None:
        return RawFormat(big_endian=True) if arguments.big_endian else None
    if not arguments.raw or not arguments.shape:
        raise _wrong("--raw", Text("--raw 和 --shape 要一起给出", "--raw and --shape go together"))
    try:
        shape = tuple(int(part) for part in arguments.shape.split(","))
    except ValueError:
        raise _wrong("--shape", Text("应为 行,列 或 帧,行,列", "must be R,C or F,R,C")) from None
    if arguments.offset < 0:
        raise _wrong("--offset", Text("不能为负", "can't be negative"))
    return RawFormat(arguments.raw, shape, arguments.big_endian, arguments.offset)


def pixel_size(arguments: argparse.Namespace) -> PixelSize | None:
    """The pixel size that was given: P, or WxH."""
    if arguments.pixel_mm is None:
        return None
    sides = lengths("--pixel-mm", arguments.pixel_mm)
    return PixelSize(sides[-1], sides[0])


def lengths(option: str, text: str) -> tuple[float, ...]:
    """One length, or two as "WxH"."""
    try:
        found = tuple(float(part) for part in text.lower().replace("×", "x").split("x"))
    except ValueError:
        found = ()
    if not 1 <= len(found) <= 2 or not all(_SHORTEST_MM <= one <= _LONGEST_MM for one in found):
        raise _wrong(
            option, Text("应为长度（mm），如 2.4 或 2.4x2.4", "lengths in mm, as 2.4 or 2.4x2.4")
        )
    return found


def makers_values(arguments: argparse.Namespace) -> dict[str, str]:
    """The maker's values by item and region."""
    found = {}
    for text in arguments.maker:
        name, equals, value = text.partition("=")
        if not equals:
            raise _wrong("--maker", Text("应为 项目=值", "must be ITEM=VALUE"))
        found[name] = value
    return found


def requirements(
    arguments: argparse.Namespace,
    image: Image | None = None,
    *,
    intrinsic: bool = False,
    ufov_side_mm: float | None = None,
) -> list[Requirement]:
    """The conditions of the document on peak, window, background and rate, with what the options
    or the file say of them; of an intrinsic measurement also the distance of its source."""
    standard = standard_named(GAMMA_CAMERAS)
    facts = image.facts if image else {}
    rate = arguments.count_rate
    if image and rate is None and "duration_ms" in facts and float(facts["duration_ms"]) > 0:
        rate = float(image.pixels.sum()) * 1000 / float(facts["duration_ms"])
    found = [
        check(standard, "peak_energy", arguments.peak_kev),
        check(standard, "background", arguments.background_per_min),
        check(standard, "count_rate", rate),
    ]
    if intrinsic:
        distance = arguments.source_distance_mm
        in_fields = distance / ufov_side_mm if distance and ufov_side_mm else None
        found.append(check(standard, "source_distance", in_fields))
    for end in ("low", "high"):
        text = facts.get(f"window_{end}_kev", "")
        if text:
            found.append(_window(check(standard, "window", float(text)), end))
    return found


def _window(requirement: Requirement, end: str) -> Requirement:
    """Either end of the window must be the document's."""
    asked = requirement.lowest if end == "low" else requirement.highest
    return Requirement(
        f"window_{end}",
        requirement.value,
        requirement.unit,
        asked,
        asked,
        requirement.clause,
        requirement.provenance,
    )


def finish(
    arguments: argparse.Namespace,
    measurement: Text,
    image_facts: Mapping[str, str],
    findings: Sequence[Finding],
    conditions: Sequence[Requirement],
    warnings: Sequence[Text],
    data: Mapping[str, Any],
    document: str = GAMMA_CAMERAS,
    draw: Callable[[], bytes] | None = None,
    notes: Sequence[Text] = (),
) -> int:
    """Print a measurement, or its JSON with `data` in front; 1 when a limit isn't kept that is
    for pass or fail. `warnings` say what may be wrong, `notes` what was chosen; `draw` makes the
    picture that --overlay asks for."""
    check_outputs(arguments, image_facts)
    judged = judge(findings, arguments.stage, makers_values(arguments), document)
    together = combined(judged, document, getattr(arguments, "criterion", None))
    reference_only = standard_named(document).for_reference
    failed = any(one.outcome == "fail" for one in judged) and not reference_only
    content = {
        **data,
        "document": document,
        "findings": [as_data(one) for one in judged],
        "combined": [one.as_data() for one in together],
        "stage": arguments.stage,
        "conditions": [_condition_data(one) for one in conditions],
        "facts": {**image_facts, **stated(arguments)},
        "notes": [one._asdict() for one in notes],
        "warnings": [one._asdict() for one in warnings],
        "software": f"dosegauge {__version__}",
    }
    _keep(arguments, image_facts, content, draw)
    if arguments.json:
        print_json(content)
    else:
        said = [
            *_of_findings(judged),
            *(one.sentence() for one in together),
            *(_of_condition(one) for one in conditions),
            *(Text(f"说明：{one.zh}", f"note: {one.en}") for one in notes),
            *(Text(f"警告：{one.zh}", f"warning: {one.en}") for one in warnings),
        ]
        _print(arguments, measurement, judged, said)
        if arguments.save:
            number = content["saved"]
            kept = Text(f"已保存，编号 {number}", f"saved as number {number}")
            print(in_language(kept, arguments.lang))
    return 1 if failed else 0


def _keep(
    arguments: argparse.Namespace,
    image_facts: Mapping[str, str],
    content: dict[str, Any],
    draw: Callable[[], bytes] | None,
) -> None:
    """The picture and the row in the store that are asked for: both, or none of them."""
    picture = None
    if draw is not None and arguments.overlay:
        from dosegauge.reports.output import write_new

        picture = write_new(Path(arguments.overlay), draw())
    if arguments.save:
        from dosegauge.commands.analyze_saving import save

        try:
            content["saved"] = save(arguments, image_facts, content)
        except BaseException:
            if picture is not None:
                picture.unlink()
            raise


def check_outputs(arguments: argparse.Namespace, image_facts: Mapping[str, str]) -> None:
    """WrongUse where the picture would replace a file, or something is missing for the store.
    Asked before what takes long."""
    if getattr(arguments, "overlay", None):
        from dosegauge.reports.output import require_free

        require_free(Path(arguments.overlay))
    if arguments.save:
        from dosegauge.commands.analyze_saving import check_saving

        check_saving(arguments, image_facts)


_OF_A_CAMERA = ("maker", "model", "serial", "collimator", "window_low_kev", "window_high_kev")


def of_one_camera(images: Sequence[Image]) -> list[Text]:
    """A warning for everything that the files of one measurement say differently."""
    return [
        Text(
            f"各图像的 {name} 不同：{', '.join(told)}",
            f"the images differ in {name}: {', '.join(told)}",
        )
        for name, told in differing((image.facts for image in images), _OF_A_CAMERA)
    ]


def stated(arguments: argparse.Namespace) -> dict[str, str]:
    """What a record needs of the head, as given by the options."""
    given = {name: getattr(arguments, name, None) for name in ("head", "crystal_mm", "collimator")}
    return {name: value for name, value in given.items() if value}


def _condition_data(one: Requirement) -> dict[str, Any]:
    return {
        "quantity": one.quantity,
        "value": one.value,
        "unit": one.unit,
        "lowest": one.lowest,
        "highest": one.highest,
        "holds": one.holds,
        "from": one.provenance,
    }


def _print(
    arguments: argparse.Namespace,
    measurement: Text,
    judged: Sequence[Judged],
    said: Sequence[Text],
) -> None:
    language = arguments.lang
    print(printable(in_language(measurement, language)))
    heads = (
        Text("量", "quantity"),
        Text("测得值", "measured"),
        Text("U", "U"),
        Text("单位", "unit"),
        Text("判定", "verdict"),
    )
    rows = []
    for one in judged:
        value, expanded = one.finding.printed()
        outcome = texts.outcome(one.outcome, language) if one.outcome else ""
        label = in_language(one.finding.label, language)
        rows.append([label, value, expanded, one.finding.unit, outcome])
    print(table([in_language(head, language) for head in heads], rows))
    # A document's source line belongs to several findings and is said once.
    for sentence in dict.fromkeys(said):
        print(printable(in_language(sentence, language)))


def _of_findings(judged: Sequence[Judged]) -> list[Text]:
    """Verdicts, then why figures have no U: those with the same reason in one sentence."""
    said = [sentence for one in judged for sentence in one.sentences]
    without: dict[Text, list[Text]] = {}
    for one in judged:
        why = one.finding.why_no_u
        if why is not None:
            without.setdefault(why, []).append(one.finding.label)
    for why, labels in without.items():
        zh, en = "、".join(label.zh for label in labels), "; ".join(label.en for label in labels)
        said.append(Text(f"{zh}：{why.zh}", f"{en}: {why.en}"))
    return said


def _of_condition(condition: Requirement) -> Text:
    mark = {
        True: Text("符合", "kept"),
        False: Text("不符合", "NOT kept"),
        None: Text("未知", "unknown"),
    }[condition.holds]
    sentence = condition.sentence()
    return Text(f"条件{mark.zh}：{sentence.zh}", f"condition {mark.en}: {sentence.en}")


def _wrong(option: str, what: Text) -> WrongUse:
    return WrongUse(what, option, Text("用 --help 查看", "See --help"))
