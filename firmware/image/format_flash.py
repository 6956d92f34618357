"""Make an empty file system in the flash: for a new unit, or when its flash is given up.

Only ever imported by hand (`mpremote exec "import format_flash"`): everything in it is lost.
"""

import rp2
import vfs

_flash = rp2.Flash()
try:
    vfs.umount("/")
except OSError:
    pass  # it was not mounted
vfs.VfsLfs2.mkfs(_flash, progsize=256)
vfs.mount(vfs.VfsLfs2(_flash, progsize=256), "/")
print("the flash has an empty file system now")
