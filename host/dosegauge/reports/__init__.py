"""The original record and the calibration certificate."""
