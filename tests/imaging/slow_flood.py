"""Uniformity of a flood by plain loops, after reference sheet 2.2; independent of the program."""

from __future__ import annotations

import math
from collections.abc import Callable

KERNEL = ((1, 2, 1), (2, 4, 2), (1, 2, 1))
Inside = Callable[[float, float], bool]


def binned(counts: list[list[float]], by: int) -> list[list[float]]:
    """Sums of by x by pixels; what fills no bin is left out evenly."""
    rows, columns = len(counts) // by, len(counts[0]) // by
    top, left = (len(counts) - rows * by) // 2, (len(counts[0]) - columns * by) // 2
    return [
        [
            sum(
                counts[top + y * by + dy][left + x * by + dx]
                for dy in range(by)
                for dx in range(by)
            )
            for x in range(columns)
        ]
        for y in range(rows)
    ]


def half_inside(side: int, centre: float, inside: Inside, fine: int = 100) -> set[tuple[int, int]]:
    """Pixels of a square image with half of their area within a convex figure, by counting points;
    inside(y, x) in pixels about the centre."""
    steps = [(step + 0.5) / fine - 0.5 for step in range(fine)]
    found = set()
    for y in range(side):
        for x in range(side):
            middle = y - centre, x - centre
            corners = [
                inside(middle[0] + dy, middle[1] + dx) for dy in (-0.5, 0.5) for dx in (-0.5, 0.5)
            ]
            if all(corners):
                found.add((y, x))
            elif any(corners) or inside(*middle):
                hits = sum(inside(middle[0] + dy, middle[1] + dx) for dy in steps for dx in steps)
                if hits >= fine * fine / 2:
                    found.add((y, x))
    return found


def figures(
    counts: list[list[float]], ufov: set[tuple[int, int]], cfov: set[tuple[int, int]]
) -> dict[str, tuple[float, float]]:
    """IU and DU of UFOV and CFOV in %."""

    def around(y: int, x: int) -> list[tuple[int, int]]:
        return [(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)]

    threshold = 0.75 * sum(counts[y][x] for y, x in cfov) / len(cfov)
    kept = {
        (y, x)
        for y, x in ufov
        if all(cell in ufov for cell in around(y, x)) or counts[y][x] >= threshold
    }
    final = {cell for cell in kept if all(one in kept for one in around(*cell))}
    smooth = {}
    for y, x in final:
        total = weights = 0.0
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                if (y + dy, x + dx) in final:
                    weight = KERNEL[dy + 1][dx + 1]
                    total += weight * counts[y + dy][x + dx]
                    weights += weight
        smooth[y, x] = total / weights
    return {"ufov": _of(smooth, final), "cfov": _of(smooth, final & cfov)}


def _of(smooth: dict[tuple[int, int], float], cells: set[tuple[int, int]]) -> tuple[float, float]:
    values = [smooth[cell] for cell in cells]
    largest = -math.inf
    for y, x in cells:
        for dy, dx in ((1, 0), (0, 1)):
            run = [(y + n * dy, x + n * dx) for n in range(5)]
            if all(cell in cells for cell in run):
                of_run = [smooth[cell] for cell in run]
                high, low = max(of_run), min(of_run)
                largest = max(largest, 100 * (high - low) / (high + low))
    high, low = max(values), min(values)
    return 100 * (high - low) / (high + low), largest
