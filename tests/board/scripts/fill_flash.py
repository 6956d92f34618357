"""Writes files into a new littlefs image: fill_flash.py IMAGE BLOCKS [PATH_ON_FLASH FILE]...

Runs on the unix port of MicroPython; the parameters are the RP2040 port's.
"""

import os
import sys

import vfs

from boards.flashfile import FlashFile

BLOCK_SIZE = 4096
PROGRAM_SIZE = 256


def fill(image, blocks, files):
    with open(image, "wb") as target:
        for _ in range(blocks):
            target.write(b"\xff" * BLOCK_SIZE)
    device = FlashFile(image, BLOCK_SIZE, blocks)
    vfs.VfsLfs2.mkfs(device, progsize=PROGRAM_SIZE)
    vfs.mount(vfs.VfsLfs2(device, progsize=PROGRAM_SIZE), "/new")
    for path, source in files:
        folder = ""
        for part in path.split("/")[:-1]:
            folder += "/" + part
            try:
                os.mkdir("/new" + folder)
            except OSError:
                pass
        with open(source, "rb") as file, open("/new/" + path, "wb") as copy:
            copy.write(file.read())
    vfs.umount("/new")
    device.close()


names = sys.argv[3:]
pairs = [(names[at], names[at + 1]) for at in range(0, len(names), 2)]
fill(sys.argv[1], int(sys.argv[2]), pairs)
