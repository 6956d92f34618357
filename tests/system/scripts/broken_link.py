"""The unit's program with a link service that breaks once, at the first start."""

import os
import sys

from boards.virtual import Board
from unit import app, link

board = Board(int(sys.argv[2]), sys.argv[3])
MARK = board.storage.root + "/broken-once"
serve = link.LinkService.serve


async def broken_once(service):
    if "broken-once" not in os.listdir(board.storage.root):
        with open(MARK, "w") as mark:
            mark.write("1")
        raise ValueError("injected fault of the link service")
    await serve(service)


link.LinkService.serve = broken_once
try:
    board.run(app.Unit(board).main())
except ValueError as error:
    sys.print_exception(error, sys.stderr)
    sys.exit(1)
