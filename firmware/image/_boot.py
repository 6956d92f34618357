"""Mount the flash. What can't be mounted is never formatted: its sessions may still be read.

The stock image's module of this name formats whatever it can't mount.
"""

import sys

import rp2
import vfs

# The image's own program before files of the flash that have the name of one of its modules.
sys.path.remove(".frozen")
sys.path.insert(0, ".frozen")

try:
    vfs.mount(vfs.VfsLfs2(rp2.Flash(), progsize=256), "/")
except OSError:
    # boards/pico.py says so; `import format_flash` makes an empty file system, when somebody asks.
    pass
