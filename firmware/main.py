"""What the unit starts: the board it runs on, then the unit's program."""

import sys


def make_board() -> "object":
    """The virtual board for `main.py virtual PORT TOKEN`; otherwise the board this chip is on."""
    if len(sys.argv) > 3 and sys.argv[1] == "virtual":
        from boards.virtual import Board

        return Board(int(sys.argv[2]), sys.argv[3])
    raise SystemExit("main.py: no board: start it as `main.py virtual PORT TOKEN`")


def main() -> "None":
    """Run the unit until the board stops; a fault ends it with its trace on stderr, and the board
    starts it again."""
    from unit.app import Unit

    board = make_board()
    try:
        board.run(Unit(board).main())
    except OSError as error:
        if board.gone():
            raise SystemExit(0)
        report(error)
    except Exception as error:
        report(error)


def report(error: "Exception") -> "None":
    """The trace goes to stderr: stdout is the link."""
    if hasattr(sys, "print_exception"):
        sys.print_exception(error, sys.stderr)
    else:
        import traceback

        traceback.print_exception(error)
    raise SystemExit(1)


main()
