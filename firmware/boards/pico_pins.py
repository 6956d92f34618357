"""Which pin of the Pico does what; hardware/pinmap.toml is the one source, a test compares."""

A_TX, A_RX, A_RTS, A_DTR = 0, 1, 5, 6
B_TX, B_RX = 26, 27
SCALE_A, SCALE_B, SCALE_INDEX, SCALE_FAULT, SCALE_POWER = 2, 3, 4, 7, 28
PULSES, PULSES_POWER = 8, 9
SPC_DATA, SPC_CLOCK, SPC_REQUEST, SPC_BUTTON = 10, 11, 12, 13
SDA, SCL = 16, 17
KEY_OK, KEY_BACK, KEY_UP, KEY_DOWN = 18, 19, 20, 21
BUZZER = 22
SUPPLY = 29
