"""Runs vector files on whatever interpreter this is: CPython, MicroPython double or single.

    micropython tests/vectors/run_vectors.py FILE...      (MICROPYPATH=.frozen:shared:firmware)

Prints one JSON line per case, [file, name, ok, got]; exit status 1 when a case isn't ok. The same
lines come out on every interpreter.

A file has a "module" and "cases". A case is one of

- a function: "function", "args", "expect". Strings that look like whole numbers are taken as
  such (they may be longer than JSON readers like), {"decimal": "0.1039"} as an exact ratio,
  {"hex": "1d6e"} as bytes, {"make": "Name", "of": [...]} as what the module's Name makes of these
  arguments. A result is compared as text: a ratio as "num/den", a namedtuple as a list, bytes in
  hex;
- a computation from "inputs" (decimal strings), see `_depth`, `_kerma`, `_survey`;
- a budget: "model" (a constant of the module), "given" and "expect". Given are field names to
  {"readings": [...], "method"}, {"mean", "s", "n"}, {"value", "u"}, {"value", "half_width"},
  {"count", "time_s"}, {"decimal"} or words; expected are printed digits, see `_budget`;
- a session: "plan" and "records" as ["step", index], ["reading", channel, step, value, hex],
  ["entry", step, value, unit], ["event", what], or for evenly spaced samples of the pulse counter
  ["samples", channel, step, count, time in us, counts, us, intervals].

The last two expect "figures" {key: "text unit"} (of those named, or of a survey point's details),
"verdicts" [[subject, outcome, code], ...], "remarks" [code, ...] (all of them, in order), or an
"error" that the message contains.
"""

# MicroPython runs this file.

import binascii
import json
import sys

from dosegauge_core import procedures, records
from dosegauge_core.exact import Ratio, parse_decimal, parse_scaled


def run_case(module_name, case):
    """(ok, got) of one case; got is plain data, the same on every interpreter."""
    if "function" in case:
        got = _run_function(module_name, case)
        return got == _as_text(case["expect"]), got
    expect = case["expect"]
    if "model" in case:
        got = _budget(_import(module_name), case)
        return got == expect, _sorted(got)
    try:
        evaluation = (
            session_evaluation(case)
            if "plan" in case
            else _computation(module_name, case["inputs"])
        )
    except ValueError as error:
        return "error" in expect and expect["error"] in str(error), str(error)
    if "error" in expect:
        return False, "no error"
    got = {}
    if "figures" in expect:
        got["figures"] = _figures(evaluation, expect["figures"])
    if "verdicts" in expect:
        got["verdicts"] = [[v.subject, v.outcome, v.code] for v in evaluation.verdicts]
    if "remarks" in expect:
        got["remarks"] = [remark.code for remark in evaluation.remarks]
    if "values" in expect:
        got["values"] = _remark_values(evaluation, expect["values"])
    return got == expect, _sorted(got)


def _budget(module, case):
    """Digits of a budget: value, u_c, U (k = 2), nu_eff, U95; or the error's text."""
    from dosegauge_core import statement
    from dosegauge_core.rounding import root_to_text
    from dosegauge_core.uncertainty import combination, model

    given = {name: _given(case["given"][name]) for name in case["given"]}
    try:
        budget = combination.combine(*model.assemble(getattr(module, case["model"]), given))
        at_95 = combination.expand(budget, Ratio(95, 100))
    except ValueError as error:
        return {"error": str(error)}
    stated = statement.state(budget.value, budget.variance, Ratio(2), "")
    wide = statement.state(budget.value, budget.variance, at_95.k, "")
    return {
        "value": stated.value,
        "u_c": root_to_text(budget.variance, case["decimals"]),
        "U": stated.U,
        "nu_eff": at_95.freedom,
        "U95": wide.U,
    }


def _given(value):
    from dosegauge_core.uncertainty import model, readings

    if not isinstance(value, dict):
        return value
    if "decimal" in value:
        return parse_decimal(value["decimal"])
    if "count" in value:
        return model.Counts(value["count"], parse_decimal(value["time_s"]))
    if "mean" in value:
        centre, s = parse_decimal(value["mean"]), parse_decimal(value["s"])
        return readings.summary(centre, s, value["n"])
    if "readings" in value:
        return readings.evaluate([parse_decimal(t) for t in value["readings"]], value["method"])
    return _measured(value)


def _measured(value):
    from dosegauge_core.uncertainty import component, model

    made = ()
    if "u" in value:
        made = (component.standard("u", parse_decimal(value["u"])),)
    elif "half_width" in value:
        made = (component.bounded("limits", "uniform", parse_decimal(value["half_width"])),)
    return model.Measured(parse_decimal(value["value"]), made)


def _sorted(value):
    """Dictionaries as sorted lists: MicroPython's keep no order."""
    if isinstance(value, dict):
        return [[key, _sorted(value[key])] for key in sorted(value)]
    return value


def _run_function(module_name, case):
    module = _import(module_name)
    try:
        arguments = [_argument(a, module) for a in case["args"]]
        return _as_text(getattr(module, case["function"])(*arguments))
    except (ValueError, ZeroDivisionError) as error:
        return "error: {}".format(error)


def _import(name):
    module = __import__(name)
    for part in name.split(".")[1:]:
        module = getattr(module, part)
    return module


def _argument(value, module):
    if isinstance(value, dict):
        if "make" in value:
            return getattr(module, value["make"])(*[_argument(v, module) for v in value["of"]])
        if "hex" in value:
            return binascii.unhexlify(value["hex"])
        return parse_decimal(value["decimal"])
    if isinstance(value, list):
        return [_argument(item, module) for item in value]
    if isinstance(value, str) and _is_whole(value):
        return int(value)
    return value


def _is_whole(text):
    digits = text[1:] if text[:1] == "-" else text
    if not digits:
        return False
    for character in digits:
        if character not in "0123456789":
            return False
    return True


def _as_text(value):
    if isinstance(value, Ratio):
        return str(value.num) if value.den == 1 else "{}/{}".format(value.num, value.den)
    if isinstance(value, (list, tuple)):
        return [_as_text(item) for item in value]
    if isinstance(value, bytes):
        return binascii.hexlify(value).decode()
    if value is None or isinstance(value, bool):
        return value
    return str(value)


def _figures(evaluation, wanted):
    printed = list(evaluation.figures)
    module = procedures.computation(evaluation.procedure)
    if hasattr(module, "details"):
        for index in range(len(evaluation.result.points)):
            printed += module.details(evaluation.result, index)
    found = {}
    for figure in printed:
        if figure.key in wanted:
            found[figure.key] = (
                "{} {}".format(figure.text, figure.unit) if figure.unit else figure.text
            )
    return found


def _remark_values(evaluation, wanted):
    """The values of remarks, named "code" or, where a step tells them apart, "code:step"."""
    found = {}
    for remark in evaluation.remarks:
        for name in (remark.code, "{}:{}".format(remark.code, remark.values.get("step"))):
            if name in wanted:
                found[name] = dict(remark.values)
    return found


def session_evaluation(case):
    """What the core makes of a session's plan and records. ValueError when it can't."""
    return procedures.evaluate(case["plan"], _log(case["plan"], case["records"]))


def _log(plan, entries):
    """One record after the other: a survey's do not fit into the Pico's memory together."""
    sequence = 0
    for entry in entries:
        written = _samples(entry) if entry[0] == "samples" else (_record(plan, entry),)
        for kind, payload in written:
            yield records.Record(0, 0, kind, sequence, 0, True, payload)
            sequence += 1


def _samples(entry):
    from dosegauge_core.telegrams import pulses

    channel, step, count, time_us, counts, length_us, intervals = entry[1:]
    for number in range(intervals + 1):
        raw = pulses.encode(
            count + counts * number // intervals, time_us + length_us * number // intervals
        )
        payload = records.reading_payload(channel, step, pulses.parse(raw).count, raw)
        yield records.READING, payload


def _record(plan, entry):
    kind = entry[0]
    if kind == "step":
        body = {"step": entry[1], "id": plan["steps"][entry[1]]["id"], "repeat": 0}
        return records.STEP, records.encode_json(body)
    if kind == "reading":
        raw = binascii.unhexlify(entry[4])
        return records.READING, records.reading_payload(entry[1], entry[2], entry[3], raw)
    if kind == "entry":
        step = plan["steps"][entry[1]]
        body = {"step": entry[1], "id": step["id"], "value": entry[2], "unit": entry[3]}
        return records.ENTRY, records.encode_json(body)
    return records.EVENT, records.encode_json({"what": entry[1]})


def _computation(module_name, given):
    module = _import(module_name)
    inputs = {"depth": _depth, "kerma": _kerma, "leakage": _survey}[module_name.split(".")[-1]](
        given
    )
    result = module.compute(inputs)
    return procedures.Evaluation(
        module.PROCEDURE,
        result,
        module.figures(result),
        module.verdicts(result),
        module.remarks(result),
    )


def _decimal(given, name, default=None):
    text = given.get(name, default)
    return None if text is None else parse_decimal(text)


def _depth(given):
    from dosegauge_core.depth import Inputs

    limit_mm, required_um = _decimal(given, "limit_mm"), _decimal(given, "required_mpe_um")
    outside_nm = [parse_scaled(text, -6) for text in given["outside_mm"]]
    return Inputs(
        outside_nm,
        [parse_scaled(text, -6) for text in given["inside_mm"]],
        parse_scaled(given["zero_mm"], -6) if "zero_mm" in given else None,
        outside_nm if len(outside_nm) == 4 else None,
        _decimal(given, "mpe_um") * 1000,
        _decimal(given, "resolution_um", "0") * 1000,
        given.get("range_table", "1.69"),
        given.get("rounding", "half-even"),
        None if limit_mm is None else limit_mm * 1000000,
        None if required_um is None else required_um * 1000,
        0,
    )


def _kerma(given):
    from dosegauge_core.kerma import Inputs

    per_second = {"mGy/min": Ratio(1, 60000), "mGy/s": Ratio(1, 1000)}[given["unit"]]
    limits = {}
    for name in given.get("limits", {}):
        limits[name] = parse_decimal(given["limits"][name])
    background = _decimal(given, "background")
    return Inputs(
        [parse_decimal(text) * per_second for text in given["readings"]],
        [] if background is None else [background * per_second],
        given.get("over_time", False),
        given.get("detector_density", "instrument"),
        _decimal(given, "temperature_c"),
        _decimal(given, "pressure_kpa"),
        _decimal(given, "humidity_pct"),
        _decimal(given, "t0_c", "20"),
        _decimal(given, "p0_kpa", "101.325"),
        _decimal(given, "n_k", "1"),
        _decimal(given, "k_q", "1"),
        _decimal(given, "d_mm", "100"),
        _decimal(given, "chamber_radius_mm"),
        given.get("result_unit", given["unit"]),
        _decimal(given, "nominal"),
        limits,
        {name: parse_decimal(text) for name, text in given.get("uncertainty", {}).items()},
        0,
    )


def _survey(given):
    from dosegauge_core.leakage import Dwell, Inputs

    def dwell(count_and_seconds):
        seconds = parse_decimal(count_and_seconds[1])
        return Dwell(count_and_seconds[0], (seconds * 1000000).floor())

    u_rel = parse_decimal(given.get("u_rel_pct", "0")) / 100
    return Inputs(
        dwell(given["before"]),
        dwell(given["after"]),
        [(point[0], dwell(point[1:])) for point in given["points"]],
        parse_decimal(given["factor"]),
        u_rel * u_rel,
        parse_decimal(given.get("dead_time_us", "0")) / 1000000,
        parse_decimal(given.get("dead_time_u_us", "0")) / 1000000,
        parse_decimal(given.get("k", "1.645")),
        parse_decimal(given.get("alpha", "0.05")),
        given.get("calibrated", True),
        given.get("unit", "uGy/h"),
        _decimal(given, "limit", "2.5"),
        _decimal(given, "natural"),
        0,
    )


def run_file(path):
    """The lines of one vector file, as (name, ok, got)."""
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    lines = []
    for case in vectors["cases"]:
        ok, got = run_case(vectors["module"], case)
        lines.append((case["name"], ok, got))
    return lines


def main(paths):
    """Prints every case of every file; 1 when one of them isn't ok."""
    failed = 0
    for path in paths:
        for name, ok, got in run_file(path):
            print(json.dumps([path.split("/")[-1], name, ok, got]))
            failed += not ok
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
