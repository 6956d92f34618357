"""The kinds of steps: what the unit does when the operator has pressed ok.

Each handler measures one step, hands its records to the session and returns the line that shows
what was measured. InstrumentError, Left and Stopped pass through to the session.
"""

from aio import sleep_ms
from dosegauge_core.exact import Ratio
from dosegauge_core.rounding import to_text
from drivers import InstrumentError
from unit.panel import Left, Stopped

SAMPLE_MS = 1000
NM_PER_MM = 1000000
DEFAULT_SETTLE_S = 5
ZERO_THEMSELVES = ("multidos", "scale")


async def measure_gauge(session: "object", step: "dict", index: "int") -> "str":
    """One height: read twice by the driver, kept with both telegrams."""
    gauge = session.instrument(step["channel"])
    value_nm, raw = await session.panel.while_busy(gauge.read())
    session.begin_step(index)
    session.record_reading(step["channel"], index, value_nm, raw)
    # A scale's step may have any size: its position is shown to 0.1 um.
    decimals = int(session.plan["channels"][step["channel"]]["settings"].get("decimals", 4))
    return to_text(Ratio(value_nm, NM_PER_MM), decimals) + " mm"


async def measure_zero(session: "object", step: "dict", index: "int") -> "str":
    """The zero: a gauge must show zero within the step's limit; a dosimeter zeroes itself, a
    scale counts from here."""
    channel = session.plan["channels"][step["channel"]]
    if channel["driver"] in ZERO_THEMSELVES:
        answer = await session.panel.while_busy(session.instrument(step["channel"]).zero())
        session.begin_step(index)
        raw = answer.decode() if channel["driver"] == "multidos" else answer.hex()
        session.recorder.event("zeroed", step["id"], {"raw": raw})
        return "0"
    shown = await measure_gauge(session, step, index)
    if abs(session.last_value) > step["limit_nm"]:
        raise InstrumentError("not-zero", "the gauge is not at zero", b"")
    return shown


async def measure_dosimeter(session: "object", step: "dict", index: "int") -> "str":
    """One exposure: wait until the rate has settled, then ask once."""
    meter = session.instrument(step["channel"])
    settle_s = int(session.plan["parameters"].get("settle_s", DEFAULT_SETTLE_S))

    async def settle_and_read() -> "tuple[int, bytes]":
        for left_s in range(settle_s, 0, -1):
            session.show_busy(step, session.panel.word("settle") + " {} s".format(left_s))
            await sleep_ms(1000)
        session.show_busy(step, session.panel.word("busy"))
        return await meter.read()

    value, raw = await session.panel.while_busy(settle_and_read())
    session.begin_step(index)
    session.record_reading(step["channel"], index, value, raw)
    return engineering(value, session.plan["channels"][step["channel"]]["unit"])


async def measure_dwell(session: "object", step: "dict", index: "int") -> "str":
    """Count pulses for the step's seconds, one sample a second."""
    probe = session.instrument(step["channel"])
    seconds = int(step["seconds"])
    session.begin_step(index)
    count, raw = probe.sample()
    session.record_reading(step["channel"], index, count, raw)
    start, pulses = session.board.clock.ticks_ms(), 0
    first = last = count
    for second in range(1, seconds + 1):
        wait = start + second * SAMPLE_MS - session.board.clock.ticks_ms()
        if wait > 0 and await session.panel.key(("back",), wait) == "back":
            session.recorder.event("stopped", step["id"], {"after_s": second - 1})
            raise Stopped()
        last, raw = probe.sample()
        session.record_reading(step["channel"], index, last, raw)
        pulses = (last - first) % (1 << 32)
        session.show_busy(step, "{}/{} s  N={}".format(second, seconds, pulses))
    return "N={} / {} s".format(pulses, seconds)


async def measure_entry(session: "object", step: "dict", index: "int") -> "str":
    """A value that the operator reads elsewhere and types; back before its sign leaves the step.

    The editor starts with the plan's parameter of the same name, where it has one.
    """
    from unit.numbers import NumberEditor

    start = session.plan["parameters"].get(step["id"], step.get("start", "0"))
    editor = NumberEditor(start, int(step["whole"]), int(step["decimals"]))
    panel = session.panel
    title = panel.text(step)
    session.board.keys.forget()
    while True:
        screen = "number:{}:{}:{}".format(step["id"], editor.text(), editor.cursor)
        panel.show(screen, editor.lines(title, step["unit"], panel.lang))
        key = await panel.key(("ok", "back", "up", "down"))
        if key == "back" and editor.cursor == 0:
            raise Left()
        if editor.press(key):
            break
    session.begin_step(index)
    session.record_entry(step, index, editor.value())
    return (editor.value() + " " + step["unit"]).strip(" ")


HANDLERS = {
    "gauge": measure_gauge,
    "zero": measure_zero,
    "dosimeter": measure_dosimeter,
    "dwell": measure_dwell,
    "entry": measure_entry,
}


def engineering(femto: "int", unit: "str") -> "str":
    """A value in 1E-15 of a unit, with the prefix that suits its size."""
    for prefix, exponent in (("", 15), ("m", 12), ("u", 9), ("n", 6), ("p", 3)):
        if abs(femto) >= 10**exponent:
            return to_text(Ratio(femto, 10**exponent), 3) + " " + prefix + unit
    return "{} f{}".format(femto, unit)


def instrument(board: "object", channel: "dict") -> "object":
    """The driver for a channel of a plan."""
    driver, settings = channel["driver"], channel.get("settings", {})
    if driver == "opto":
        from drivers.opto_gauge import OptoGauge

        return OptoGauge(board.serial(channel["port"]), board.clock, settings)
    if driver == "multidos":
        from drivers.multidos import Multidos

        return Multidos(board.serial(channel["port"]), board.clock, settings, channel["unit"])
    if driver == "digimatic":
        from drivers.digimatic import Digimatic

        return Digimatic(board.spc, settings)
    if driver == "scale":
        from drivers.scale import Scale

        return Scale(board.quadrature, settings)
    if driver == "pulses":
        from drivers.pulse_probe import PulseProbe

        return PulseProbe(board.counter)
    raise ValueError("no driver named {}".format(driver))
