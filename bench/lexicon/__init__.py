"""Alignment of a small English-Dutch word list from parallel texts."""
