"""Uncertainty budgets on the host: the models, what files give them, Monte Carlo, reports."""
