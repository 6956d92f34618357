"""Monte Carlo for uncertainty budgets (JCGM 101:2008, JJF 1059.2), with float64 and numpy.

Whoever uses a module of this package imports it where it is needed: numpy takes longer to load
than most commands take to run.
"""
