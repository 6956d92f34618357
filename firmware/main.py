"""What the unit starts: the board it runs on, then the unit's program."""

import sys


def make_board() -> "object":
    """The virtual board for `main.py virtual PORT TOKEN`; otherwise the board this chip is on."""
    if len(sys.argv) > 3 and sys.argv[1] == "virtual":
        from boards.virtual import Board

        return Board(int(sys.argv[2]), sys.argv[3])
    raise SystemExit("main.py: no board: start it as `main.py virtual PORT TOKEN`")


def main() -> "None":
    from unit.app import Unit

    board = make_board()
    board.run(Unit(board).main())


main()
