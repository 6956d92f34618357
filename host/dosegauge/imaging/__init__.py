"""Measurements on images; arrays in, figures out. Files are read by `readers`."""
