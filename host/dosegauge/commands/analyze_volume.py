"""What the Micro CT measurements of `dosegauge analyze` share: the volume, its slices, the phantom
that is said by hand."""

import argparse
import dataclasses
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation

from dosegauge.commands import analyze
from dosegauge.errors import WrongUse
from dosegauge.imaging.ct_object import Phantom, given_phantom, part_alike
from dosegauge.imaging.ct_uniformity import AIR_WATER, GREY, HU_SPAN
from dosegauge.imaging.image import Pixels
from dosegauge.imaging.orientation import AS_STORED, parsed_orientation, turned
from dosegauge.imaging.volume_mean import mean_of_volume
from dosegauge.imaging.volumes import Progress, Volume, open_volume
from dosegauge.output import ProgressLine
from dosegauge.texts import Text, in_language

# Of evaluations of edges and bars: plus and minus 0.2 %, uniform (reference sheet 1.4).
EVALUATION_U = 0.002 / math.sqrt(3)
RESOLUTION = "spatial-resolution"
_LP_PER_MM = {"lp/mm": Decimal(1), "lp/cm": Decimal("0.1")}
# Parts of a slice that may have its very lowest or highest value; air in HU.
_ALIKE_LOW, _ALIKE_HIGH = 0.1, 1e-3
_AIR_WITHIN_HU = 200.0
# A file's own voxel and the given one may differ by this part before that is told.
_SAME = 1e-3


def opened_volume(arguments: argparse.Namespace) -> Volume:
    """The volume with the voxel and the orientation that the options override. WrongUse also for
    what stands in the way of the results."""
    volume = open_volume(arguments.volume, analyze.raw_format(arguments))
    analyze.check_outputs(arguments, volume.facts)
    volume = turned(volume, parsed_orientation(arguments.orientation))
    given = analyze.pixel_size(arguments)
    pixel_mm, slice_mm = given or volume.pixel_mm, arguments.slice_mm or volume.slice_mm
    said = [
        Text(
            f"文件中的{name.zh}为 {own:.5g} mm，采用给定的 {used:.5g} mm",
            f"the file's {name.en} is {own:.5g} mm, the given {used:.5g} mm is used",
        )
        for name, own, used in (
            (Text("像素", "pixel"), _x_mm(volume), pixel_mm.x_mm if pixel_mm else None),
            (Text("层间距", "distance of the slices"), volume.slice_mm, slice_mm),
        )
        if own and used and abs(own - used) > _SAME * used
    ]
    facts = {**volume.facts, "view": arguments.orientation}
    return dataclasses.replace(
        volume,
        pixel_mm=pixel_mm,
        slice_mm=slice_mm,
        facts=facts,
        warnings=(*volume.warnings, *said),
    )


def _x_mm(volume: Volume) -> float | None:
    return volume.pixel_mm.x_mm if volume.pixel_mm else None


def headline(volume: Volume, first: int, last: int) -> Text:
    """The volume, the slices that are used, the voxel and which way the slices are seen."""
    used = Text(f"切片 {first}–{last}", f"slices {first} to {last}")
    if first == last:
        used = Text(f"切片 {first}", f"slice {first}")
    voxel = _voxel_words(volume)
    return Text(
        f"{volume.name}：{used.zh}（共 {volume.slices}），{voxel.zh}",
        f"{volume.name}: {used.en} of {volume.slices}, {voxel.en}",
    )


def _voxel_words(volume: Volume) -> Text:
    pixel = volume.known_pixel_mm()
    sides = f"{pixel.x_mm:.5g} × {pixel.y_mm:.5g} × "
    sides += f"{volume.slice_mm:.5g}" if volume.slice_mm else "?"
    view = volume.facts.get("view", AS_STORED)
    told = volume.facts.get("orientation")
    return Text(
        f"体素 {sides} mm，方向 {view}" + (f"（文件：{told}）" if told else "（按存储）"),
        f"voxel {sides} mm, orientation {view} "
        + (f"(the file says {told})" if told else "(of the stored axes)"),
    )


def maker_in_lp_per_mm(arguments: argparse.Namespace, printed_unit: str) -> None:
    """Turns the maker's resolution into lp/mm, the standards file's unit. It is in that unit
    unless it names its own, as in spatial-resolution=40lp/cm; where results are printed in
    another, it must name it."""
    for place, text in enumerate(arguments.maker):
        name, _, value = text.partition("=")
        if name != RESOLUTION:
            continue
        number, unit = _parted(value)
        if not unit and printed_unit != "lp/mm":
            raise _wrong_maker(
                Text("请注明 lp/mm 或 lp/cm", "say whether it is in lp/mm or lp/cm"), value
            )
        if unit not in ("", *_LP_PER_MM):
            raise _wrong_maker(Text(f"单位 {unit}", f"unknown unit {unit}"), value)
        if number <= 0:
            raise _wrong_maker(Text("必须大于零", "it must be more than zero"), value)
        if unit:
            arguments.maker[place] = f"{name}={number * _LP_PER_MM[unit]:f}"


def _parted(value: str) -> tuple[Decimal, str]:
    found = re.fullmatch(r"([0-9.]{1,20})\s*(\D*)", value.strip())
    try:
        return Decimal(found[1] if found else ""), (found[2] if found else "").strip()
    except InvalidOperation:
        raise _wrong_maker(Text("不是数", "not a number"), value) from None


def _wrong_maker(what: Text, value: str) -> WrongUse:
    return WrongUse(
        what,
        f"--maker {RESOLUTION}={value}",
        Text("如 4.0lp/mm 或 40lp/cm", "As 4.0lp/mm, 40lp/cm"),
    )


@contextmanager
def slice_progress(arguments: argparse.Namespace) -> Iterator[Progress]:
    """Shows which slice is at work."""
    progress = ProgressLine()

    def show(done: int, all_of_them: int) -> bool:
        said = Text(f"切片 {done}/{all_of_them}", f"slice {done} of {all_of_them}")
        progress.show(in_language(said, arguments.lang))
        return True

    try:
        yield show
    finally:
        progress.clear()


def clipping(volume: Volume, number: int) -> list[Text]:
    """Warnings for a slice, counted from 1, of which many pixels have the very same lowest or
    highest value: they were cut off when it was written, or filled in."""
    pixels = volume.read(number - 1)
    said = []
    if part_alike(pixels, float(pixels.min())) > _ALIKE_LOW:
        said.append(
            Text(
                "切片中许多像素为同一个最低值：空气被截断或已填充，结果可能有误",
                "many pixels of the slice have the same lowest value: air was clipped or filled "
                "in, and results may be wrong",
            )
        )
    if part_alike(pixels, float(pixels.max())) > _ALIKE_HIGH:
        said.append(
            Text(
                "切片中许多像素为同一个最高值：模体的值可能被截断，结果可能有误",
                "many pixels of the slice have the same highest value: the phantom may be "
                "clipped, and results wrong",
            )
        )
    return said


def normaliser_for(
    arguments: argparse.Namespace, volume: Volume, air: float
) -> tuple[str, list[Text]]:
    """What percentages refer to: as given, else 1000 HU for values in HU. Values that are called
    HU but have air far from -1000 are none: then grey above air, and a warning."""
    no_hu = abs(air + HU_SPAN) > _AIR_WITHIN_HU
    chosen = arguments.normaliser or (AIR_WATER if volume.unit == "HU" and not no_hu else GREY)
    if not no_hu or (chosen == GREY and volume.unit != "HU"):
        return chosen, []
    return chosen, [
        Text(
            f"空气为 {air:.0f}，不是约 −1000 HU：这些值不是 HU",
            f"air is {air:.0f} and not about -1000 HU: these values are no HU",
        )
    ]


def mean_of_slices(
    arguments: argparse.Namespace, volume: Volume, first: int, last: int
) -> tuple[Pixels, int]:
    """The slices averaged, with progress; and how many they were."""
    with slice_progress(arguments) as show:
        return mean_of_volume(volume, first, last, show)


def slice_range(arguments: argparse.Namespace, volume: Volume) -> tuple[int, int]:
    """The slices to use: the given range, or so many in the middle as the thickness needs."""
    if arguments.slices:
        found = re.fullmatch(r"(\d{1,9})(-(\d{1,9}))?", arguments.slices.strip())
        if not found:
            raise WrongUse(
                Text("应为 首-末", "must be FIRST-LAST"), "--slices", Text("从 1 起", "From 1")
            )
        return int(found[1]), int(found[3] or found[1])
    count = 1
    if arguments.thickness_mm is not None:
        slice_mm = volume.slice_mm
        if not slice_mm or not (math.isfinite(slice_mm) and slice_mm > 0):
            raise WrongUse(
                Text("层间距未知", "the distance of the slices is not known"),
                volume.name,
                Text("请用 --slice-mm 给出", "Give it by --slice-mm"),
            )
        count = max(round(arguments.thickness_mm / slice_mm), 1)
    if count > volume.slices:
        raise WrongUse(
            Text(
                f"需要 {count} 层，只有 {volume.slices}",
                f"{count} slices are needed of {volume.slices}",
            ),
            volume.name,
            Text("请检查 --thickness-mm", "Check --thickness-mm"),
        )
    first = (volume.slices - count) // 2 + 1
    return first, first + count - 1


def phantom_by_hand(
    arguments: argparse.Namespace, mean: Pixels, pixel_mm: float, where: str
) -> Phantom | None:
    """The phantom that --roi names, None where it is to be found."""
    if arguments.roi is None:
        return None
    try:
        x, y, diameter_mm = (float(part) for part in arguments.roi.split(","))
    except ValueError:
        x = y = diameter_mm = math.nan
    if not (abs(x) < 1e5 and abs(y) < 1e5 and 0 < diameter_mm < 1e4):
        raise WrongUse(
            Text("应为 X,Y,直径mm", "must be X,Y,DIAMETER_MM"),
            "--roi",
            Text("以像素和 mm 计", "In pixels and mm"),
        )
    return given_phantom(mean, y, x, diameter_mm / pixel_mm, where)
