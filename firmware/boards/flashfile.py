"""The virtual unit's flash: an image file under a real littlefs."""

import os

import vfs

ERASED = 0xFF
PROGRAM_SIZE = 256  # bytes: a flash page


class FlashFile:
    """MicroPython's extended block device over an image file."""

    def __init__(self, path: "str", block_size: "int", blocks: "int") -> "None":
        self.block_size = block_size
        self.blocks = blocks
        self._file = open(path, "r+b")

    def readblocks(self, block: "int", buffer: "bytearray", offset: "int" = 0) -> "None":
        self._file.seek(block * self.block_size + offset)
        self._file.readinto(buffer)

    def writeblocks(self, block: "int", buffer: "bytes", offset: "int | None" = None) -> "None":
        if offset is None:
            self._erase(block)
            offset = 0
        self._file.seek(block * self.block_size + offset)
        self._file.write(buffer)

    def close(self) -> "None":
        self._file.close()

    def _erase(self, block: "int") -> "None":
        self._file.seek(block * self.block_size)
        self._file.write(bytes([ERASED]) * self.block_size)

    def ioctl(self, operation: "int", argument: "int") -> "int":
        if operation == 3:  # sync
            self._file.flush()
        elif operation == 4:
            return self.blocks
        elif operation == 5:
            return self.block_size
        elif operation == 6:
            self._erase(argument)
        return 0


def _exists(path: "str") -> "bool":
    try:
        os.stat(path)
    except OSError:
        return False
    return True


def _create(path: "str", block_size: "int", blocks: "int") -> "None":
    """A formatted image, complete before it gets its name: what has it is never formatted."""
    with open(path + ".new", "wb") as image:
        for _ in range(blocks):
            image.write(bytes([ERASED]) * block_size)
    device = FlashFile(path + ".new", block_size, blocks)
    vfs.VfsLfs2.mkfs(device, progsize=PROGRAM_SIZE)
    device.close()
    os.rename(path + ".new", path)


def mount(path: "str", block_size: "int", blocks: "int", root: "str") -> "bool":
    """Mount the image, made when there is none. True: one that is there is never formatted."""
    if not _exists(path):
        _create(path, block_size, blocks)
    device = FlashFile(path, block_size, blocks)
    vfs.mount(vfs.VfsLfs2(device, progsize=PROGRAM_SIZE), root)
    return True
