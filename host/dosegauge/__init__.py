"""dosegauge: the bench that reads, keeps, evaluates and reports what dosegauge units measured."""

__version__ = "0.1.0"
