"""The unit's program: procedures, recorder, link service, display."""

FIRMWARE_VERSION = "0.1.0"
