"""The virtual unit: the real firmware in a simulated laboratory.

`dosegauge.virtual.unit.VirtualUnit` is the way in; `docs/virtual-world.md` is the protocol.
"""
