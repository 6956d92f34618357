"""Hole depth: Annex D, its printed numbers, and a plain mpmath reference for random readings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from dosegauge_core import depth, procedures, records, texts
from dosegauge_core.exact import Ratio
from dosegauge_core.reporting import INCONCLUSIVE
from dosegauge_core.telegrams.opto import END, with_parity

OUTSIDE = (0, -3600, 7100, 2400)
INSIDE = (-102600, -103300, -101400, -102400)
FOUR = st.tuples(*[st.integers(-500000, 500000).map(lambda step: step * 100)] * 4)


def inputs(outside=OUTSIDE, inside=INSIDE, mpe_nm=500, resolution_nm=100, rounding="half-even"):
    return depth.Inputs(
        outside, inside, 0, outside, Ratio(mpe_nm), Ratio(resolution_nm), "1.69", rounding,
        Ratio(600000), Ratio(5000), 0,
    )  # fmt: skip


def printed(result):
    return {figure.key: figure.text for figure in depth.figures(result)}


def reference(given_inputs):
    """t in nm, u_c, nu_eff (None: infinite), straight from the sheet's 3.7, in 40 digits."""
    mpe, resolution = mpf(given_inputs.mpe_nm.num), mpf(given_inputs.resolution_nm.num)
    total, weighted = mpf(0), mpf(0)
    for readings in (given_inputs.outside_nm, given_inputs.inside_nm):
        u1 = (max(readings) - min(readings)) / mpf("2.06") / 2
        u_resolution = resolution / (2 * mp.sqrt(3))
        if u1 >= u_resolution:
            weighted += u1**4 / mpf("2.7")
        total += max(u1, u_resolution) ** 2 + (mpe / mp.sqrt(3)) ** 2
    t = mpf(sum(given_inputs.outside_nm) - sum(given_inputs.inside_nm)) / 4
    return t, mp.sqrt(total), (total**2 / weighted if weighted else None)


@given(FOUR, FOUR, st.integers(100, 20000), st.integers(0, 1000))
def test_exact_results_agree_with_a_plain_reference(outside, inside, mpe_nm, resolution_nm):
    with mp.workdps(40):
        given_inputs = inputs(outside, inside, mpe_nm, resolution_nm)
        result = depth.compute(given_inputs)
        t, u_c, freedom = reference(given_inputs)
        assert mpf(result.depth.num) / result.depth.den == t
        variance = mpf(result.variance.num) / result.variance.den
        assert abs(mp.sqrt(variance) - u_c) < mpf("1e-30") * (1 + u_c)
        if freedom is None:
            assert result.whole_freedom is None
        else:
            assert result.whole_freedom == max(1, int(mp.floor(freedom + mpf("1e-25"))))


@given(FOUR, FOUR, st.integers(100, 20000))
def test_printed_digits_are_the_reference_rounded(outside, inside, mpe_nm):
    with mp.workdps(40):
        given_inputs = inputs(outside, inside, mpe_nm)
        figures = printed(depth.compute(given_inputs))
        t, u_c, _ = reference(given_inputs)
        expanded = mpf(figures["U"])
        # one unit of the second significant digit, in um
        last = mpf(10) ** (int(mp.floor(mp.log10(expanded) + mpf("1e-20"))) - 1)
        assert abs(expanded - 2 * u_c / 1000) <= last / 2 + mpf("1e-25")
        assert abs(mpf(figures["t"]) - t / 10**6) <= last / 2000 + mpf("1e-25")
        places = max(0, round(-mp.log10(last / 1000)))
        assert len(figures["t"].partition(".")[2]) == places


def test_annex_d_prints_come_out_of_the_drafts_own_way_of_working():
    """Annex D prints u(t1) 2.62, u_c 2.68 and U 5.4; unrounded they are 2.61, 2.67 and 5.3."""
    differences = depth.draft_differences(depth.compute(inputs()))
    assert [(r.values["step"], r.values["draft"], r.values["unrounded"]) for r in differences] == [
        ("u_t1", "2.62", "2.61"),
        ("u_c", "2.68", "2.67"),
        ("U", "5.4", "5.3"),
    ]


def test_the_draft_differs_nowhere_when_nothing_is_lost_by_rounding():
    """R = 0 and MPE such that every hundredth is exact: no remark is made up."""
    flat = inputs((0, 0, 0, 0), (-100000,) * 4, mpe_nm=500, resolution_nm=0)
    differences = depth.draft_differences(depth.compute(flat))
    # u3 = 0.2887 prints 0.29 in both; u_c = 0.4082 against 0.29 sqrt(2) = 0.4101: both 0.41.
    assert [r.values["step"] for r in differences] == []


def test_fully_correlated_gauge_error_cancels():
    """Reference sheet 3.7: 2.638."""
    assert printed(depth.compute(inputs()))["u_c_correlated"] == "2.638"


def test_round_up_prints_5_4():
    assert printed(depth.compute(inputs(rounding="up")))["U"] == "5.4"


def test_opposite_pairs_tell_tilt_from_form():
    """A plane tilted by 2 um over 0-180 and 4 um over 90-270 has equal pair means."""
    tilted = depth.compute(inputs(outside=(0, -1000, 2000, 3000)))
    values = next(r for r in depth.remarks(tilted) if r.code == "opposite-pairs").values
    assert values["difference"] == "0.00"
    assert (values["slope1"], values["slope2"]) == ("2.00", "4.00")


PLAN = {
    "procedure": "hole-depth",
    "channels": [{"name": "gauge", "driver": "opto", "settings": {"decimals": 4}}],
    "steps": [
        {"id": name, "kind": "gauge"}
        for role, places in (("outside", (0, 90, 180, 270)), ("inside", (1, 2, 3, 4)))
        for name in [f"{role}-{place}" for place in places]
    ],
    "parameters": {"mpe_um": "0.5"},
}


def reading(step, text):
    raw = with_parity(text) + END
    nm = round(float(text) * 10**6)
    payload = records.reading_payload(0, step, nm, raw)
    return records.Record(0, 0, records.READING, step, 0, True, payload)


def begun(step):
    body = {"step": step, "id": PLAN["steps"][step]["id"]}
    return records.Record(0, 0, records.STEP, step, 0, True, records.encode_json(body))


def test_the_ledger_names_what_is_still_missing_in_the_plans_order():
    ledger = depth.Ledger(PLAN)
    ledger.add(begun(1))
    ledger.add(reading(1, "+0.1000"))
    assert ledger.missing()[:2] == ["outside-0", "outside-180"]
    ledger.add(begun(1))
    assert ledger.missing()[:2] == ["outside-0", "outside-90"]
    assert ledger.repeated == 1


def test_the_gauges_last_place_is_the_resolution_when_the_plan_has_none():
    """Equal readings at 0.1 um: u^2 = 2 (0.1^2/12 + 0.5^2/3) um^2, so u_c = 0.4103 um."""
    log = []
    for step in range(8):
        log += [begun(step), reading(step, "+0.0000" if step < 4 else "-0.1000")]
    evaluation = procedures.evaluate(PLAN, log)
    figures = {figure.key: figure.text for figure in evaluation.figures}
    assert (figures["u_c"], figures["nu_eff"], figures["k95"]) == ("0.4103", "∞", "1.96")
    assert "resolution-kept" in [remark.code for remark in evaluation.remarks]
    assert evaluation.verdicts == []


def test_few_degrees_of_freedom_widen_the_guard_band_to_u95():
    """Annex D with the inside 0.49 mm lower: 6.1 um below the limit is beyond U, within U95."""
    deep = depth.compute(inputs(outside=OUTSIDE, inside=tuple(nm - 490000 for nm in INSIDE)))
    assert printed(deep)["t"] == "0.5939"
    (verdict,) = depth.verdicts(deep)
    assert (verdict.outcome, verdict.values["band"]) == (INCONCLUSIVE, "U95")
    assert (verdict.values["U"], verdict.values["k"]) == ("8.5", "3.18")


def test_many_degrees_of_freedom_keep_u():
    (verdict,) = depth.verdicts(depth.compute(inputs(mpe_nm=5000)))
    assert [verdict.values[name] for name in ("band", "U", "k")] == ["U", "9.7", "2"]


@pytest.mark.parametrize(
    ("decimals", "raw", "range_um"),
    [(3, "+0.001\r", "1"), (4, "+0.0010\r", "1.0"), (5, "+0.00100\r", "1.00")],
)
def test_a_range_is_printed_to_the_gauges_last_place(decimals, raw, range_um):
    plan = dict(PLAN, channels=[{"driver": "opto", "settings": {"decimals": decimals}}])
    log = []
    for step in range(8):
        telegram = with_parity(raw if step in (1, 5) else "+0." + "0" * decimals + "\r")
        payload = records.reading_payload(0, step, 1000 if step in (1, 5) else 0, telegram)
        log += [begun(step), records.Record(0, 0, records.READING, step, 0, True, payload)]
    ledger = depth.Ledger(plan)
    for record in log:
        ledger.add(record)
    figures = printed(depth.compute(ledger.inputs()))
    assert (figures["R1"], figures["R2"]) == (range_um, range_um)


def test_no_parameter_makes_a_gauge_finer_than_its_last_place():
    plan = dict(
        PLAN,
        channels=[{"driver": "opto", "settings": {"decimals": 3}}],
        parameters={"mpe_um": "0.5", "resolution_um": "0.1"},
    )
    ledger = depth.Ledger(plan)
    for step in range(8):
        payload = records.reading_payload(0, step, 0, with_parity("+0.000\r"))
        ledger.add(begun(step))
        ledger.add(records.Record(0, 0, records.READING, step, 0, True, payload))
    assert ledger.inputs().resolution_nm == 1000


def test_opposite_pairs_are_found_by_their_ids_not_their_order():
    order = ("outside-90", "outside-0", "outside-270", "outside-180")
    steps = [{"id": name, "kind": "gauge"} for name in order] + PLAN["steps"][4:]
    ledger = depth.Ledger(dict(PLAN, steps=steps))
    for step, text in enumerate(("+0.0001", "+0.0000", "+0.0003", "+0.0002") + ("-0.1000",) * 4):
        body = {"step": step, "id": steps[step]["id"]}
        ledger.add(records.Record(0, 0, records.STEP, step, 0, True, records.encode_json(body)))
        ledger.add(reading(step, text))
    assert ledger.inputs().angles_nm == (0, 100, 200, 300)


def test_both_tables_are_named_when_the_means_have_different_numbers_of_readings():
    result = depth.compute(inputs(inside=INSIDE[:3]))
    tables = [r.values for r in depth.remarks(result) if r.code == "range-table"]
    assert [(t["heights"], t["n"], t["C"]) for t in tables] == [
        ("t1", "4", "2.06"),
        ("t2", "3", "1.69"),
    ]


def test_a_kept_resolution_is_no_difference_of_rounding():
    """Resolution 20 um: both ways keep 20/sqrt(12) = 5.77 um, so u(t1) = 5.78 um in both."""
    result = depth.compute(inputs(resolution_nm=20000))
    assert result.t1.by_resolution
    assert result.t2.by_resolution
    steps = [r.values["step"] for r in depth.draft_differences(result)]
    assert "u_t1" not in steps
    assert "u_t2" not in steps


def test_a_reading_of_another_channel_is_refused():
    plan = dict(PLAN, channels=PLAN["channels"] * 2)
    ledger = depth.Ledger(plan)
    ledger.add(begun(0))
    payload = records.reading_payload(1, 0, 0, with_parity("+0.0000\r"))
    with pytest.raises(
        ValueError, match="channel 1 for outside-0, which is measured on channel 0"
    ):
        ledger.add(records.Record(0, 0, records.READING, 1, 0, True, payload))


def test_both_telegrams_of_a_reading_must_agree():
    ledger = depth.Ledger(PLAN)
    ledger.add(begun(0))
    payload = records.reading_payload(0, 0, 0, with_parity("+0.1000\r+0.0000\r"))
    with pytest.raises(ValueError, match="two readings differ"):
        ledger.add(records.Record(0, 0, records.READING, 1, 0, True, payload))


def test_a_step_measured_three_times_was_repeated_twice():
    ledger = depth.Ledger(PLAN)
    for _ in range(3):
        ledger.add(begun(0))
        ledger.add(reading(0, "+0.0000"))
    assert ledger.repeated == 2


def test_every_sentence_can_be_said_in_both_languages():
    for language in texts.LANGUAGES:
        result = depth.compute(inputs(mpe_nm=8000))
        for entry in depth.verdicts(result) + depth.remarks(result):
            assert "{" not in texts.render(entry.code, entry.values, language)
        for figure in depth.figures(result):
            assert texts.label(figure.key, language)


def test_an_unknown_procedure_is_named():
    with pytest.raises(ValueError, match="no procedure 'slope'"):
        procedures.computation("slope")
