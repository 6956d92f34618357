"""The order of DICOM slices along z: by their position, else by their number, else by the numbers
in the files' names; and what tells that they don't belong together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from dosegauge.imaging.differing import differing
from dosegauge.imaging.readers.dicom_place import same_directions
from dosegauge.imaging.readers.opened import Opened
from dosegauge.imaging.slice_files import numbered, refused
from dosegauge.texts import Text

# Positions of neighbouring slices may differ from their usual distance by this part.
_STEADY = 0.01
# Facts that all slices must share, and how a slice is named that has another.
_SHARED = {
    "series": Text("属于另一序列", "belongs to another series"),
    "unit": Text("数值单位不同", "has values of another unit"),
}
_SAME_SCAN = {
    "maker": Text("厂家", "maker"),
    "model": Text("型号", "model"),
    "serial": Text("编号", "serial number"),
    "kvp": Text("管电压 kV", "tube voltage in kV"),
}
_PLACE, _NUMBER = "z_mm", "instance"


def ordered(opened: Sequence[Opened]) -> tuple[list[Opened], float | None, list[Text]]:
    """The slices in their order, their distance in mm where positions tell it, and warnings.

    WrongUse: several series, orientations or units; a position that is no number; two slices at
    one place.
    """
    _require_one_scan(opened)
    warnings = [
        Text(
            f"各层的{_SAME_SCAN[name].zh}不同：{', '.join(told)}",
            f"the slices differ in their {_SAME_SCAN[name].en}: {', '.join(told)}",
        )
        for name, told in differing((one.facts for one in opened), list(_SAME_SCAN))
    ]
    key = next((name for name in (_PLACE, _NUMBER) if all(name in o.facts for o in opened)), "")
    if key != _PLACE and len(opened) > 1:
        warnings.append(_without_place(opened))
    if not key:
        return list(opened), None, warnings + numbered([Path(one.name) for one in opened])
    for one in opened:
        if not math.isfinite(float(one.facts[key])):
            raise refused(one.name, Text("位置不是数", "its position is no number"))
    slices = sorted(opened, key=lambda one: float(one.facts[key]))
    steps = np.diff([float(one.facts[key]) for one in slices])
    for step, (one, after) in zip(steps, pairwise(slices), strict=True):
        if step == 0:
            what = (
                Text(f"与 {one.name} 位置相同", f"it lies at the same place as {one.name}")
                if key == _PLACE
                else Text(f"与 {one.name} 实例号相同", f"it has the same number as {one.name}")
            )
            raise refused(after.name, what)
    usual = float(np.median(steps)) if len(steps) else 0.0
    warnings += _gaps(slices, steps, usual, " mm" if key == _PLACE else "")
    return slices, (usual or None) if key == _PLACE else None, warnings


def _without_place(opened: Sequence[Opened]) -> Text:
    name = next(Path(one.name).name for one in opened if _PLACE not in one.facts)
    return Text(
        f"{name} 等文件没有位置：切片不能按位置排序",
        f"{name} gives no position: slices can't be ordered by it, but by their number or name",
    )


def _require_one_scan(opened: Sequence[Opened]) -> None:
    first = opened[0]
    for one in opened:
        if not same_directions(one.facts.get("directions"), first.facts.get("directions")):
            raise refused(
                one.name,
                Text(f"方向与 {first.name} 不同", f"its orientation is not that of {first.name}"),
            )
    for name, what in _SHARED.items():
        for one in opened:
            if one.facts.get(name, "") != first.facts.get(name, ""):
                raise refused(
                    one.name,
                    Text(f"{what.zh}（对比 {first.name}）", f"{what.en} than {first.name}"),
                )


def _gaps(slices: Sequence[Opened], steps: np.ndarray, usual: float, unit: str) -> list[Text]:
    uneven = np.flatnonzero(np.abs(steps - usual) > _STEADY * usual)
    if not len(uneven):
        return []
    first = int(uneven[0])
    name = Path(slices[first].name).name
    return [
        Text(
            f"{len(uneven)} 处切片间距不均匀，首处在 {name} 之后（{steps[first]:.4g}{unit}，"
            f"通常 {usual:.4g}{unit}）：缺少切片？",
            f"places where the slices' distance differs: {len(uneven)}, the first after {name} "
            f"({steps[first]:.4g}{unit} for {usual:.4g}{unit}); are some missing?",
        )
    ]
