"""Uncertainty budgets: a formula, input quantities with their components, and their combination.

Everything is exact (`exact.Ratio`), or good to 30 digits where a function has no exact value, so
that a unit and a host print the same digits from the same model.
"""
