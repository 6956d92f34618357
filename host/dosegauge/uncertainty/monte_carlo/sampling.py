"""Draws of all input quantities: the estimate plus a deviation of each component.

Every component and every ensemble has a random stream of its own, derived from one seed, so that
what is drawn doesn't depend on the size of a chunk. numpy's PCG64; another version of numpy may
draw other numbers from the same seed.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator, SeedSequence
from numpy.typing import NDArray

from dosegauge.uncertainty.monte_carlo.deviates import Draw, as_float, draw_of, stream
from dosegauge.uncertainty.monte_carlo.joint import JointDraws, Member
from dosegauge_core.uncertainty.combination import (
    Correlation,
    Quantity,
    correlated_pairs,
    covariance_of,
)
from dosegauge_core.uncertainty.component import Component

Array = NDArray[np.float64]


@dataclass(frozen=True)
class _Source:
    """A component that varies, and the quantity (by position) whose deviation it is a part of."""

    quantity: int
    component: Component
    where: str


class Sampler:
    """Draws of input quantities, chunk by chunk of at most `size` trials.

    `fixed` are the values of the quantities that don't vary.
    """

    def __init__(
        self,
        quantities: list[Quantity],
        correlations: tuple[Correlation, ...],
        seed: int,
        size: int,
    ) -> None:
        """WrongUse for a distribution or a correlation that can't be drawn."""
        sources = [
            _Source(position, component, f"{quantity.name}, {component.name}")
            for position, quantity in enumerate(quantities)
            for component in quantity.components
        ]
        self._names = [quantity.name for quantity in quantities]
        self._centres = [as_float(quantity.value, quantity.name) for quantity in quantities]
        self._size = size
        self._rows = np.empty((len(quantities), size))
        self._spare, self._scratch = np.empty(size), np.empty(size)
        self._joint: list[JointDraws] = []
        self._draws: list[list[Draw]] = [[] for _ in quantities]
        self._prepare(sources, _coefficients(quantities, sources, correlations), seed)
        self.fixed: Mapping[str, float] = {
            name: centre
            for name, centre, draws in zip(self._names, self._centres, self._draws, strict=True)
            if not draws
        }

    def _prepare(
        self, sources: list[_Source], coefficients: dict[tuple[int, int], float], seed: int
    ) -> None:
        ensembles = sorted({one.component.ensemble for one in sources} - {""})
        seeds = SeedSequence(seed).spawn(len(sources) + len(ensembles))
        shared = {
            ensemble: stream(child)
            for ensemble, child in zip(ensembles, seeds[len(sources) :], strict=True)
        }
        for group in _groups(sources, coefficients):
            if len(group) > 1:
                self._add_group(group, sources, coefficients, seeds, shared)
            elif _varies(sources[group[0]].component):
                one = sources[group[0]]
                self._draws[one.quantity].append(
                    draw_of(one.component, one.where, seeds[group[0]])
                )

    def _add_group(
        self,
        group: list[int],
        sources: list[_Source],
        coefficients: dict[tuple[int, int], float],
        seeds: list[SeedSequence],
        shared: dict[str, Generator],
    ) -> None:
        members = []
        for position in group:
            component = sources[position].component
            chi_square = None
            if component.distribution == "t":
                chi_square = shared.get(component.ensemble)
                if chi_square is None:
                    chi_square = stream(seeds[position].spawn(1)[0])
            members.append(
                Member(component, sources[position].where, stream(seeds[position]), chi_square)
            )
        inside = {
            (group.index(i), group.index(j)): coefficient
            for (i, j), coefficient in coefficients.items()
            if i in group
        }
        joint = JointDraws(members, inside, self._size)
        self._joint.append(joint)
        for row, position in enumerate(group):
            self._draws[sources[position].quantity].append(_row_of(joint, row))

    def next_chunk(self, size: int) -> dict[str, Array]:
        """Values of the varying quantities for the next trials, valid until the next call."""
        for joint in self._joint:
            joint.draw(size)
        spare, scratch = self._spare[:size], self._scratch[:size]
        drawn = {}
        for name, centre, draws, whole in zip(
            self._names, self._centres, self._draws, self._rows, strict=True
        ):
            if not draws:
                continue
            row = whole[:size]
            draws[0].fill(row, scratch)
            np.multiply(row, draws[0].scale, out=row)
            for draw in draws[1:]:
                draw.fill(spare, scratch)
                np.multiply(spare, draw.scale, out=spare)
                np.add(row, spare, out=row)
            offset = centre + sum(draw.shift for draw in draws)
            if offset != 0:
                np.add(row, offset, out=row)
            drawn[name] = row
        return drawn


def _varies(component: Component) -> bool:
    """No counts at all have a variance of 0, and still a distribution."""
    return bool(component.variance != 0) or component.distribution == "poisson"


def _row_of(joint: JointDraws, row: int) -> Draw:
    return Draw(
        lambda out, scratch: np.copyto(out, joint.rows[row, : len(out)]), joint.scales[row]
    )


def _coefficients(
    quantities: list[Quantity], sources: list[_Source], correlations: tuple[Correlation, ...]
) -> dict[tuple[int, int], float]:
    """Coefficients by positions of two components; what doesn't vary isn't correlated."""
    ends = [(quantities[one.quantity].name, one.component.name) for one in sources]
    found = {}
    for correlation, (i, j) in zip(
        correlations, correlated_pairs(ends, correlations), strict=True
    ):
        first, second = sources[i].component, sources[j].component
        covariance = covariance_of(correlation, first, second)
        if covariance == 0:
            continue
        squared = covariance * covariance / (first.variance * second.variance)
        coefficient = math.sqrt(as_float(squared, sources[i].where))
        found[(i, j)] = -coefficient if covariance < 0 else coefficient
    return found


def _groups(sources: list[_Source], coefficients: dict[tuple[int, int], float]) -> list[list[int]]:
    """Positions of components that vary together: correlated, or of one ensemble."""
    group_of = list(range(len(sources)))

    def join(i: int, j: int) -> None:
        old, new = group_of[i], group_of[j]
        for position, group in enumerate(group_of):
            if group == old:
                group_of[position] = new

    for i, j in coefficients:
        join(i, j)
    first_of: dict[str, int] = {}
    for position, one in enumerate(sources):
        component = one.component
        if component.ensemble and component.distribution == "t" and component.variance != 0:
            join(position, first_of.setdefault(component.ensemble, position))
    return [
        [position for position, of in enumerate(group_of) if of == group]
        for group in dict.fromkeys(group_of)
    ]
