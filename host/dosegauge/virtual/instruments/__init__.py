"""The simulated instruments, one per module."""
