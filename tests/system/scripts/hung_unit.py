"""A program that stops feeding the watchdog; started anew by it, it says so over the link."""

import sys

import aio
from boards.virtual import Board


async def main(board):
    if board.reset_cause() == "watchdog":
        board.link.write(b"started by the watchdog\n")
        await aio.sleep_ms(3600000)
    board.watchdog(True)
    for _ in range(5):
        await aio.sleep_ms(4000)
        board.feed()
    board.link.write(b"hangs now\n")
    await aio.sleep_ms(3600000)


board = Board(int(sys.argv[2]), sys.argv[3])
board.run(main(board))
