"""A littlefs in memory with the Pico's block size, for scripts that run on MicroPython."""

import os

import vfs

BLOCK_SIZE = 4096


class RamFlash:
    """MicroPython's extended block device; counts erases."""

    def __init__(self, blocks):
        self.data = bytearray(b"\xff" * BLOCK_SIZE * blocks)
        self.blocks = blocks
        self.erases = 0

    def readblocks(self, block, buffer, offset=0):
        start = block * BLOCK_SIZE + offset
        buffer[:] = self.data[start : start + len(buffer)]

    def writeblocks(self, block, buffer, offset=None):
        if offset is None:
            self.ioctl(6, block)
            offset = 0
        start = block * BLOCK_SIZE + offset
        self.data[start : start + len(buffer)] = buffer

    def ioctl(self, operation, argument):
        if operation == 4:
            return self.blocks
        if operation == 5:
            return BLOCK_SIZE
        if operation == 6:
            start = argument * BLOCK_SIZE
            self.data[start : start + BLOCK_SIZE] = b"\xff" * BLOCK_SIZE
            self.erases += 1
        return 0


class Clock:
    """A clock that goes on by 250 ms whenever it is read."""

    def __init__(self, unix_ms):
        self.now_ms = 0
        self._unix_ms = unix_ms

    def ticks_ms(self):
        self.now_ms += 250
        return self.now_ms

    def unix_ms(self):
        return None if self._unix_ms is None else self._unix_ms + self.ticks_ms()


class Storage:
    root = "/flash"

    def free_bytes(self):
        found = os.statvfs(self.root)
        return found[1] * found[3] if found[3] <= found[2] else 0


class Board:
    """As much of a board as the archive needs: storage, clock, name."""

    unit_id = "VU-TEST"
    storage = Storage()
    drawn = 0

    def __init__(self, unix_ms=1795000000000):
        self.clock = Clock(unix_ms)

    def entropy(self):
        """0xBEEF when first asked, then another value at every draw of any board."""
        Board.drawn += 1
        return 0xBEEE + Board.drawn


def mount(blocks=64):
    """A new littlefs at /flash."""
    flash = RamFlash(blocks)
    vfs.VfsLfs2.mkfs(flash, progsize=256)
    vfs.mount(vfs.VfsLfs2(flash, progsize=256), "/flash")
    return flash
