"""A board with stock MicroPython, as far as an installation sees it, on the unix port.

    micropython -i board.py FLASH_IMAGE WORLD_PORT TOKEN [CUT_AT]

littlefs is mounted at / and main.py started from it, as the RP2040 port does; behind it stands the
REPL, raw mode included. What stands for hardware (boards.virtual, on the world's port) comes from
the checkout, everything else from flash. A reset ends the process at once, and so does the
CUT_AT-th operation of the flash, in its middle: whoever holds the terminal starts it anew.
"""

import os
import sys

import vfs

import aio  # noqa: F401
import boards.virtual  # noqa: F401
from boards.flashfile import PROGRAM_SIZE, FlashFile

BLOCK_SIZE, BLOCKS = 4096, 352


def end_at_once():
    os.system("kill -9 $PPID")


class Machine:
    reset = staticmethod(end_at_once)


class CutFlash(FlashFile):
    """The power goes in the middle of one operation."""

    left = int(sys.argv[4]) if len(sys.argv) > 4 else 0

    def writeblocks(self, block, buffer, offset=None):
        self.left -= 1
        if self.left == 0:
            super().writeblocks(block, bytes(buffer)[: len(buffer) // 2], offset)
            self._file.flush()
            end_at_once()
        super().writeblocks(block, buffer, offset)

    def ioctl(self, operation, argument):
        if operation == 6:
            self.left -= 1
            if self.left == 0:
                end_at_once()
        result = super().ioctl(operation, argument)
        if operation == 6:
            self._file.flush()
        return result


def format_once(path):
    try:
        os.stat(path)
    except OSError:
        with open(path, "wb") as image:
            for _ in range(BLOCKS):
                image.write(b"\xff" * BLOCK_SIZE)
        device = FlashFile(path, BLOCK_SIZE, BLOCKS)
        vfs.VfsLfs2.mkfs(device, progsize=PROGRAM_SIZE)
        device.close()


format_once(sys.argv[1])
flash = CutFlash(sys.argv[1], BLOCK_SIZE, BLOCKS)
vfs.umount("/")
vfs.mount(vfs.VfsLfs2(flash, progsize=PROGRAM_SIZE), "/")
sys.path[:] = ["", ".frozen", "/lib"]
sys.modules["machine"] = Machine
sys.argv[1:] = ["virtual", sys.argv[2], sys.argv[3]]
if "data" not in os.listdir("/"):
    os.mkdir("/data")
if "main.py" in os.listdir("/"):
    with open("/main.py") as file:
        source = file.read()
    exec(compile(source, "main.py", "exec"), {"__name__": "__main__"})
