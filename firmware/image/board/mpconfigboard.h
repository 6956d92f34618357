// The name that the interpreter gives itself, in its banner and in sys.implementation.
#define MICROPY_HW_BOARD_NAME "dosegauge unit on Raspberry Pi Pico"
// As on the stock image, so that a unit keeps its sessions when it gets this image.
#define MICROPY_HW_FLASH_STORAGE_BYTES (1408 * 1024)
// What nothing here uses makes room for the glyphs (deflate stays: crc32 comes with it).
#define MICROPY_PY_CMATH (0)
#define MICROPY_PY_FRAMEBUF (0)
#define MICROPY_PY_RE (0)
#define MICROPY_PY_RANDOM (0)
#define MICROPY_PY_HEAPQ (0)
#define MICROPY_PY_BUILTINS_COMPLEX (0)
#define MICROPY_HW_ENABLE_USB_RUNTIME_DEVICE (0)
