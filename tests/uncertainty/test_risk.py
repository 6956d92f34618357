"""Global risks against a closed form, mpmath's quadrature and a simulation.

The worked examples of JCGM 106 aren't among them: their figures were not at hand.
"""

import math
import random

import pytest
from mpmath import mp, mpf

from dosegauge.uncertainty.risk import global_risks
from dosegauge_core.conformity import Limits
from dosegauge_core.exact import Ratio, parse_decimal


def limits(lower: str | None, upper: str | None) -> Limits:
    return Limits(*(None if text is None else parse_decimal(text) for text in (lower, upper)))


def number(text: str) -> Ratio:
    return parse_decimal(text)


@pytest.mark.parametrize("u", ["0.001", "0.2", "1", "3", "1000"])
def test_one_limit_at_the_populations_mean(u: str) -> None:
    """Sheppard: two normal variables with correlation rho have opposite signs, one way, with the
    probability 1/4 - arcsin(rho)/(2 pi); rho = sd / sqrt(sd^2 + u^2)."""
    half_open = limits(None, "7")
    risks = global_risks(Ratio(7), Ratio(1), number(u), half_open, half_open)
    half_angle = math.atan(float(u)) / (2 * math.pi)  # 1/4 - arcsin(rho)/(2 pi)
    assert risks.consumer == pytest.approx(half_angle, abs=1e-14)
    assert risks.producer == pytest.approx(half_angle, abs=1e-14)


CASES = [
    # mean, sd, u, tolerance, acceptance
    ("1500", "0.12", "0.04", ("1499.8", "1500.2"), ("1499.8", "1500.2")),
    ("1500", "0.12", "0.04", ("1499.8", "1500.2"), ("1499.84", "1500.16")),
    ("0", "1", "0.25", ("-2", "2"), ("-1.5", "1.5")),
    ("0.3", "1", "0.1", ("-1", "2.5"), ("-1.1", "2.6")),
    ("0", "1", "2", ("-1", "1"), ("-1", "1")),
    ("0", "1", "0.02", (None, "1.645"), (None, "1.6")),
    ("0", "1", "0.5", ("-1", None), ("-0.2", None)),
    ("5", "1", "0.1", ("-1", "1"), ("-1", "1")),
    ("0", "1", "0.3", ("-1", "1"), (None, "1")),
]


def by_mpmath(case: tuple[str, ...]) -> tuple[mpf, mpf]:
    """R_C and R_P integrated over the true value, at 25 digits, cut finely."""
    mean, sd, u = (mpf(text) for text in case[:3])
    (t_low, t_high), (a_low, a_high) = (
        [(mpf(text) - mean) / sd if text else side * mpf(30)
         for text, side in zip(pair, (-1, 1), strict=True)]
        for pair in case[3:]
    )  # fmt: skip
    s = u / sd

    def accepted(x: mpf) -> mpf:
        low = mp.ncdf((a_low - x) / s) if a_low > -30 else mpf(0)
        high = mp.ncdf((a_high - x) / s) if a_high < 30 else mpf(1)
        return high - low

    def integral(chance, low: mpf, high: mpf) -> mpf:
        low, high = max(low, mpf(-10)), min(high, mpf(10))
        if low >= high:
            return mpf(0)
        cuts = [low + (high - low) * i / 80 for i in range(81)]
        return mp.quad(lambda x: mp.npdf(x) * chance(x), cuts)

    consumer = integral(accepted, mpf(-10), t_low) + integral(accepted, t_high, mpf(10))
    return consumer, integral(lambda x: 1 - accepted(x), t_low, t_high)


@pytest.mark.parametrize("case", CASES)
def test_against_quadrature_at_25_digits(case: tuple[str, ...]) -> None:
    mean, sd, u, tolerance, acceptance = case
    risks = global_risks(
        number(mean), number(sd), number(u), limits(*tolerance), limits(*acceptance)
    )
    with mp.workdps(25):
        consumer, producer = by_mpmath(case)
        assert abs(risks.consumer - consumer) < 1e-12
        assert abs(risks.producer - producer) < 1e-12


def test_against_a_simulation_of_items_and_measurements() -> None:
    """200 000 items: the shares must lie within 4 standard deviations of the risks."""
    chance = random.Random(106)
    n, wrongly_accepted, wrongly_rejected = 200_000, 0, 0
    for _ in range(n):
        item = chance.gauss(0.2, 1)
        accepted = -1.4 <= chance.gauss(item, 0.3) <= 1.4
        conforming = -1.5 <= item <= 1.5
        wrongly_accepted += accepted and not conforming
        wrongly_rejected += conforming and not accepted
    risks = global_risks(
        number("0.2"), Ratio(1), number("0.3"), limits("-1.5", "1.5"), limits("-1.4", "1.4")
    )
    for count, risk in ((wrongly_accepted, risks.consumer), (wrongly_rejected, risks.producer)):
        assert abs(count - n * risk) < 4 * math.sqrt(n * risk * (1 - risk))


def test_a_guard_band_trades_the_consumers_risk_for_the_producers() -> None:
    population = Ratio(0), Ratio(1), number("0.2")
    tolerance = limits("-2", "2")
    plain = global_risks(*population, tolerance, tolerance)
    guarded = global_risks(*population, tolerance, limits("-1.6", "1.6"))
    assert guarded.consumer < plain.consumer / 10
    assert guarded.producer > plain.producer


GOOD = {
    "mean": Ratio(0), "sd": Ratio(1), "u": Ratio(1, 10),
    "tolerance": Limits(Ratio(-1), Ratio(1)), "acceptance": Limits(Ratio(-1), Ratio(1)),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("sd", Ratio(0), "sd: the items' standard deviation is not above 0"),
        ("sd", Ratio(-1), "sd: the items' standard deviation is not above 0"),
        ("u", Ratio(0), "u: the standard uncertainty is not above 0"),
        ("u", Ratio(-1), "u: the standard uncertainty is not above 0"),
        (
            "tolerance",
            Limits(Ratio(1), Ratio(-1)),
            "tolerance: limits: the lower limit is not below the upper limit",
        ),
        (
            "acceptance",
            Limits(Ratio(1), Ratio(1)),
            "acceptance: limits: the lower limit is not below the upper limit",
        ),
        (
            "acceptance",
            Limits(None, None),
            "acceptance: limits: there is neither a lower nor an upper limit",
        ),
    ],
)
def test_refusals_name_the_input(name: str, value: "Ratio | Limits", message: str) -> None:
    with pytest.raises(ValueError) as refusal:
        global_risks(**{**GOOD, name: value})
    assert str(refusal.value) == message
