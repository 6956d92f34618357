"""The measurement models of what a unit computes; the host has these and more.

Each module holds one quantity's model (or a family's) as data: formula, inputs, components,
source. What they are called in Chinese and English is the host's business.
"""
