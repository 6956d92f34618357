"""Bringing the unit's program onto a board with stock MicroPython: `dosegauge unit install`."""
