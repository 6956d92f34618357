"""Opto-RS232 gauges (Sylvac, Trimos, IBR, Bowers): 4800 baud, 7 data bits, even parity.

A value is an optional sign, digits, a point and 2 to 5 decimals, ended by a carriage return (see
the makers' manuals: Sylvac OPTO-RS, IBR C100/C200, Trimos V+). Bytes come as an 8-bit receiver
sees them, with the parity in bit 7, because that is all the protection a value has.
"""

from . import TelegramError

LONGEST_TELEGRAM = 32
NM_PER_MM = 1000000
# Readings of a gauge at rest: more apart than this, and it moved or a byte was lost on the way.
AGREEMENT_NM = 2000
# A carriage return with its even parity.
END = b"\x8d"
# Instrument's error answer: code and sentence.
_ERRORS = {
    "ERR0": ("sensor", "the gauge reports a sensor or speed error (ERR0)"),
    "ERR1": ("command", "the gauge did not understand the request (ERR1)"),
    "ERR2": ("parity-there", "the gauge received a damaged request (ERR2)"),
    "ERR3": ("range", "the gauge is out of its range (ERR3)"),
    "OV": ("range", "the gauge is out of its range (OV)"),
    "OR": ("range", "the gauge is out of its range (OR)"),
}


def with_parity(text: "str") -> "bytes":
    """Text as an 8-bit receiver sees it: even parity in bit 7."""
    return bytes([_even(ord(character)) for character in text])


def _even(code: "int") -> "int":
    ones = 0
    for bit in range(7):
        ones += code >> bit & 1
    return code | 0x80 if ones & 1 else code


def strip_parity(raw: "bytes") -> "str":
    """The text of received bytes; TelegramError when a byte's parity is wrong."""
    characters = []
    for position, byte in enumerate(raw):
        code = byte & 0x7F
        if _even(code) != byte:
            raise TelegramError("parity", "byte {} has wrong parity".format(position + 1))
        characters.append(chr(code))
    return "".join(characters)


def telegrams(raw: "bytes") -> "list[bytes]":
    """The telegrams in these bytes, each without its carriage return; TelegramError when the
    last one has no end or one is too long."""
    parts = raw.split(END)
    if parts.pop():
        raise TelegramError("truncated", "the telegram has no end")
    for part in parts:
        if len(part) > LONGEST_TELEGRAM:
            raise TelegramError("long", "a telegram of {} bytes".format(len(part)))
    return parts


def parse_value(telegram: "bytes", decimals: "int") -> "int":
    """One telegram (without its carriage return) as a height in nm.

    decimals is what the gauge is set to (2 to 5, mm): a telegram with more or fewer has lost or
    gained a character. TelegramError for anything else than a plain value.
    """
    text = strip_parity(telegram)
    _refuse_error_answer(text)
    body = text.strip(" ")
    signed = body[:1] in ("+", "-")
    # Without a sign the padding must be there: a value that lost its first byte has a digit.
    if not signed and text[:1] != " ":
        raise TelegramError("format", "a value without sign: {!r}".format(text))
    negative = body[:1] == "-"
    digits = body[1:].strip(" ") if signed else body
    whole, point, fraction = digits.partition(".")
    if not point or not _is_number(whole, 1, 4) or not _is_number(fraction, 2, 5):
        raise TelegramError("format", "not a value: {!r}".format(text))
    if len(fraction) != decimals:
        raise TelegramError(
            "decimals",
            "{} decimals where the gauge gives {}: {!r}".format(len(fraction), decimals, text),
        )
    scale: "int" = NM_PER_MM // 10 ** len(fraction)
    height_nm = int(whole + fraction) * scale
    return -height_nm if negative else height_nm


def _refuse_error_answer(text: "str") -> None:
    answer = text.strip(" ")
    if answer in _ERRORS:
        code, say = _ERRORS[answer]
        raise TelegramError(code, say)


def _is_number(text: "str", shortest: "int", longest: "int") -> "bool":
    if not shortest <= len(text) <= longest:
        return False
    for character in text:
        if character not in "0123456789":
            return False
    return True


def value_nm(raw: "bytes", decimals: "int", agreement_nm: "int" = AGREEMENT_NM) -> "int":
    """The height in a reading's raw bytes: one or more telegrams, of which the last counts.

    Every one of them must be a value, and none may lie further than agreement_nm from another:
    else TelegramError, "moving" when they differ.
    """
    heights_nm = [parse_value(telegram, decimals) for telegram in telegrams(raw)]
    if not heights_nm:
        raise TelegramError("empty", "no telegram")
    if max(heights_nm) - min(heights_nm) > agreement_nm:
        raise TelegramError("moving", "two readings differ: gauge moving?")
    return heights_nm[-1]
