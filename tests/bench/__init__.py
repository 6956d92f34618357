"""Measurements of the budgets: `python -m tests.bench`, described in docs/bench.md."""
