# What is frozen: the port's PIO assembler, asyncio, our own _boot.py, and the unit's code, which
# the build stages in the folder that DOSEGAUGE_STAGED names.
import os

freeze("$(PORT_DIR)/modules", "rp2.py")
include("$(MPY_DIR)/extmod/asyncio")
staged = os.environ["DOSEGAUGE_STAGED"]
for name in sorted(os.listdir(staged)):
    # The core without line numbers, or the glyphs would not fit beside it: it is the same code on
    # the host, where a fault of it can be traced.
    freeze(staged, name, opt=3 if name == "dosegauge_core" else 0)
