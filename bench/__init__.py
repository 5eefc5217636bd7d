"""Measurements and training: not part of the program."""
