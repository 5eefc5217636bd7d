"""A data folder opened for work: the one process that writes it, and everything it keeps in step.

The order of truth: files in the library; from them the word index (in memory) and the vector index (Chroma). A
change is first made safe in the library, then taken up by the indexes; a crash in between is repaired by the next
start, which compares the two and makes up the difference.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from ingest import front_matter
from ingest.authoring import FOLDERS, documents_in
from ingest.chunking import CHUNKER_VERSION
from ingest.library import Incoming, Library, slug
from ingest.readers import Reading, read
from kb.embedding import Embedder, open_embedder
from kb.errors import DocumentError, IndexUnavailable, LibraryInUse, RoutewijzerError, SettingsError, UnreadableDocument
from kb.knowledge_base import KnowledgeBase
from kb.settings import Settings
from kb.store import ChunkStore
from kb.types import Chunk, DocumentKind, Failure, Ingested, IngestReport, IngestWarning, Metadata

Progress = Callable[[str, int, int], None]
"""Called with what is done ("lezen", "vectoren"), how many are done and how many there are."""

ModelState = Literal["loading", "ready", "off", "failed"]
_BATCH = 64
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

    def __init__(self, settings: Settings, library: Library, knowledge: KnowledgeBase, lock: FileLock) -> None:
        self.settings = settings
        self.library = library
        self.knowledge = knowledge
        self.model_state: ModelState = "off"
        self.model_message = ""
        self.vectors_pending = 0
        self.startup = IngestReport()
        """What the sync at the start did."""
        self._lock = lock
        self._writing = threading.RLock()
        self._embedder: Embedder | None = None
        self._store: ChunkStore | None = None
        self._closing = threading.Event()
        self._background: threading.Thread | None = None

    @classmethod
    def open(cls, settings: Settings, sync: bool = True, progress: Progress | None = None) -> Workspace:
        """Take the lock, bring the library in step with the corpus folder, and make ready to answer by words.

        Raises `LibraryInUse` where another process has the folder, `SettingsError` where the corpus folder is missing.
        """
        folder = settings.data_dir
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"De datamap {folder} kan niet worden gemaakt ({error.strerror}).",
                f"The data folder {folder} cannot be made ({error.strerror}).",
            ) from None
        lock = _take_lock(folder)
        try:
            library = Library(folder / "library")
            knowledge = KnowledgeBase.open(settings, library)
            workspace = cls(settings, library, knowledge, lock)
            if sync:
                workspace.startup = workspace.sync(progress)
        except BaseException:
            lock.release()
            raise
        return workspace

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the background work and let go of the folder."""
        self._closing.set()
        if self._background is not None:
            self._background.join(timeout=30)
        self.knowledge.journal.close()
        if self._store is not None:
            self._store.close()
        self._lock.release()

    # --- documents --------------------------------------------------------------------------------------------

    def sync(self, progress: Progress | None = None) -> IngestReport:
        """Bring the library in step with the corpus folder: what is new, changed or gone there."""
        folder = self.settings.corpus_dir
        if not folder.is_dir():
            raise SettingsError(
                f"De corpusmap {folder} bestaat niet; er is niets gewijzigd (ROUTEWIJZER_CORPUS_DIR).",
                f"The corpus folder {folder} does not exist; nothing was changed (ROUTEWIJZER_CORPUS_DIR).",
            )
        files = documents_in(folder)
        places = [(path, _id_below(folder, path)) for path in files]
        with self._writing:
            report = self._take_in(places, "corpus", None, folder, progress)
            wanted = {document_id for _, document_id in places}
            removed = []
            for document_id in self.library.ids():
                if document_id in wanted or self._noted(document_id, "origin") != "corpus":
                    continue
                version = self.library.current(document_id) or ""
                path = self._noted(document_id, "path") or document_id
                if self.library.remove(document_id):
                    removed.append(Ingested(path, document_id, version))
            report = replace(report, removed=tuple(removed))
            self._take_up(report, progress)
        return report

    def add(
        self, paths: Sequence[Path], kind: DocumentKind | None = None, progress: Progress | None = None
    ) -> IngestReport:
        """Take in files, or all files of folders; one bad file does not stop the others."""
        places: list[tuple[Path, str]] = []
        failed: list[Failure] = []
        prefix = f"{FOLDERS[kind]}/" if kind in FOLDERS else ""
        for path in paths:
            if path.is_dir():
                inside = documents_in(path, every=True)
                places += [(p, prefix + _id_below(path, p)) for p in inside]
            elif path.is_file():
                places.append((path, prefix + slug(path.stem)))
            else:
                failed.append(Failure(readable(str(path)), "not_found", f"{readable(str(path))} bestaat niet."))
        with self._writing:
            report = self._take_in(places, "added", kind, None, progress)
            report = replace(report, failed=(*failed, *report.failed))
            self._take_up(report, progress)
        return report

    def remove(self, document_ids: Sequence[str]) -> IngestReport:
        """Take documents out, with every version and from every index."""
        removed, failed, warnings = [], [], []
        with self._writing:
            for document_id in document_ids:
                version = self.library.current(document_id)
                path = self._noted(document_id, "path") or document_id
                if self._noted(document_id, "origin") == "corpus":
                    message = "staat nog in de corpusmap; de volgende sync neemt het weer op als u het daar laat staan."
                    warnings.append(IngestWarning(path, "still_in_corpus", message))
                if version and self.library.remove(document_id):
                    removed.append(Ingested(path, document_id, version))
                else:
                    failed.append(Failure(document_id, "unknown_document", f"Er is geen document '{document_id}'."))
            report = IngestReport(removed=tuple(removed), failed=tuple(failed), warnings=tuple(warnings))
            self._take_up(report, None)
        return report

    def _noted(self, document_id: str, key: str) -> str | None:
        """What the library noted of a live document; None where it did not, or cannot be read."""
        try:
            value = self.library.details(document_id).get(key)
        except RoutewijzerError:
            return None
        return None if value is None else str(value)

    def _take_in(
        self,
        places: Sequence[tuple[Path, str]],
        origin: str,
        kind: DocumentKind | None,
        root: Path | None,
        progress: Progress | None,
    ) -> IngestReport:
        groups: dict[str, list[Ingested]] = {"added": [], "replaced": [], "unchanged": []}
        failed: list[Failure] = []
        warnings: list[IngestWarning] = []
        taken: dict[str, Path] = {}
        for done, (path, document_id) in enumerate(places):
            if progress:
                progress("lezen", done, len(places))
            shown = readable(path.relative_to(root).as_posix() if root else path.name)
            try:
                if document_id in taken and taken[document_id] != path:
                    raise _same_name(path, taken[document_id], document_id)
                taken[document_id] = path
                outcome, ingested, notes = self._take_one(path, shown, document_id, origin, kind)
                groups[outcome].append(ingested)
                warnings += [IngestWarning(shown, code, message) for code, message in notes]
            except DocumentError as error:
                failed.append(Failure(shown, error.code, error.nl))
            except OSError as error:
                failed.append(Failure(shown, "unreadable", f"{shown}: kan niet worden gelezen ({error.strerror})."))
        outcomes = {name: tuple(items) for name, items in groups.items()}
        return IngestReport(**outcomes, failed=tuple(failed), warnings=tuple(warnings))

    def _take_one(
        self, path: Path, shown: str, document_id: str, origin: str, kind: DocumentKind | None
    ) -> tuple[str, Ingested, list[tuple[str, str]]]:
        limit = self.settings.max_file_mb
        if path.stat().st_size > limit * 1_000_000:
            raise UnreadableDocument(
                path, f"{shown}: groter dan {limit} MB.", f"{shown}: larger than {limit} MB."
            )  # fmt: skip
        data = path.read_bytes()
        if kind is None and (version := self.library.unchanged(document_id, data, shown)):
            return "unchanged", Ingested(shown, document_id, version), []
        reading = read(data, path)
        metadata = self._metadata(reading, path, kind)
        incoming = Incoming(document_id, metadata, reading.blocks, data, readable(path.name), shown, origin)
        document, before = self.library.put(incoming)
        outcome = "added" if before is None else "unchanged" if before == document.version else "replaced"
        return outcome, Ingested(shown, document_id, document.version), [(n.code, n.nl) for n in reading.notices]

    def _metadata(self, reading: Reading, path: Path, kind: DocumentKind | None) -> Metadata:
        if reading.front_matter is not None:
            metadata = front_matter.parse(reading.front_matter, path, self.knowledge.vocabulary)
            return replace(metadata, kind=kind) if kind else metadata
        title = next((block.text for block in reading.blocks if block.kind == "heading"), None)
        return Metadata(title=title or path.stem.replace("-", " ").replace("_", " "), kind=kind or DocumentKind.OTHER)

    # --- indexes ----------------------------------------------------------------------------------------------

    def _take_up(self, report: IngestReport, progress: Progress | None) -> None:
        """Let the indexes follow a change of the library."""
        known = self.knowledge.snapshot.versions
        mended = any(document.id not in known for document in report.unchanged)
        if report.added or report.replaced or report.removed or mended:
            self.knowledge.refresh()
            if self._store is not None and self._embedder is not None:
                self._reconcile(self._store, self._embedder, progress)
            else:
                self._prune()

    def _prune(self) -> None:
        """Without a model: take the vectors of chunks that are gone out of every index that lies there."""
        wanted = {chunk.id for chunk in self.knowledge.snapshot.chunks}
        try:
            for store in ChunkStore.existing(self._index_folder):
                store.delete(store.ids() - wanted)
        except IndexUnavailable:
            self._drop_index()

    @property
    def _index_folder(self) -> Path:
        return self.settings.data_dir / "index"

    def load_vectors(self, progress: Progress | None = None) -> None:
        """Load the embedding model, bring the vector index in step. Raises `ModelUnavailable`, `IndexUnavailable`."""
        embedder = open_embedder(self.settings)
        if embedder is None:
            self.model_state = "off"
            return
        store = self._open_store(f"{embedder.fingerprint}-c{CHUNKER_VERSION}")
        with self._writing:
            if not self._reconcile(store, embedder, progress):
                return
            self._store, self._embedder = store, embedder
            self.knowledge.attach(store, embedder)
            self.model_state = "ready"
        store.drop_others()

    def _open_store(self, fingerprint: str) -> ChunkStore:
        try:
            return ChunkStore(self._index_folder, fingerprint)
        except IndexUnavailable:
            self._drop_index()
            return ChunkStore(self._index_folder, fingerprint)

    def _drop_index(self) -> None:
        """Throw away an index that cannot be read: it is derived, and made anew from the library."""
        _LOG.warning("the vector index cannot be read; it is made anew from the library")
        shutil.rmtree(self._index_folder, ignore_errors=True)

    def announce_model(self) -> None:
        """Say that a model is on its way, so that who asks meanwhile is told so."""
        self.model_state = "off" if self.settings.embedder.strip().lower() in {"", "none", "geen"} else "loading"

    def start_background(self) -> None:
        """Load the model and fill the vector index while questions are answered by words already."""
        self.model_state = "loading"
        self._background = threading.Thread(target=self._load_quietly, name="embedding model", daemon=True)
        self._background.start()

    def _load_quietly(self) -> None:
        try:
            self.load_vectors()
        except RoutewijzerError as error:
            self.model_state, self.model_message = "failed", error.nl

    def _reconcile(self, store: ChunkStore, embedder: Embedder, progress: Progress | None) -> bool:
        """Write the vectors that are missing and delete those of chunks that are gone; False when told to stop."""
        chunks = {chunk.id: chunk for chunk in self.knowledge.snapshot.chunks}
        present = store.ids()
        missing = [chunk for chunk_id, chunk in chunks.items() if chunk_id not in present]
        self.vectors_pending = len(missing)
        for start in range(0, len(missing), _BATCH):
            if self._closing.is_set():
                return False
            if progress:
                progress("vectoren", start, len(missing))
            batch = missing[start : start + _BATCH]
            vectors = embedder.embed_documents([embedding_text(chunk) for chunk in batch])
            store.upsert([chunk.id for chunk in batch], vectors)
            self.vectors_pending = max(0, len(missing) - start - len(batch))
        store.delete(present - chunks.keys())
        return True

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
            expected.update((chunk.id, chunk) for chunk in chunks)
            if any(document.text[c.start : c.end] != c.text for c in chunks):
                problems.append(f"{document_id}: een passage klopt niet met de tekst")
        words = {chunk.id for chunk in self.knowledge.snapshot.chunks}
        problems += _differences("woordindex", set(expected), words)
        for store in [self._store] if self._store else ChunkStore.existing(self._index_folder):
            problems += _differences("vectorindex", set(expected), store.ids())
        return Verification(len(ids), len(expected), tuple(problems))


def embedding_text(chunk: Chunk) -> str:
    """What of a chunk is embedded: its title and headings, then its text, as context counts for meaning."""
    heads = dict.fromkeys((chunk.metadata.title, *chunk.section))
    return "\n".join((" > ".join(heads), chunk.text))


def readable(name: str) -> str:
    """A file name as text, also where its bytes are not UTF-8, as in old archives."""
    return os.fsencode(name).decode("utf-8", errors="replace")


def _differences(name: str, expected: set[str], present: set[str]) -> list[str]:
    found = [f"{name}: {chunk_id} ontbreekt" for chunk_id in sorted(expected - present)]
    return found + [f"{name}: {chunk_id} hoort er niet in" for chunk_id in sorted(present - expected)]


def _id_below(folder: Path, path: Path) -> str:
    """The id of a file by its place below a folder: `pilots/saxion-ad-bouwkunde`."""
    return "/".join(slug(part) for part in path.relative_to(folder).with_suffix("").parts)


def _same_name(path: Path, other: Path, document_id: str) -> DocumentError:
    error = DocumentError(
        path,
        f"{path.name}: {other.name} krijgt al de naam '{document_id}'; geef een van beide een andere bestandsnaam.",
        f"{path.name}: {other.name} already gets the name '{document_id}'; rename one of the two.",
    )
    error.code = "duplicate_name"
    return error


def _take_lock(folder: Path) -> FileLock:
    lock = FileLock(folder / "lock", timeout=0)
    holder = folder / "holder"
    try:
        lock.acquire()
    except Timeout:
        try:
            who = holder.read_text(encoding="utf-8").strip()
        except OSError:
            who = "onbekend"
        raise LibraryInUse(folder, who) from None
    except OSError as error:
        raise SettingsError(
            f"In de datamap {folder} kan niet worden geschreven ({error.strerror}).",
            f"The data folder {folder} cannot be written ({error.strerror}).",
        ) from None
    command = Path(sys.argv[0]).name or "python"
    holder.write_text(f"{command}, proces {os.getpid()}", encoding="utf-8")
    return lock
