"""Draws of components that vary together.

- Correlated normal components: multivariate normal (JCGM 101 6.4.8; JCGM 102:2011 5.3.3).
- Means of readings taken together, all with the same degrees of freedom nu: multivariate t with
  that nu, one chi-square for the whole ensemble (JCGM 102:2011 5.3.2 takes n - N instead; the
  common nu agrees with the degrees of freedom of the GUM budget: own choice).
- A type A component that is correlated outside its ensemble: its normal numerator has the
  coefficient, its chi-square is its own (own choice).
- Bounded shapes: a Gaussian copula, see `copula`.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from dosegauge.errors import WrongUse
from dosegauge.texts import Text
from dosegauge.uncertainty.monte_carlo.copula import Marginal, normal_coefficient
from dosegauge.uncertainty.monte_carlo.deviates import as_float, scale_of
from dosegauge_core.uncertainty.component import Component

Array = NDArray[np.float64]

# A pivot below this is zero: the component follows from those before it.
_NO_PIVOT = 1e-12
# What may be left beside a pivot of zero, from the rounding of floats.
_LEFT_BESIDE = 1e-7


@dataclass(frozen=True)
class Member:
    """A component of a group. `where` names it; `generator` draws its normal deviates and
    `chi_square` its ensemble's or its own chi-square."""

    component: Component
    where: str
    generator: Generator
    chi_square: Generator | None


class JointDraws:
    """Deviations of a group's members, chunk by chunk of at most `size` trials."""

    def __init__(
        self, members: list[Member], coefficients: dict[tuple[int, int], float], size: int
    ) -> None:
        """coefficients: by positions of two members. WrongUse when they contradict one another
        or the members' distributions."""
        self._members = members
        self._marginals = [Marginal(member.component, member.where) for member in members]
        self.scales = [scale_of(member.component, member.where) for member in members]
        self._factor = _lower_factor(self._normal_matrix(coefficients), members)
        # Deviations of each member over its scale, as the last `draw` left them.
        self.rows = np.empty((len(members), size))
        self._spare = np.empty(size)

    def _normal_matrix(self, coefficients: dict[tuple[int, int], float]) -> list[list[float]]:
        count = len(self._members)
        matrix = [[1.0 if i == j else 0.0 for j in range(count)] for i in range(count)]
        for (i, j), coefficient in coefficients.items():
            where = f"{self._members[i].where}; {self._members[j].where}"
            normal = normal_coefficient(self._marginals[i], self._marginals[j], coefficient, where)
            matrix[i][j] = matrix[j][i] = normal
        return matrix

    def draw(self, size: int) -> None:
        """The next deviations of each member, into its row."""
        rows = self.rows[:, :size]
        for row, member in zip(rows, self._members, strict=True):
            member.generator.standard_normal(out=row)
        self._correlate(rows)
        inverse_roots: dict[int, Array] = {}
        for row, member, marginal in zip(rows, self._members, self._marginals, strict=True):
            if not marginal.is_normal:
                np.copyto(row, marginal.of_normal(row))
            if member.chi_square is not None:
                key = id(member.chi_square)
                if key not in inverse_roots:
                    inverse_roots[key] = _inverse_root(member.chi_square, member, size)
                np.multiply(row, inverse_roots[key], out=row)

    def _correlate(self, rows: Array) -> None:
        """rows = factor @ rows, in place: a row needs only those above it and itself."""
        spare = self._spare[: rows.shape[1]]
        for i in range(len(rows) - 1, -1, -1):
            np.multiply(rows[i], self._factor[i][i], out=rows[i])
            for k in range(i):
                if self._factor[i][k] != 0:
                    np.multiply(rows[k], self._factor[i][k], out=spare)
                    np.add(rows[i], spare, out=rows[i])


def _inverse_root(generator: Generator, member: Member, size: int) -> Array:
    """The square root of nu / chi-square, by which a normal deviate becomes a t."""
    half_freedom = as_float(member.component.freedom, member.where) / 2
    return np.sqrt(half_freedom / generator.standard_gamma(half_freedom, size))


def _lower_factor(matrix: list[list[float]], members: list[Member]) -> list[list[float]]:
    """Cholesky's factor of a coefficient matrix, which may be singular (r = 1 or -1).

    WrongUse when the matrix isn't positive semi-definite.
    """
    count = len(matrix)
    factor = [[0.0] * count for _ in range(count)]
    for j in range(count):
        pivot = matrix[j][j] - sum(part * part for part in factor[j][:j])
        if pivot < -_NO_PIVOT:
            raise _contradiction(members)
        root = math.sqrt(pivot) if pivot > _NO_PIVOT else 0.0
        factor[j][j] = root
        for i in range(j + 1, count):
            known = sum(factor[i][k] * factor[j][k] for k in range(j))
            left = matrix[i][j] - known
            if root > 0:
                factor[i][j] = left / root
            elif abs(left) > _LEFT_BESIDE:
                raise _contradiction(members)
    return factor


def _contradiction(members: list[Member]) -> WrongUse:
    return WrongUse(
        Text("相关系数互相矛盾", "the correlation coefficients contradict one another"),
        "; ".join(member.where for member in members),
    )
