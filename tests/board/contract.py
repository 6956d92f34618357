"""The board contract of docs/board.md as checks that run on the board itself.

Started instead of the unit's program. For each check one line goes over the link, "ok NAME" or
"no NAME: reason", then "end". What the surroundings must provide: an Opto-RS232 gauge on port A, a
probe that counts background, and a host that presses the key "up" when it reads "press" and sends
"echo" back when it reads it.
"""

import os
import sys

import aio
from dosegauge_core.telegrams import opto


async def check_clock(board):
    before_ms, before_us = board.clock.ticks_ms(), board.clock.ticks_us()
    await aio.sleep_ms(120)
    passed_ms = board.clock.ticks_ms() - before_ms
    passed_us = board.clock.ticks_us() - before_us
    assert 120 <= passed_ms < 400, passed_ms
    assert abs(passed_us - passed_ms * 1000) < 2000, (passed_us, passed_ms)


async def check_time_of_day(board):
    board.clock.set_unix_ms(1795000000000)
    await aio.sleep_ms(50)
    now_ms = board.clock.unix_ms()
    assert 1795000000050 <= now_ms < 1795000001000, now_ms


async def check_storage(board):
    path = board.storage.root + "/contract"
    free = board.storage.free_bytes()
    assert free > 100000, free
    with open(path, "wb") as file:
        file.write(b"\x00\xff" * 3000)
        file.flush()
    with open(path, "rb") as file:
        assert file.read() == b"\x00\xff" * 3000
    os.rename(path, path + "2")
    assert "contract2" in os.listdir(board.storage.root)
    os.remove(path + "2")
    assert board.storage.protected in (True, False)


async def check_counter(board):
    board.counter.power(True)
    first = board.counter.sample()
    await aio.sleep_ms(20000)
    second = board.counter.sample()
    pulses = (second[0] - first[0]) % (1 << 32)
    elapsed_us = (second[1] - first[1]) % (1 << 32)
    assert 0 < pulses < 1000, pulses
    assert abs(elapsed_us - 20000000) < 100000, elapsed_us


async def check_serial_timeout(board):
    serial = board.serial("A")
    serial.configure(4800, 7, "E", 2)
    serial.set_lines(False, True)
    serial.drop_input()
    before_ms = board.clock.ticks_ms()
    assert await serial.read(200) == b""
    assert 200 <= board.clock.ticks_ms() - before_ms < 500


async def check_serial_exchange(board):
    serial = board.serial("A")
    serial.drop_input()
    serial.write(opto.with_parity("?\r"))
    received = b""
    for _ in range(50):
        received += await serial.read(200)
        if received.endswith(opto.END):
            break
    # Parity stands in bit 7, or the telegram could not be checked.
    assert opto.value_nm(received, 4) == 0, received
    assert bytes([byte & 0x7F for byte in received]) != received, received


async def check_serial_drop(board):
    serial = board.serial("A")
    serial.write(opto.with_parity("?\r"))
    await aio.sleep_ms(400)
    serial.drop_input()
    assert await serial.read(100) == b""


async def check_spc(board):
    assert board.spc.idle() is True
    before_ms = board.clock.ticks_ms()
    # Nobody is there: no clock comes.
    assert await board.spc.read(200) == (0, 0)
    assert 200 <= board.clock.ticks_ms() - before_ms < 1000


async def check_quadrature(board):
    board.quadrature.power(False)
    assert board.quadrature.fault() == "supply", board.quadrature.fault()
    board.quadrature.power(True)
    count, first_us = board.quadrature.sample()
    assert count == 0, count
    await aio.sleep_ms(20)
    count, second_us = board.quadrature.sample()
    passed_us = (second_us - first_us) % (1 << 32)
    # A sleep of 20 ms ends with the twentieth tick; the first may come at once.
    assert count == 0 and 19000 <= passed_us < 400000, (count, passed_us)
    board.quadrature.power(False)


async def check_supply(board):
    assert 1800 < board.supply()["supply_mv"] < 5600
    assert board.reset_cause() == "power"


async def check_bus(board):
    try:
        board.i2c.readfrom_mem(0x50, 0, 1)  # no part of the unit has this address
    except OSError:
        return
    raise AssertionError("somebody answers at 0x50")


async def check_display(board):
    lines = ["一二三四五六七八", "0123456789abcdef", "", "OK"]
    board.display.show("contract", lines)
    assert (board.display.screen, board.display.lines) == ("contract", lines)


async def check_keys(board):
    before_ms = board.clock.ticks_ms()
    assert await board.keys.next(100) == ""
    assert board.clock.ticks_ms() - before_ms >= 100
    board.link.write(b"press\n")
    assert await board.keys.next(20000) == "up"
    board.keys.forget()
    assert await board.keys.next(10) == ""


async def check_link(board):
    assert board.link.write(b"echo\n") is True
    received = b""
    while b"\n" not in received:
        received += await board.link.read()
    assert received == b"echo\n", received


async def check_identity(board):
    assert board.unit_id and board.name
    assert board.serial("A").idle() and board.serial("B").idle()
    board.buzzer.beep("saved")


CHECKS = (
    check_clock,
    check_time_of_day,
    check_storage,
    check_counter,
    check_serial_timeout,
    check_serial_exchange,
    check_serial_drop,
    check_spc,
    check_quadrature,
    check_supply,
    check_bus,
    check_display,
    check_keys,
    check_link,
    check_identity,
)


async def a_host_listens(board):
    """What is written before is nobody's."""
    while not board.link.write(b"ready\n"):
        await aio.sleep_ms(50)


async def main(board):
    await a_host_listens(board)
    for check in CHECKS:
        name = check.__name__
        try:
            await check(board)
            board.link.write("ok {}\n".format(name).encode())
        except Exception as error:
            say = "no {}: {}({})\n".format(name, type(error).__name__, error)
            board.link.write(say.encode())
    board.link.write(b"end\n")
    await aio.sleep_ms(3600000)


class Unit:
    """What main.py runs on a board when this module stands for `unit.app`."""

    def __init__(self, board):
        self._board = board

    async def main(self):
        await main(self._board)


def start():
    from boards.virtual import Board

    board = Board(int(sys.argv[2]), sys.argv[3])
    board.run(main(board))


if __name__ == "__main__":
    start()
