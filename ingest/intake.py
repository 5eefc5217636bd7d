"""Files go into the library: read in processes of their own, several at a time, and put in one after the other.

One bad file never stops the others; why it was refused stands in the report.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ingest.duplicates import SketchIndex
from ingest.front_matter import astray_questions
from ingest.library import DescribedBy, Incoming, Library, sha256
from ingest.limits import Limits
from ingest.preparing import Prepared, too_large
from ingest.reader_pool import ReaderPool
from ingest.seen import Look, Seen
from kb.documents import metadata_from, metadata_to
from kb.errors import DocumentError, RoutewijzerError
from kb.types import DocumentKind, Failure, Ingested, IngestReport, IngestWarning, Metadata

_LOG = logging.getLogger("routewijzer")
Progress = Callable[[str, int, int], None]
"""Called with what is done ("lezen", "vectoren"), how many are done and how many there are."""

_Read = tuple[Look, bytes, Prepared]
"""How a file looked before it was read, what was read, and what it was made into."""
NEAR = 0.8
"""Share of the runs of five words of both (or of the shorter one) that both have, from which it is reported."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file to take in, and the id that its document gets."""

    path: Path
    id: str
    shown: str
    """Its name for people."""
    kind: DocumentKind | None = None
    metadata: Mapping[str, Any] | None = None
    """What a person says of it; goes before what the file says of itself."""
    name: str = ""
    """The name that the file came with, where that is not its name on disk."""
    replaces: bool = False
    """Whether a person said that it takes the place of the document with this id, whatever else holds these bytes."""


@dataclass(slots=True)
class _Outcome:
    """The report in the making."""

    groups: dict[str, list[Ingested]] = field(default_factory=lambda: {"added": [], "replaced": [], "unchanged": []})
    failed: list[Failure] = field(default_factory=list)
    warnings: list[IngestWarning] = field(default_factory=list)

    def report(self) -> IngestReport:
        groups = {name: tuple(items) for name, items in self.groups.items()}
        return IngestReport(**groups, failed=tuple(self.failed), warnings=tuple(self.warnings))


class Intake:
    """Takes files into one library. The caller sees to it that no two batches run at once."""

    def __init__(
        self, library: Library, pool: ReaderPool, limits: Limits, seen: Seen, writing: AbstractContextManager[object]
    ) -> None:
        """`writing` is held for each change of the library, and not while a file is read."""
        self._library = library
        self._writing = writing
        self._seen = seen
        self._pool = pool
        self._limits = limits
        self._known: dict[str, str] | None = None
        self._sketches: SketchIndex | None = None

    def take_in(
        self,
        places: Sequence[Place],
        origin: str,
        leaving: Iterable[str] = (),
        progress: Progress | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> IngestReport:
        """Read the files and put them into the library; `leaving` names documents that are about to be removed."""
        outcome = _Outcome()
        gone = set(leaving)
        taken: dict[str, Place] = {}
        total = len(places)
        fresh: list[Place] = []
        for place in places:
            try:
                if place.id in taken and taken[place.id].path != place.path:
                    raise _same_name(place, taken[place.id])
                taken[place.id] = place
                if (present := self._present(place, gone)) is not None:
                    outcome.groups["unchanged"].append(present)
                    if present.id != place.id:
                        outcome.warnings.append(_identical(place, present.id))
                else:
                    fresh.append(place)
            except (DocumentError, OSError) as error:
                outcome.failed.append(_failure(place, error))
        done = total - len(fresh)
        for place, result in self._prepared(fresh, stop):
            if progress:
                progress("lezen", done, total)
            done += 1
            self._put(place, result, origin, gone, outcome)
        if progress and total:
            progress("lezen", total, total)
        return outcome.report()

    def forget(self, document_id: str) -> None:
        """A document was removed: it is nobody's twin any more."""
        self._seen.forget(document_id)
        if self._known is not None:
            self._known = {digest: i for digest, i in self._known.items() if i != document_id}
        if self._sketches is not None:
            self._sketches.remove(document_id)

    # --- what is there already ----------------------------------------------------------------------------------

    def _present(self, place: Place, gone: set[str]) -> Ingested | None:
        """The document that holds these very bytes already, under this id or another; None where the file is new."""
        look = self._look(place)
        described = place.kind is not None or place.metadata is not None
        if not described:
            version = self._seen.version(place.id, place.shown, look.stamp)
            if version and not self._wants_recognition(place.id):
                return Ingested(place.shown, place.id, version)
        data = place.path.read_bytes()
        if not described:
            version = self._library.unchanged(place.id, data, place.shown)
            if version and not self._wants_recognition(place.id):
                origin = str(self._library.source(place.id).get("origin"))
                self._seen.note(place.id, version, origin, place.shown, look)
                return Ingested(place.shown, place.id, version)
        return self._twin(place, sha256(data), gone)

    def _wants_recognition(self, document_id: str) -> bool:
        """Whether pages without a text layer were not recognised when it was read, and would be now."""
        if not self._limits.ocr:
            return False
        report = self._library.report(document_id)
        return not report.get("ocr") and bool(report.get("inspection", {}).get("pages_without_text"))

    def _twin(self, place: Place, digest: str, gone: set[str]) -> Ingested | None:
        """The document that holds these very bytes under another id."""
        other = None if place.replaces else self._by_digest().get(digest)
        if other is None or other == place.id or other in gone:
            return None
        version = self._library.current(other)
        return Ingested(place.shown, other, version) if version else None

    def _look(self, place: Place) -> Look:
        """How the file looks, before it is read."""
        look = Look.of(place.path)
        if look.stamp[0] > self._limits.file_mb * 1_000_000:
            raise too_large(Path(place.shown), self._limits)
        return look

    def _by_digest(self) -> dict[str, str]:
        if self._known is None:
            self._known = {}
            for document_id in self._library.ids():
                if digest := self._library.source(document_id).get("sha256"):
                    self._known[str(digest)] = document_id
        return self._known

    def _near(self, document_id: str, sketch: tuple[int, ...], gone: set[str]) -> list[dict[str, Any]]:
        """Documents that are nearly the same, the nearest first; not those that are about to be removed."""
        if self._sketches is None:
            self._sketches = SketchIndex()
            for other in self._library.ids():
                try:
                    self._sketches.add(other, tuple(self._library.report(other).get("sketch", ())))
                except RoutewijzerError:
                    continue
        found = [near for near in self._sketches.near(sketch, NEAR) if near.id != document_id and near.id not in gone]
        return [
            {"id": n.id, "resemblance": round(n.resemblance, 2), "containment": round(n.containment, 2)}
            for n in found[:5]
        ]

    # --- reading and putting in ---------------------------------------------------------------------------------

    def _prepared(self, places: Sequence[Place], stop: Callable[[], bool]) -> Iterator[tuple[Place, _Read | Exception]]:
        """Each file with what it was made into, in order; a few are read ahead, so that memory stays flat."""
        workers = min(self._pool.processes, len(places)) or 1
        with ThreadPoolExecutor(workers, thread_name_prefix="reader") as threads:
            ahead: deque[tuple[Place, Future[_Read]]] = deque()
            waiting = iter(places)
            try:
                while not stop():
                    while len(ahead) < workers * 2 and (place := next(waiting, None)) is not None:
                        ahead.append((place, threads.submit(self._read, place)))
                    if not ahead:
                        return
                    place, future = ahead.popleft()
                    try:
                        yield place, future.result()
                    except Exception as error:
                        yield place, error
            finally:
                for _, future in ahead:
                    future.cancel()

    def _read(self, place: Place) -> _Read:
        look = self._look(place)
        data = place.path.read_bytes()
        return look, data, self._pool.prepare(data, Path(place.name or readable(place.path.name)))

    def _put(
        self,
        place: Place,
        result: _Read | Exception,
        origin: str,
        gone: set[str],
        outcome: _Outcome,
    ) -> None:
        try:
            if isinstance(result, Exception):
                raise result
            look, data, prepared = result
            digest = sha256(data)
            if (twin := self._twin(place, digest, gone)) is not None:  # an earlier file of this batch
                outcome.groups["unchanged"].append(twin)
                outcome.warnings.append(_identical(place, twin.id))
                return
            near = self._near(place.id, prepared.sketch, gone)
            incoming = self._incoming(place, data, prepared, origin, near)
            with self._writing:
                document, before = self._library.put(incoming)
        except Exception as error:  # a fault of ours in one file must not stop the others
            outcome.failed.append(_failure(place, error))
            return
        self._seen.note(place.id, document.version, origin, place.shown, look)
        if self._known is not None:
            self._known = {d: i for d, i in self._known.items() if i != place.id} | {digest: place.id}
        if self._sketches is not None:
            self._sketches.remove(place.id)
            self._sketches.add(place.id, prepared.sketch)
        group = "added" if before is None else "unchanged" if before == document.version else "replaced"
        outcome.groups[group].append(Ingested(place.shown, place.id, document.version))
        astray = astray_questions(document.metadata, document.sections)
        outcome.warnings += [IngestWarning(place.shown, n.code, n.nl, n.en) for n in astray]
        outcome.warnings += _warnings(place, prepared, near, self._library.quarantined(place.id, document.version))

    def _incoming(
        self, place: Place, data: bytes, prepared: Prepared, origin: str, near: list[dict[str, Any]]
    ) -> Incoming:
        metadata, by = self._metadata(place, prepared)
        notices = (*prepared.notices, *astray_questions(metadata, prepared.laid.sections))
        report = {
            "inspection": prepared.inspection,
            "proposal": prepared.proposal,
            "near": near,
            "notices": [{"code": n.code, "nl": n.nl, "en": n.en} for n in notices],
            "sketch": list(prepared.sketch),
            "ocr": self._limits.ocr,
        }
        name = place.name or readable(place.path.name)
        return Incoming(
            place.id, metadata, prepared.laid, data, name, place.shown, origin, cuts=prepared.cuts, report=report,
            quarantined=prepared.quarantined, described_by=by, suffix=prepared.suffix,
        )  # fmt: skip

    def _metadata(self, place: Place, prepared: Prepared) -> tuple[Metadata, DescribedBy]:
        """What is known of the document: what a person said, else the file itself, else a guess."""
        metadata, by = self._own_metadata(place, prepared)
        if place.kind:
            metadata = replace(metadata, kind=place.kind)
        if place.metadata:
            metadata, by = metadata_from({**metadata_to(metadata), **place.metadata}), "team"
        return metadata, by

    def _own_metadata(self, place: Place, prepared: Prepared) -> tuple[Metadata, DescribedBy]:
        if prepared.metadata is not None:
            return prepared.metadata, "file"
        try:
            if self._library.details(place.id).get("described_by") == "team":
                return self._library.document(place.id).metadata, "team"
        except RoutewijzerError:  # there is no such document yet
            pass
        # of what is guessed only what cannot mislead is used before a person has confirmed it
        guess = prepared.proposal
        title = str(guess.get("title", {}).get("value") or Path(place.shown).stem.replace("-", " ").replace("_", " "))
        language = "en" if guess.get("language", {}).get("value") == "en" else "nl"
        date = guess["date"].get("value") if guess.get("date", {}).get("confidence", 0) >= 0.5 else None
        known = Metadata(title=title, kind=self._kind(place.id), language=language, date=str(date) if date else None)  # type: ignore[arg-type]
        return known, "guess"

    def _kind(self, document_id: str) -> DocumentKind:
        """The kind that a document had until now: a person gave it, for nothing guesses it."""
        try:
            return self._library.document(document_id).metadata.kind
        except RoutewijzerError:
            return DocumentKind.OTHER


def readable(name: str) -> str:
    """A file name as text that can be printed, also where its bytes are not UTF-8 or hold control characters."""
    if name.isprintable():
        return name
    text = os.fsencode(name).decode("utf-8", errors="replace")
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _failure(place: Place, error: Exception) -> Failure:
    if isinstance(error, RoutewijzerError):
        return Failure(place.shown, error.code, error.nl, error.en)
    if not isinstance(error, OSError):
        _LOG.error("%s could not be taken in", place.id, exc_info=error)
        return Failure(
            place.shown,
            "internal",
            f"{place.shown}: er ging iets mis aan onze kant; dit bestand is niet opgenomen.",
            f"{place.shown}: something went wrong on our side; this file was not taken in.",
        )
    reason = getattr(error, "strerror", None) or str(error)
    return Failure(
        place.shown,
        "unreadable",
        f"{place.shown}: kan niet worden gelezen ({reason}).",
        f"{place.shown}: cannot be read ({reason}).",
    )


def _warnings(place: Place, prepared: Prepared, near: list[dict[str, Any]], held: bool) -> list[IngestWarning]:
    found = [IngestWarning(place.shown, n.code, n.nl, n.en) for n in prepared.notices]
    if not prepared.laid.text:
        found.append(
            IngestWarning(
                place.shown,
                "no_text",
                f"{place.shown}: is opgenomen, maar er is geen tekst in gevonden; er kan niet uit worden geantwoord.",
                f"{place.shown}: was taken in, but no text was found in it; nothing can be answered from it.",
            )
        )
    if near:
        alike = [row for row in near if row["resemblance"] >= NEAR]
        nl = [f"is voor {row['resemblance']:.0%} gelijk aan {row['id']}" for row in alike]
        nl += [f"staat voor {row['containment']:.0%} in of om {row['id']}" for row in near if row not in alike]
        en = [f"is {row['resemblance']:.0%} the same as {row['id']}" for row in alike]
        en += [
            f"shares {row['containment']:.0%} of the shorter one with {row['id']}" for row in near if row not in alike
        ]
        found.append(
            IngestWarning(
                place.shown,
                "near_duplicate",
                f"{place.shown}: {'; '.join(nl)}.",
                f"{place.shown}: {'; '.join(en)}.",
            )
        )
    if held:
        # without the excerpt: what is said here stays in the journal when the document is gone
        found_nl, found_en = (
            "; ".join(str(r[key]).split(": “")[0] for r in prepared.inspection.get("quarantine", []))
            for key in ("nl", "en")
        )
        found.append(
            IngestWarning(
                place.shown,
                "quarantined",
                f"{place.shown}: apart gezet tot iemand het vrijgeeft: {found_nl}",
                f"{place.shown}: set apart until a person releases it: {found_en}",
            )
        )
    return found


def _identical(place: Place, other: str) -> IngestWarning:
    return IngestWarning(
        place.shown,
        "identical",
        f"{place.shown}: is byte voor byte hetzelfde bestand als dat van '{other}'; het is niet nog eens opgenomen.",
        f"{place.shown}: is the same file, byte for byte, as that of '{other}'; it was not taken in again.",
    )


def _same_name(place: Place, other: Place) -> DocumentError:
    error = DocumentError(
        place.path,
        f"{place.shown}: {other.shown} krijgt al de naam '{place.id}'; geef een van beide een andere naam.",
        f"{place.shown}: {other.shown} already gets the name '{place.id}'; rename one of the two.",
    )
    error.code = "duplicate_name"
    return error
