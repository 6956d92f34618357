"""A littlefs in memory that keeps a journal of what was done to it, so that the flash can be had
again as a power cut would have left it in any operation.

A program that loses power just stops. So the flash after a cut is the flash before the operation
in which it came, with that operation undone, half done or turned to garbage.
"""

import vfs

BLOCK_SIZE = 4096
PROGRAM, ERASE = 1, 2
UNDONE, HALF, GARBAGE = 0, 1, 2
DAMAGES = (UNDONE, HALF, GARBAGE)
_ERASED = b"\xff" * BLOCK_SIZE


class JournalFlash:
    """MicroPython's extended block device. `stuck` names worn blocks: programs and erases of them
    do nothing, as a worn cell's."""

    def __init__(self, blocks, data=None):
        self.data = data if data is not None else bytearray(_ERASED * blocks)
        self.blocks = blocks
        self.journal = []
        self.looked = 0
        self.erases = [0] * blocks
        self.stuck = ()

    def readblocks(self, block, buffer, offset=0):
        self.looked += 1
        start = block * BLOCK_SIZE + offset
        buffer[:] = self.data[start : start + len(buffer)]

    def writeblocks(self, block, buffer, offset=None):
        if offset is None:
            self._erase(block)
            offset = 0
        start = block * BLOCK_SIZE + offset
        self.journal.append((PROGRAM, start, bytes(buffer)))
        if block not in self.stuck:
            self.data[start : start + len(buffer)] = buffer

    def ioctl(self, operation, argument):
        if operation == 3:
            self.looked += 1
        elif operation == 4:
            return self.blocks
        elif operation == 5:
            return BLOCK_SIZE
        elif operation == 6:
            self._erase(argument)
        return 0

    def _erase(self, block):
        self.journal.append((ERASE, block * BLOCK_SIZE, _ERASED))
        self.erases[block] += 1
        if block not in self.stuck:
            self.data[block * BLOCK_SIZE : (block + 1) * BLOCK_SIZE] = _ERASED


class Replay:
    """Goes through a journal, from the flash as it was when the journal began."""

    def __init__(self, before, journal):
        self._data = before
        self._journal = journal
        self._done = 0

    def cut_in(self, index, damage):
        """A copy of the flash after a cut in the operation of that index; indices must rise."""
        while self._done < index:
            self._apply(self._data, self._journal[self._done], UNDONE - 1)
            self._done += 1
        data = bytearray(self._data)
        if damage != UNDONE:
            self._apply(data, self._journal[index], damage)
        return data

    def _apply(self, data, operation, damage):
        _, start, written = operation
        if damage == HALF:
            written = written[: len(written) // 2]
        elif damage == GARBAGE:
            written = garbage(len(written), start)
        data[start : start + len(written)] = written


def garbage(size, seed):
    """Bytes that look like nothing, the same for the same seed."""
    state = seed * 2654435761 + 1 & 0xFFFFFFFF
    made = bytearray(size)
    for index in range(size):
        state = state * 1664525 + 1013904223 & 0xFFFFFFFF
        made[index] = state >> 24
    return bytes(made)


def mount(flash, fresh=False):
    """Mounts it at /flash, formatted first when fresh."""
    if fresh:
        vfs.VfsLfs2.mkfs(flash, progsize=256)
    vfs.mount(vfs.VfsLfs2(flash, progsize=256), "/flash")


def unmount():
    vfs.umount("/flash")


def require(good, *what):
    if not good:
        raise AssertionError(" ".join([str(part) for part in what]))
