# The handheld unit is a Raspberry Pi Pico; only what is frozen differs from the stock image.
set(PICO_BOARD "pico")
set(PICO_PLATFORM "rp2040")
set(MICROPY_FROZEN_MANIFEST ${MICROPY_BOARD_DIR}/manifest.py)
