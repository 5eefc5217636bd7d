"""The lock of a data folder: of the processes that use it, one writes."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from filelock import FileLock, Timeout

from kb.errors import LibraryInUse, SettingsError


def take_lock(folder: Path) -> FileLock:
    """The lock of a data folder, held. Raises `LibraryInUse` with who has it, `SettingsError` for a read-only disk."""
    lock = FileLock(folder / "lock", timeout=0, thread_local=False)  # taken and let go of by different threads
    try:
        lock.acquire()
    except Timeout:
        raise LibraryInUse(folder, holder_of(folder)) from None
    except OSError as error:
        raise SettingsError(
            f"In de datamap {folder} kan niet worden geschreven ({error.strerror}).",
            f"The data folder {folder} cannot be written ({error.strerror}).",
        ) from None
    command = Path(sys.argv[0]).name or "python"
    (folder / "holder").write_text(f"{command}, proces {os.getpid()} op {socket.gethostname()}", encoding="utf-8")
    return lock


def holder_of(folder: Path) -> str:
    """Who took the lock last, in words."""
    try:
        return (folder / "holder").read_text(encoding="utf-8").strip()
    except OSError:
        return "onbekend"
