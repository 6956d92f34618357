# What is frozen: the port's PIO assembler, asyncio, our own _boot.py, and the unit's code, which
# the build stages in the folder that DOSEGAUGE_STAGED names.
import os

freeze("$(PORT_DIR)/modules", "rp2.py")
include("$(MPY_DIR)/extmod/asyncio")
freeze(os.environ["DOSEGAUGE_STAGED"])
