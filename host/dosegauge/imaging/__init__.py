"""Measurements on images; arrays in, figures out."""
