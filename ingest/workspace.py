"""A data folder opened for work: who writes it, and everything that is kept in step with it.

The order of truth: files in the library; from them the word index (in memory) and the vector index (Chroma). A
change is first made safe in the library, then taken up by the indexes; a crash in between is repaired by the next
start, which compares the two and makes up the difference.

One process has the folder to itself; or, with a PostgreSQL and a Chroma server, several have it open, and the one that
leads writes it. The others take up what changed (`catch_up`), and refuse to write.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock

from ingest.authoring import FOLDERS, documents_in
from ingest.collection import Collection
from ingest.data_folder import holder_of, take_lock
from ingest.front_matter import astray_questions
from ingest.intake import Intake, Place, Progress, readable
from ingest.leadership import Leadership
from ingest.library import Library, slug
from ingest.limits import Limits
from ingest.page_images import PageImages
from ingest.reader_pool import ReaderPool
from ingest.seen import Seen
from ingest.vectors import VectorIndex
from kb.errors import DatabaseUnavailable, LibraryInUse, RoutewijzerError, SettingsError
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from kb.types import Chunk, DocumentKind, Failure, Ingested, IngestReport, IngestWarning

_LOG = logging.getLogger("routewijzer")


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether library, vector index and word index hold the same."""

    documents: int
    chunks: int
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Nothing differs."""
        return not self.problems


class Workspace:
    """The library of one data folder with the knowledge base on it; use as a context manager."""

    def __init__(
        self, settings: Settings, library: Library, lock: FileLock | None, leadership: Leadership | None = None
    ) -> None:
        """With the `lock` of the folder, or the `leadership` of a folder that several processes share."""
        self.settings = settings
        self.leadership = leadership
        self.leads = leadership is None
        """Whether this process writes the library."""
        self.term = 0
        """How often this process has come to lead."""
        self._untold = False
        """Whether the library changed, or may have, and the other processes are yet to be told."""
        self.library = library
        self._knowledge: KnowledgeBase | None = None
        self._opening = threading.Lock()
        self.vectors = VectorIndex(settings)
        self.ingested = Counter[str]()
        """Documents that were added, replaced, removed or refused since this was opened."""
        self.startup = IngestReport()
        """What the sync at the start did."""
        self._lock = lock
        self._batch = threading.RLock()
        """Held by who takes in, describes or removes documents: one at a time, from the first file to the last."""
        self._writing = threading.RLock()
        """Held while library and indexes are changed; taken after `_batch`, and not kept while files are read."""
        self._pool = ReaderPool.open(settings)
        self._look_back()
        # pages are drawn beside a batch that is being read, not after it
        self._drawing = ReaderPool(Limits.of(settings), settings.vocabulary, 1)
        self.pages = PageImages(library, self._drawing)
        self._closing = threading.Event()
        self._background: threading.Thread | None = None
        library.before_change = self._note_change

    def _look_back(self) -> None:
        """Read what whoever wrote the library before has left to know."""
        self._seen = Seen(self.settings.data_dir / "seen.json", self.library.folder)
        self._intake = Intake(self.library, self._pool, Limits.of(self.settings), self._seen, self._writing)
        self._mark = self.settings.data_dir / "unfinished"
        self.unfinished = self._mark.exists()
        """Whether an earlier process was stopped between a change of the library and that of the indexes."""

    @classmethod
    def open(
        cls, settings: Settings, sync: bool = True, progress: Progress | None = None, answers: bool = True
    ) -> Workspace:
        """Take the lock, bring the library in step with the corpus folder, and make ready to answer by words.

        Without `answers` glossary and journal are opened when they are first asked for: taking files in needs none.
        Of a folder that several processes share, only who leads brings it in step. Raises `LibraryInUse` where another
        process has the folder to itself, `SettingsError` where the corpus folder is missing.
        """
        folder = settings.data_dir
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"De datamap {folder} kan niet worden gemaakt ({error.strerror}).",
                f"The data folder {folder} cannot be made ({error.strerror}).",
            ) from None
        leadership = Leadership.open(settings.database_url, folder) if settings.several else None
        lock = None if leadership else take_lock(folder)
        try:
            library = Library(folder / "library", writes=leadership is None)
            workspace = cls(settings, library, lock, leadership)
            workspace.seek_lead()
            if answers:
                workspace._open_knowledge()
            if sync and workspace.leads:
                workspace.startup = workspace.sync(progress)
        except BaseException:
            if lock is not None:
                lock.release()
            if leadership is not None:
                leadership.close()
            raise
        return workspace

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the background work and let go of the folder."""
        self._closing.set()
        self.vectors.stop()
        if self._background is not None:
            self._background.join(timeout=30)
        self._pool.close()
        self._drawing.close()
        if self._knowledge is not None:
            self._knowledge.journal.close()
        self.vectors.close()
        if self.leads:
            self.library.close()
            self._seen.save()
        if self.leadership is not None:
            self.leadership.close()
        if self._lock is not None:
            self._lock.release()

    @property
    def knowledge(self) -> KnowledgeBase:
        """The knowledge base on the library."""
        return self._knowledge or self._open_knowledge()

    def _open_knowledge(self) -> KnowledgeBase:
        with self._opening:
            if self._knowledge is None:
                self._knowledge = KnowledgeBase.open(self.settings, self.library)
                if self.vectors.store is not None and self.vectors.embedder is not None:
                    self._knowledge.attach(self.vectors.store, self.vectors.embedder)
            return self._knowledge

    # --- several processes ------------------------------------------------------------------------------------

    def seek_lead(self) -> bool:
        """Take the lead of a shared folder where it is free, or give it up where it was lost; True when just taken.

        Between the two this process neither writes nor lets go of the folder: first what is under way comes to its
        end.
        """
        if self.leadership is None:
            return False
        try:
            held = self.leadership.seek()
        except DatabaseUnavailable as error:
            held = False
            if self.leads:
                _LOG.warning("%s", error.en)
        if held and not self.leads:
            self._take_lead()
            return True
        if not held and self.leads:
            self._step_down(self.leadership)
        elif not held:
            self.leadership.release()
        return False

    def _take_lead(self) -> None:
        with self._batch, self._writing:
            self.library.take_over()
            self._look_back()
            self.vectors.let_go()
            self.leads = True
            # who led before may have been stopped before it could tell
            self._untold = True
            self.catch_up()
            self.term += 1
        _LOG.info("this process leads: it writes the library")

    def _step_down(self, leadership: Leadership) -> None:
        self.leads = False  # a batch stops after the file that is being read
        with self._batch, self._writing:
            self._seen.save()
            self.vectors.let_go()
            self.library.let_go()
        leadership.release()
        _LOG.warning("this process leads no more: it answers, and writes nothing")

    def must_lead(self) -> None:
        """Refuse to write where another process does. Raises `LibraryInUse`."""
        if not self.leads:
            raise LibraryInUse(self.settings.data_dir, holder_of(self.settings.data_dir))

    def take_charge(self) -> None:
        """What comes after taking the lead of a running server: the corpus folder, then the vectors."""
        try:
            report = self.sync()
            for failure in report.failed:
                _LOG.warning("%s: %s", failure.path, failure.reason_en)
        except RoutewijzerError as error:
            _LOG.error("%s", error.en)
        if self._background is not None:
            self._background.join()
        self.start_background()

    def tell_others(self) -> None:
        """Tell the other processes of a change, where they were not told yet."""
        if self.leadership is not None and self._untold:
            self._untold = False
            self._untold = not self.leadership.changed()

    def catch_up(self) -> None:
        """Take up what another process changed in the library."""
        self.library.renew()
        knowledge = self._knowledge
        if knowledge is None or not knowledge.built:
            return
        before = knowledge.snapshot.versions
        knowledge.refresh()
        for document_id in before.keys() - knowledge.snapshot.versions.keys():
            self.pages.forget(document_id)

    # --- documents --------------------------------------------------------------------------------------------

    def sync(self, progress: Progress | None = None) -> IngestReport:
        """Bring the library in step with the corpus folder: what is new, changed or gone there."""
        folder = self.settings.corpus_dir
        if not folder.is_dir():
            raise SettingsError(
                f"De corpusmap {folder} bestaat niet; er is niets gewijzigd (ROUTEWIJZER_CORPUS_DIR).",
                f"The corpus folder {folder} does not exist; nothing was changed (ROUTEWIJZER_CORPUS_DIR).",
            )
        self.must_lead()
        places = []
        for path in documents_in(folder):
            below = _below(folder, path)
            places.append(Place(path, _id_of(below), readable(below)))
        with self._batch:
            wanted = {place.id for place in places}
            leaving = sorted(set(self._seen.of_origin("corpus", self.library.ids, self._origin)) - wanted)
            report = self._intake.take_in(places, "corpus", leaving, progress, self._stopped)
            with self._writing:
                removed = [self._removed(document_id) for document_id in leaving]
                report = replace(report, removed=tuple(item for item in removed if item))
                self._take_up(report, progress)
            self._seen.save()
        return report

    def add(
        self, paths: Sequence[Path], kind: DocumentKind | None = None, progress: Progress | None = None
    ) -> IngestReport:
        """Take in files, or all files of folders; one bad file does not stop the others."""
        places: list[Place] = []
        failed: list[Failure] = []
        prefix = f"{FOLDERS[kind]}/" if kind in FOLDERS else ""
        for path in paths:
            if path.is_dir():
                inside = documents_in(path, every=True)
                places += [Place(p, prefix + _id_of(_below(path, p)), readable(p.name), kind) for p in inside]
            elif path.is_file():
                places.append(Place(path, prefix + slug(path.stem), readable(path.name), kind))
            else:
                shown = readable(str(path))
                failed.append(Failure(shown, "not_found", f"{shown} bestaat niet.", f"{shown} does not exist."))
        report = self.take(places, progress)
        self._seen.save()
        return replace(report, failed=(*failed, *report.failed))

    def take(
        self, places: Sequence[Place], progress: Progress | None = None, stop: Callable[[], bool] = lambda: False
    ) -> IngestReport:
        """Take in files under ids that are known already; `stop` is asked before each, and the rest is left."""
        with self._batch:
            self.must_lead()
            report = self._intake.take_in(places, "added", (), progress, lambda: self._stopped() or stop())
            report = replace(report, warnings=(*report.warnings, *self._undone_by_sync(report)))
            with self._writing:
                self._take_up(report, progress)
        return report

    def in_corpus(self, document_id: str) -> bool:
        """Whether a document has its file in the corpus folder: the next sync then makes it as that file is."""
        return document_id in self._corpus_ids()

    def _corpus_ids(self) -> set[str]:
        folder = self.settings.corpus_dir
        return {_id_of(_below(folder, path)) for path in documents_in(folder)} if folder.is_dir() else set()

    def _undone_by_sync(self, report: IngestReport) -> list[IngestWarning]:
        """A warning for each new version of a document whose file in the corpus folder says something else."""
        changed = (*report.added, *report.replaced)
        ours = self._corpus_ids() if changed else set()
        return [
            IngestWarning(
                item.path,
                "undone_by_sync",
                f"hoort bij '{item.id}', dat in de corpusmap staat; de volgende sync zet dat bestand terug. "
                "Pas ook het bestand in de corpusmap aan.",
                f"belongs to '{item.id}', which is in the corpus folder; the next sync puts that file back. "
                "Change the file in the corpus folder too.",
            )
            for item in changed
            if item.id in ours
        ]

    def _stopped(self) -> bool:
        """Whether a batch is to stop after the file that is being read."""
        return self._closing.is_set() or not self.leads

    def describe(self, document_id: str, metadata: Mapping[str, Any]) -> IngestReport:
        """Give a document other metadata, as a new version of the same text. Raises `UnknownDocument`."""
        with self._batch, self._writing:
            self.must_lead()
            path = Path(self._noted(document_id, "file_name") or document_id)
            before = self.library.current(document_id)
            document = self.library.describe(document_id, metadata)
            item = Ingested(path.name, document_id, document.version)
            same = before == document.version
            report = IngestReport(unchanged=(item,)) if same else IngestReport(replaced=(item,))
            astray = astray_questions(document.metadata, document.sections)
            warnings = tuple(IngestWarning(path.name, n.code, n.nl, n.en) for n in astray)
            report = replace(report, warnings=warnings)
            self._take_up(report, None)
        return report

    def release(self, document_id: str) -> bool:
        """Let a document out of quarantine; False where it was in none. Raises `UnknownDocument`."""
        with self._writing:
            self.must_lead()
            released = self.library.release(document_id)
            if released:
                self._follow(brought=True)
        return released

    def withhold(self, document_id: str) -> None:
        """Keep a document out of answers until it is released. Raises `UnknownDocument`."""
        with self._writing:
            self.must_lead()
            self.library.withhold(document_id)
            self._follow()

    def remove(self, document_ids: Sequence[str]) -> IngestReport:
        """Take documents out, with every version and from every index."""
        removed, failed, warnings = [], [], []
        with self._batch, self._writing:
            self.must_lead()
            ours = self._corpus_ids()
            for document_id in document_ids:
                path = self._noted(document_id, "path") or document_id
                if document_id in ours:
                    warnings.append(
                        IngestWarning(
                            path,
                            "still_in_corpus",
                            "staat nog in de corpusmap; de volgende sync neemt het weer op als u het daar laat staan.",
                            "is still in the corpus folder; the next sync takes it in again if you leave it there.",
                        )
                    )
                if item := self._removed(document_id):
                    removed.append(item)
                else:
                    failed.append(
                        Failure(
                            document_id,
                            "unknown_document",
                            f"Er is geen document '{document_id}'.",
                            f"There is no document '{document_id}'.",
                        )
                    )
            report = IngestReport(removed=tuple(removed), failed=tuple(failed), warnings=tuple(warnings))
            self._take_up(report, None)
        return report

    def _removed(self, document_id: str) -> Ingested | None:
        """Take one document out of the library; None where there was none."""
        version = self.library.current(document_id)
        path = self._noted(document_id, "path") or document_id
        if version is None or not self.library.remove(document_id):
            return None
        self._intake.forget(document_id)
        self.pages.forget(document_id)
        return Ingested(path, document_id, version)

    def _origin(self, document_id: str) -> str | None:
        noted = self._seen.origin(document_id) or self.library.source(document_id).get("origin")
        return noted or self._noted(document_id, "origin")

    def _noted(self, document_id: str, key: str) -> str | None:
        """What the library noted of a live document; None where it did not, or cannot be read."""
        try:
            value = self.library.details(document_id).get(key)
        except RoutewijzerError:
            return None
        return None if value is None else str(value)

    # --- indexes ----------------------------------------------------------------------------------------------

    def _take_up(self, report: IngestReport, progress: Progress | None) -> None:
        """Let the indexes follow a change of the library."""
        for outcome in ("added", "replaced", "removed", "failed"):
            self.ingested[outcome] += len(getattr(report, outcome))
        known = self._knowledge.snapshot.versions if self._knowledge and self._knowledge.built else None
        mended = known is not None and any(document.id not in known for document in report.unchanged)
        if report.added or report.replaced or report.removed or mended:
            self._follow(progress, brought=bool(report.added or report.replaced or mended))
        self.tell_others()

    def _follow(self, progress: Progress | None = None, brought: bool = False) -> None:
        """Bring the indexes in step; `brought`: whether there are chunks that no index has yet."""
        if self._knowledge is not None:
            self._knowledge.refresh()
        self._untold = True
        self.tell_others()
        self.vectors.follow(self.library, progress)
        if self.vectors.follows or not self.vectors.wanted or not (brought or self.unfinished or self.vectors.behind):
            self._settle()
        else:
            self.unfinished = True

    def _note_change(self) -> None:
        """Leave a mark on disk that says, should the process end here, that the indexes must be looked after."""
        self._seen.before_change()
        if not self._mark.exists():
            self._mark.touch()

    def _settle(self) -> None:
        """Library and indexes are in step."""
        if not self.leads:
            return
        self._mark.unlink(missing_ok=True)
        self.unfinished = False

    def bring_vectors_in_step(self, progress: Progress | None = None) -> None:
        """As `load_vectors`, for who will not search; where nothing changed no model and no index is opened."""
        if self.unfinished or not self.vectors.in_step(self.library):
            self.load_vectors(progress)

    def load_vectors(self, progress: Progress | None = None) -> None:
        """Load the embedding model, bring the vector index in step. Raises `ModelUnavailable`, `IndexUnavailable`."""
        collection = self.vectors.load()
        if collection is None:
            self._settle()
            return
        if not self.leads:
            if self.vectors.complete:
                self._serve(collection)
                self.vectors.ready()
            return
        # first with room for documents to come and go, which may take hours; then what came and went meanwhile
        if not self.vectors.fill(collection, self.library, progress):
            return
        with self._writing:
            if not self.leads or not self._serve(collection, progress):
                return
            self.vectors.ready()
            self._settle()
        self.vectors.drop_others()

    def _serve(self, collection: Collection, progress: Progress | None = None) -> bool:
        """Let a collection be searched once it is in step; False when told to stop."""
        if self.leads and not self.vectors.fill(collection, self.library, progress):
            return False
        with self._opening:
            self.vectors.serve(collection, self.leads)
            knowledge = self._knowledge
        if knowledge is not None:
            knowledge.attach(collection.store, collection.embedder)
        return True

    def start_background(self) -> None:
        """Load the model and fill the vector index while questions are answered by words already."""
        self.vectors.announce()
        self._background = threading.Thread(target=self._load_quietly, name="embedding model", daemon=True)
        self._background.start()

    @property
    def loading(self) -> bool:
        """Whether the background work goes on."""
        return self._background is not None and self._background.is_alive()

    def make_up_vectors(self) -> None:
        """Bring the collection at a server in step that was gone. Raises `IndexUnavailable` where it is gone again."""
        with self._writing:
            if self.leads and self.vectors.make_up(self.library):
                self._settle()

    def _load_quietly(self) -> None:
        try:
            if self.leads and (earlier := self.vectors.earlier()) is not None:
                with self._writing:
                    self._serve(earlier)
            self.load_vectors()
        except RoutewijzerError as error:
            self.vectors.failed(error)

    def verify(self) -> Verification:
        """Compare library, word index and vector index, and check every chunk against its document."""
        problems: list[str] = []
        expected: dict[str, Chunk] = {}
        ids = self.library.ids()
        for document_id in ids:
            version = self.library.current(document_id)
            if version is None:
                continue
            try:
                document = self.library.document(document_id, version)
                chunks = self.library.chunks(document_id, version)
            except (RoutewijzerError, OSError, ValueError, KeyError) as error:
                problems.append(f"{document_id}: niet leesbaar ({error})")
                continue
            if not self.library.quarantined(document_id, version):
                expected.update((chunk.id, chunk) for chunk in chunks)
            if any(document.text[c.start : c.end] != c.text for c in chunks):
                problems.append(f"{document_id}: een passage klopt niet met de tekst")
        words = {chunk.id for chunk in self.knowledge.snapshot.chunks}
        problems += _differences("woordindex", set(expected), words)
        for store in self.vectors.stores():
            problems += _differences("vectorindex", set(expected), store.ids())
        return Verification(len(ids), len(expected), tuple(problems))


def _differences(name: str, expected: set[str], present: set[str]) -> list[str]:
    found = [f"{name}: {chunk_id} ontbreekt" for chunk_id in sorted(expected - present)]
    return found + [f"{name}: {chunk_id} hoort er niet in" for chunk_id in sorted(present - expected)]


def _below(folder: Path, path: Path) -> str:
    """Where a file lies below a folder: `pilots/Saxion Ad Bouwkunde.md`."""
    home = folder.as_posix()
    return path.as_posix() if home == "." else path.as_posix()[len(home) :].lstrip("/")


def _id_of(below: str) -> str:
    """The id of a file by its place below a folder: `pilots/saxion-ad-bouwkunde`."""
    return "/".join(slug(part) for part in os.path.splitext(below)[0].split("/"))
