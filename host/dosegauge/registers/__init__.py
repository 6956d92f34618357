"""What the registers hold and how it is read from and written to files."""
