"""One port, one user at a time."""

import threading

from dosegauge.tui.desk import LinkDesk


def test_turns_come_in_order_and_the_holder_sees_who_waits() -> None:
    desk, order, inside = LinkDesk(), [], threading.Event()

    def other() -> None:
        with desk.turn() as mine:
            assert mine
            order.append("other")

    with desk.turn() as mine:
        assert mine
        assert not desk.wanted
        thread = threading.Thread(target=other)
        thread.start()
        while not desk.wanted:
            inside.wait(0.01)
        order.append("first")
    thread.join(5)
    assert order == ["first", "other"]
    assert not desk.wanted


def test_who_gives_up_waiting_gets_no_turn_and_blocks_nobody() -> None:
    desk, got = LinkDesk(), []

    def impatient() -> None:
        with desk.turn(lambda: True) as mine:
            got.append(mine)

    with desk.turn():
        thread = threading.Thread(target=impatient)
        thread.start()
        thread.join(5)
    assert got == [False]
    with desk.turn() as mine:
        assert mine
