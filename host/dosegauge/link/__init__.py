"""Finding units, talking to them over a serial port, and fetching their sessions."""
