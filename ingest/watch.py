"""A folder that is watched: a file dropped there is taken in, and then put away where one can see how it went.

What was taken in goes to `opgenomen/`; what was refused goes to `geweigerd/`, with a text file beside it that says
why. A file is touched only when it has stopped growing. Subfolders named as those of the corpus (`pilots/`) say of
what kind their files are.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from ingest.authoring import FOLDERS
from ingest.intake import readable
from ingest.jobs import Job, Jobs
from kb.errors import SettingsError
from kb.periodic import Periodic
from kb.settings import Settings

DONE, REFUSED = "opgenomen", "geweigerd"
SECONDS = 2.0
_TOGETHER = 20
"""Files that are taken in as one job."""
_LONGEST_NAME = 255
"""Bytes of a file name."""
_PARTIAL = (".part", ".crdownload", ".tmp", ".download", ".partial")
_KINDS = {folder: kind for kind, folder in FOLDERS.items()}
_LOG = logging.getLogger("routewijzer")

_State = tuple[int, int]


class FolderWatch:
    """Looks into one folder every few seconds, in a thread of its own (a poll works on network drives too)."""

    def __init__(self, folder: Path, jobs: Jobs, max_file_mb: int, seconds: float = SECONDS) -> None:
        self._folder = folder
        self._jobs = jobs
        self._most = max_file_mb * 1_000_000
        self._seen: dict[Path, _State] = {}
        self._looking = Periodic(
            "watched folder", seconds, self._look_if_ours, "the watched folder could not be read; trying again"
        )

    @classmethod
    def open(cls, settings: Settings, jobs: Jobs) -> FolderWatch | None:
        """The watch that the settings ask for. Raises `SettingsError` where its files would be moved out of our own."""
        if settings.watch_dir is None:
            return None
        folder = settings.watch_dir.resolve()
        for other in (settings.data_dir.resolve(), settings.corpus_dir.resolve()):
            if folder == other or folder in other.parents or other in folder.parents:
                raise SettingsError(
                    f"ROUTEWIJZER_WATCH_DIR={folder} mag niet de map {other} zijn, en er niet in of omheen liggen.",
                    f"ROUTEWIJZER_WATCH_DIR={folder} cannot be the folder {other}, nor lie in or around it.",
                )
        return cls(folder, jobs, settings.max_file_mb)

    def start(self) -> None:
        """Begin to watch; the folder is made where there is none."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._looking.start()

    def close(self) -> None:
        """Stop watching."""
        self._looking.close(timeout=10)

    def _look_if_ours(self) -> None:
        if self._jobs.leads:  # of several processes one looks
            self.look()

    def look(self) -> None:
        """Look once: take in the files that are the same as at the last look."""
        now = {path: state for path in self._files() if (state := _state(path)) is not None}
        settled = [path for path, state in now.items() if self._seen.get(path) == state]
        self._seen = now
        for home in {path.parent: None for path in settled}:
            inside = [path for path in settled if path.parent == home]
            for start in range(0, len(inside), _TOGETHER):
                if self._looking.closing.is_set():
                    return
                self._take(home, inside[start : start + _TOGETHER])

    def _files(self) -> Iterator[Path]:
        inside = (self._folder / name for name in _KINDS)
        homes = [self._folder, *(home for home in inside if home.is_dir() and not home.is_symlink())]
        for home in homes:
            for path in sorted(home.iterdir()):
                name = path.name.lower()
                if not name.startswith((".", "~", "_")) and not name.endswith(_PARTIAL):
                    yield path

    def _take(self, home: Path, paths: list[Path]) -> None:
        kind = None if home == self._folder else _KINDS[home.name]
        files: dict[Path, bytes] = {}
        for path in paths:
            try:
                if path.stat().st_size > self._most:
                    limit = self._most // 1_000_000
                    self._refuse(path, f"Groter dan {limit} MB.\nLarger than {limit} MB.")
                else:
                    files[path] = path.read_bytes()
            except OSError as error:  # gone, or not ours to read: the others go on
                _LOG.warning("%s in the watched folder is left there (%s)", readable(path.name), error.strerror)
        if not files:
            return
        names = [(readable(path.name), data) for path, data in files.items()]
        job = self._jobs.add(names, {"kind": kind.value} if kind else None)
        while (job := self._jobs.get(job.id)).state in {"queued", "running"}:
            if self._looking.closing.wait(0.1):
                return  # the files stay, and are recognised at the next start
        self._put_away(list(files), job)

    def _put_away(self, paths: list[Path], job: Job) -> None:
        failed = (job.report or {}).get("failed", [])
        for path, name in zip(paths, job.subject, strict=True):
            if _state(path) != self._seen.get(path):
                continue  # another version was put in its place meanwhile: that one is yet to be taken in
            reasons = [row for row in failed if row["path"] in {name, job.id}]
            if reasons:
                self._refuse(path, "\n".join(f"{row['reason']}\n{row['reason_en']}" for row in reasons))
            else:
                self._move(path, DONE)

    def _refuse(self, path: Path, reason: str) -> None:
        moved = self._move(path, REFUSED)
        if moved is not None:
            moved.with_name(_with(moved.name, ".waarom.txt")).write_text(f"{reason}\n", encoding="utf-8")

    def _move(self, path: Path, where: str) -> Path | None:
        """Move a file into a folder beside it, under a name that is free there; None where it is gone."""
        home = self._folder / where
        home.mkdir(exist_ok=True)
        target = home / path.name
        number = 1
        while target.exists():
            number += 1
            target = home / _with(path.stem, f" ({number}){path.suffix}")
        with contextlib.suppress(FileNotFoundError):
            os.replace(path, target)
            self._seen.pop(path, None)
            return target
        return None


def _with(name: str, ending: str) -> str:
    """A file name with another ending, cut where it would be longer than a disk takes."""
    room = _LONGEST_NAME - len(os.fsencode(ending))
    return os.fsencode(name)[:room].decode("utf-8", errors="ignore") + ending


def _state(path: Path) -> _State | None:
    """Size and time of a plain file; None for what is none (a link is not followed)."""
    if path.is_symlink() or not path.is_file():
        return None
    found = path.stat()
    return found.st_size, found.st_mtime_ns
