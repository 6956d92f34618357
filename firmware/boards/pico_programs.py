"""The PIO programs. They run without the CPU: nothing is lost while a flash erase holds it.

PIO 0 holds `count_pulses`, `send_characters` and `count_edges` (32 of its 32 instructions), PIO 1
`receive_characters` and `receive_digimatic` (15 of 32).
"""

import rp2

PIO_0 = 0x50200000
PIO_1 = 0x50300000
# Register offsets, RP2040 and RP2350 alike.
RX_FIFO = 0x20
FIFO_STATUS = 0x04
INSTRUCTION = 0xD8
BETWEEN_MACHINES = 0x18
# Transfer requests of the first state machine's receiving and sending queue.
DREQ_PIO_0_TX, DREQ_PIO_1_RX = 0, 12

BIT = 8  # cycles of send_characters and receive_characters
PULSE_HZ = 10000000  # 1 M pulses/s need 3 cycles a pulse
EDGE_HZ = 25000000  # ten cycles an edge at the worst
DIGIMATIC_HZ = 1000000


@rp2.asm_pio(autopush=True, push_thresh=32)
def count_pulses():
    """X counts down, one for each rising edge; an executed `in_(x, 32)` publishes it."""
    label("next")
    wait(0, pin, 0)
    wait(1, pin, 0)
    jmp(x_dec, "next")


@rp2.asm_pio(
    in_shiftdir=rp2.PIO.SHIFT_LEFT, out_shiftdir=rp2.PIO.SHIFT_RIGHT, fifo_join=rp2.PIO.JOIN_NONE
)
def count_edges():
    """Y counts down for each x4 edge when A leads, up when B leads; it is published all the time.

    The state before and the state now, 2 bits each (A is bit 0), make the address of the next
    instruction: the table must lie at address 0. Method: the quadrature encoder of Raspberry Pi's
    pico-examples. Two bits that change at once are no edge that can be counted.
    """
    jmp("publish")  # 00 00
    jmp("a_leads")  # 00 01
    jmp("b_leads")  # 00 10
    jmp("publish")  # 00 11, impossible
    jmp("b_leads")  # 01 00
    jmp("publish")  # 01 01
    jmp("publish")  # 01 10, impossible
    jmp("a_leads")  # 01 11
    jmp("a_leads")  # 10 00
    jmp("publish")  # 10 01, impossible
    jmp("publish")  # 10 10
    jmp("b_leads")  # 10 11
    jmp("publish")  # 11 00, impossible
    jmp("b_leads")  # 11 01
    label("a_leads")  # 11 10
    jmp(y_dec, "publish")
    wrap_target()
    label("publish")  # 11 11
    mov(isr, y)
    push(noblock)
    out(isr, 2)
    in_(pins, 2)
    mov(osr, isr)
    mov(pc, isr)
    label("b_leads")
    mov(y, invert(y))
    jmp(y_dec, "turn")
    label("turn")
    mov(y, invert(y))
    wrap()
    # Fills the memory, for programs are put behind each other from its end: see `count_edges`.
    nop()


@rp2.asm_pio(
    out_init=rp2.PIO.OUT_HIGH,
    sideset_init=rp2.PIO.OUT_HIGH,
    out_shiftdir=rp2.PIO.SHIFT_RIGHT,
    fifo_join=rp2.PIO.JOIN_TX,
)
def send_characters():
    """A word holds the number of bits behind the start bit, less one (4 bits), then the bits."""
    pull().side(1)[7]
    out(x, 4).side(0)[7]
    label("bit")
    out(pins, 1)[6]
    jmp(x_dec, "bit")


@rp2.asm_pio(
    in_shiftdir=rp2.PIO.SHIFT_RIGHT,
    autopush=False,
    push_thresh=32,
    fifo_join=rp2.PIO.JOIN_RX,
)
def receive_characters():
    """Eight bits behind a start bit, in bits 31 to 24; a character without a stop bit is none."""
    label("start")
    wait(0, pin, 0)
    set(x, 7)[10]
    label("bit")
    in_(pins, 1)
    jmp(x_dec, "bit")[6]
    jmp(pin, "good")
    wait(1, pin, 0)
    jmp("start")
    label("good")
    push(noblock)


@rp2.asm_pio(
    set_init=rp2.PIO.OUT_LOW,
    in_shiftdir=rp2.PIO.SHIFT_RIGHT,
    autopush=True,
    push_thresh=26,
)
def receive_digimatic():
    """A word with the number of bits less one asks for a frame; two words of 26 bits come back.

    The request ends with the first falling clock edge; a bit is valid while the clock is low.
    """
    pull()
    mov(x, osr)
    set(pins, 1)
    label("bit")
    wait(0, pin, 1)[3]
    in_(pins, 1)
    set(pins, 0)
    wait(1, pin, 1)
    jmp(x_dec, "bit")
