"""The tabs of the page, a file each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Tab(NamedTuple):
    """What the page must know of a tab to switch its language."""

    inputs: list[Any]
    """Components whose values `relabel` needs."""
    outputs: list[Any]
    relabel: Callable[..., dict[Any, Any]]
    """Called with the language and the values of `inputs`; gives new values for `outputs`."""
