"""Copies the files of a littlefs image into a folder: read_flash.py IMAGE BLOCKS FOLDER."""

import os
import sys

import vfs

from boards.flashfile import FlashFile

BLOCK_SIZE = 4096
PROGRAM_SIZE = 256
IS_FOLDER = 0x4000


def copy(source, target):
    for name, kind, *_ in os.ilistdir(source):
        if kind == IS_FOLDER:
            os.mkdir(target + "/" + name)
            copy(source + "/" + name, target + "/" + name)
        else:
            with open(source + "/" + name, "rb") as file, open(target + "/" + name, "wb") as out:
                out.write(file.read())


device = FlashFile(sys.argv[1], BLOCK_SIZE, int(sys.argv[2]))
vfs.mount(vfs.VfsLfs2(device, progsize=PROGRAM_SIZE), "/left")
copy("/left", sys.argv[3])
vfs.umount("/left")
device.close()
