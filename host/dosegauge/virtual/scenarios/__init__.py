"""Scenario files (TOML), found through importlib.resources."""
