"""A file becomes what the library keeps of it: one text, its places, its chunks and a report.

Everything that looks at the content of a file happens here, in one pure function, so that it can be run in a process
that may be killed (`ingest/reader_pool.py`). It writes nothing and opens nothing but the bytes it is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest import front_matter
from ingest.blocks import Assembly, assemble
from ingest.chunking import cut
from ingest.limits import Limits
from ingest.readers import Notice, Reading, read
from kb.errors import LimitExceeded
from kb.types import Metadata
from kb.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that was read, cleaned, cut and inspected."""

    suffix: str
    """Of the kind that the content is, whatever the file's name says: `.pdf`."""
    laid: Assembly
    cuts: tuple[tuple[int, int], ...]
    """Where the chunks begin and end in the text."""
    metadata: Metadata | None
    """From the file's front matter; None where it has none."""
    proposal: dict[str, Any]
    """Metadata guessed from the text, to be confirmed; empty where the file has its own. See `ingest/proposals.py`."""
    inspection: dict[str, Any]
    """What the programme team sees of the document; see `ingest/inspection.py`."""
    sketch: tuple[int, ...]
    """For near-duplicates; see `ingest/duplicates.py`."""
    notices: tuple[Notice, ...]
    quarantined: bool
    """Whether a person must look at the document before it is used in answers."""


def prepare(data: bytes, path: Path, limits: Limits, vocabulary: Vocabulary) -> Prepared:
    """Read a file, find out what it is, clean, cut and inspect it; `path` is used for its name alone.

    Raises a `DocumentError` that says in Dutch and English why the file is refused.
    """
    from ingest.duplicates import sketch
    from ingest.inspection import inspect, visible
    from ingest.proposals import propose
    from ingest.sniffing import check_kind

    if len(data) > limits.file_mb * 1_000_000:
        raise too_large(path, limits)
    suffix, notice = check_kind(data, path)
    reading = read(data, path.with_suffix(suffix), limits)
    kept = visible(reading.blocks)
    laid = assemble(kept)
    metadata = _front_matter(reading, path, vocabulary)
    inspection = inspect(reading, kept, laid)
    # where the file says itself what it is, there is nothing to guess
    proposal = propose(reading, kept, laid, path, vocabulary).to_plain() if metadata is None else {}
    return Prepared(
        suffix=suffix,
        laid=laid,
        cuts=tuple(cut(laid.text, laid.sections)),
        metadata=metadata,
        proposal=proposal,
        inspection=inspection.to_plain(),
        sketch=sketch(laid.text),
        notices=(*((notice,) if notice else ()), *inspection.notices),
        quarantined=bool(inspection.quarantine),
    )


def _front_matter(reading: Reading, path: Path, vocabulary: Vocabulary) -> Metadata | None:
    if reading.front_matter is None:
        return None
    return front_matter.parse(reading.front_matter, path, vocabulary)


def too_large(path: Path, limits: Limits) -> LimitExceeded:
    """The refusal of a file that is over the limit as it comes in."""
    return LimitExceeded(
        path,
        "too_large",
        f"{path.name}: groter dan {limits.file_mb} MB.",
        f"{path.name}: larger than {limits.file_mb} MB.",
    )
