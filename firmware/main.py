"""What the unit starts: the board it runs on, then the unit's program."""

import sys


def make_board() -> "object":
    """The board this chip is on, or the virtual one for `main.py virtual PORT TOKEN`."""
    if sys.platform == "rp2":
        from boards.pico import Board

        return Board()
    if len(sys.argv) > 3 and sys.argv[1] == "virtual":
        from boards.virtual import Board

        return Board(int(sys.argv[2]), sys.argv[3])
    raise SystemExit("main.py: no board here: start it as `main.py virtual PORT TOKEN`")


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
    if sys.platform == "rp2":
        sys.print_exception(error)
        restart_the_chip()
    elif hasattr(sys, "print_exception"):
        sys.print_exception(error, sys.stderr)
    else:
        import traceback

        traceback.print_exception(error)
    raise SystemExit(1)


def restart_the_chip() -> "None":
    """After a pause in which Ctrl-C still reaches the interpreter."""
    import time

    import machine

    time.sleep_ms(3000)
    machine.reset()


main()
