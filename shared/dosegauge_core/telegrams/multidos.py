"""PTW MULTIDOS dosimeters, dual channel application (PTW document D177.131.2/0).

8N1, every telegram ends with CR LF, one question and one answer. The block check at the end of a
measurement telegram is kept but not judged: its algorithm is not published.
"""

from collections import namedtuple

from . import TelegramError

IDENTITY = b"MULTIDOS "
LINE_END = b"\r\n"
LONGEST_TELEGRAM = 128
STATES = ("RES", "STA", "HLD", "INT", "RUN", "NUL", "ERR")
MODE_DOSE = 0
MODE_RATE = 1
CHANNELS = (0, 1)
UNITS = ("Gy", "Gy/s", "Gy/min", "Gy/h", "C", "A")

# Bits of the flags field: the ones that make the present value worthless, with what they mean.
_BAD_FLAGS = (
    (1, "overload", "overload"),
    (2, "math", "calculation error"),
    (4, "acquisition", "acquisition error"),
    (8, "high-voltage", "chamber voltage error"),
    (16, "overload-latched", "overload since start"),
    (32, "high-voltage-latched", "chamber voltage error since start"),
)
_ERRORS = {
    "E01": "command unknown or not allowed",
    "E02": "command not possible now",
    "E03": "a menu is open on the dosimeter: close it",
    "E06": "zeroing failed",
    "E07": "output buffer full",
    "E09": "memory write error",
    "E10": "value out of limits",
}

# `values` holds per channel (mantissa, exponent): the value is mantissa * 10**exponent in the unit
# that the instrument reports to DU, and None for an overflow. `time_ms` is None when over-range.
DataTelegram = namedtuple(
    "DataTelegram",
    ("mode", "time_ms", "state", "flags", "overload", "latched", "math", "values", "check"),
)


def refuse_error(line: "bytes") -> None:
    """TelegramError when the answer is one of the instrument's error codes."""
    text = _text(line)
    if text in _ERRORS:
        raise TelegramError(text, "the dosimeter answers {}: {}".format(text, _ERRORS[text]))


def parse_unit(line: "bytes") -> "str":
    """The unit in an answer to DU, such as "Gy/min"."""
    text = _text(line)
    if text[:2] != "DU" or text[2:] not in UNITS:
        raise TelegramError("format", "not a unit: {!r}".format(text))
    return text[2:]


def parse_data(raw: "bytes") -> "DataTelegram":
    """An answer to D, with or without its line end; strict about every field's width."""
    text = _text(raw[:-2] if raw[-2:] == LINE_END else raw)
    fields = text.split(";")
    if len(text) != 64 or len(fields) != 13:
        raise TelegramError(
            "format", "a measurement of {} characters and {} fields".format(len(text), len(fields))
        )
    _check_widths(text, fields)
    return DataTelegram(
        int(fields[0][1:]),
        _time_ms(fields[1]),
        fields[2],
        int(fields[3]),
        int(fields[4]),
        int(fields[5]),
        int(fields[6]),
        (_value(fields[7]), _value(fields[9])),
        fields[12],
    )


_WIDTHS = (2, 8, 3, 2, 1, 1, 1, 10, 1, 10, 1, 7, 5)


def _check_widths(text: "str", fields: "list[str]") -> None:
    for field, width in zip(fields, _WIDTHS):
        if len(field) != width:
            raise TelegramError("format", "field {!r} in {!r}".format(field, text))
    if fields[0] not in ("D0", "D1") or fields[2] not in STATES:
        raise TelegramError("format", "mode or state in {!r}".format(text))
    for index in (3, 4, 5, 6, 12):
        if not _only_digits(fields[index]):
            raise TelegramError("format", "field {!r} in {!r}".format(fields[index], text))


def _time_ms(field: "str") -> "int | None":
    if field.strip(" ") == "OL":
        return None
    seconds = field[:-1].strip(" ")
    whole, point, tenth = seconds.partition(".")
    if field[-1] != "s" or not point or not _only_digits(whole) or tenth not in ("0", "5"):
        raise TelegramError("format", "not a time: {!r}".format(field))
    return int(whole) * 1000 + int(tenth) * 100


def _value(field: "str") -> "tuple[int, int] | None":
    if field[1:3] == "0L":
        return None
    mantissa, mark, exponent = field.partition("E")
    sign, digits = mantissa[:1], mantissa[1:]
    whole, point, fraction = digits.partition(".")
    if (
        sign not in (" ", "+", "-")
        or not mark
        or not point
        or not _only_digits(whole + fraction)
        or exponent[:1] not in ("+", "-")
        or not _only_digits(exponent[1:])
    ):
        raise TelegramError("format", "not a value: {!r}".format(field))
    number = int(whole + fraction)
    power = int(exponent[1:]) if exponent[0] == "+" else -int(exponent[1:])
    return (-number if sign == "-" else number), power - len(fraction)


def good_value(telegram: "DataTelegram", channel: "int") -> "tuple[int, int]":
    """The value of a channel (0 or 1) as (mantissa, exponent).

    TelegramError when there is no such channel or any flag says that it can't be trusted.
    """
    if channel not in CHANNELS:
        raise TelegramError("channel", "no channel {!r}: there are 0 and 1".format(channel))
    for bit, code, say in _BAD_FLAGS:
        if telegram.flags & bit:
            raise TelegramError(code, "the dosimeter reports " + say)
    mask = channel + 1
    if telegram.overload & mask or telegram.latched & mask or telegram.math:
        raise TelegramError("overload", "the dosimeter reports an overload or calculation error")
    value = telegram.values[channel]
    if value is None:
        raise TelegramError("overload", "the dosimeter's value is over range")
    if telegram.state in ("ERR", "NUL"):
        raise TelegramError("state", "the dosimeter is in state {}".format(telegram.state))
    return int(value[0]), int(value[1])


def value_femto(raw: "bytes", channel: "int") -> "int":
    """The value of a channel in 1E-15 of the instrument's unit (fGy/min when it shows Gy/min).

    TelegramError when it is flagged, over range, or finer than that.
    """
    mantissa, exponent = good_value(parse_data(raw), channel)
    shift = exponent + 15
    scale: "int" = 10 ** abs(shift)
    if shift >= 0:
        return mantissa * scale
    if mantissa % scale:
        raise TelegramError("fine", "a value finer than 1E-15")
    return mantissa // scale


def _text(line: "bytes") -> "str":
    if len(line) > LONGEST_TELEGRAM:
        raise TelegramError("long", "a telegram of {} bytes".format(len(line)))
    for byte in line:
        if not 0x20 <= byte < 0x7F:
            raise TelegramError("format", "a byte that is no text in {!r}".format(bytes(line)))
    return line.decode()


def _only_digits(text: "str") -> "bool":
    if not text:
        return False
    for character in text:
        if character not in "0123456789":
            return False
    return True
