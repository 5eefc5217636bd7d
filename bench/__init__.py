"""Measurements and training: not part of the program."""

import kb  # noqa: F401 - first of all, as it settles how many threads numpy takes
