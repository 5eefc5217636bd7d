"""A data folder at work: what is reported, what is kept in step, and that nothing is left of what is gone."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from conftest import assert_sound, environment, make_settings, write_document

from ingest.chunking import CHUNKER_VERSION
from ingest.collection import embedding_text
from ingest.intake import Place
from ingest.preparing import Prepared
from ingest.workspace import Workspace
from kb.embedding import HashEmbedder
from kb.errors import LibraryInUse, SettingsError
from kb.settings import Settings
from kb.store import ChunkStore
from kb.types import AnswerDone, DocumentKind, IngestReport

SECRET = "Kwikstaartgeheim"
"""A word that is in no document until a test puts it there."""


@pytest.fixture
def settings(tmp_path: Path, corpus: Path) -> Settings:
    """With vectors, so that every index is there to be kept in step."""
    return make_settings(tmp_path, corpus, embedder="hash")


@pytest.fixture
def full(settings: Settings, workspace: Workspace) -> Workspace:
    """A workspace with its vectors loaded."""
    workspace.load_vectors()
    return workspace


def ids(report: IngestReport, group: str) -> list[str]:
    return [item.id for item in getattr(report, group)]


def summary(report: IngestReport) -> dict[str, int]:
    groups = ("added", "replaced", "unchanged", "removed", "failed")
    return {group: len(getattr(report, group)) for group in groups if getattr(report, group)}


def files_with(folder: Path, text: str) -> list[Path]:
    """The files below a folder in which some bytes stand, databases and logs included."""
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def stored_ids(folder: Path) -> set[str]:
    """The ids in Chroma's own tables, read without Chroma."""
    with closing(sqlite3.connect(folder / "index" / "chroma.sqlite3")) as database:
        return {name for (name,) in database.execute("select embedding_id from embeddings")}


def assert_in_step(workspace: Workspace) -> None:
    """Library, word index and vector index hold the same, by `verify` and by a look of our own."""
    assert workspace.verify().problems == ()
    chunks = {chunk.id for chunk in workspace.knowledge.snapshot.chunks}
    assert stored_ids(workspace.settings.data_dir) == chunks
    assert {chunk.document_id for chunk in workspace.knowledge.snapshot.chunks} == set(workspace.library.ids())


# --- sync ---------------------------------------------------------------------------------------------------------


def test_the_first_start_takes_the_corpus_in(workspace: Workspace) -> None:
    """Every document of the corpus folder is added by its place, and files that are no documents are not."""
    assert summary(workspace.startup) == {"added": 6}
    assert workspace.library.ids() == [
        "begrippen/meesterproef",
        "handreiking/voor-werkplaatsen",
        "pilots/noorderlicht-boekbinden",
        "pilots/noorderlicht-glasblazen",
        "pilots/waterland-zeilmaken",
        "programma/het-ambachtspad",
    ]
    assert workspace.startup.added[0].path == "begrippen/meesterproef.md"


def test_a_sync_without_changes_changes_nothing(full: Workspace) -> None:
    """A second sync finds all unchanged and writes no file of the library."""
    before = {path: path.stat().st_mtime_ns for path in full.library.folder.rglob("*")}
    assert summary(full.sync()) == {"unchanged": 6}
    assert {path: path.stat().st_mtime_ns for path in full.library.folder.rglob("*")} == before


def test_a_sync_follows_the_folder(full: Workspace, corpus: Path) -> None:
    """What is new, changed or gone in the folder is added, replaced or removed, everywhere."""
    write_document(corpus / "begrippen", "gezel", f"Een gezel kent het {SECRET} van het vak.")
    proof = corpus / "begrippen" / "meesterproef.md"
    proof.write_text(proof.read_text(encoding="utf-8").replace("Drie vakgenoten", "Vijf vakgenoten"), encoding="utf-8")
    (corpus / "pilots" / "waterland-zeilmaken.md").unlink()
    report = full.sync()
    assert ids(report, "added") == ["begrippen/gezel"]
    assert ids(report, "replaced") == ["begrippen/meesterproef"]
    assert ids(report, "removed") == ["pilots/waterland-zeilmaken"]
    assert len(report.unchanged) == 4
    assert_in_step(full)
    assert full.knowledge.search(SECRET)[0].chunk.document_id == "begrippen/gezel"
    assert "Vijf vakgenoten" in full.library.document("begrippen/meesterproef").text


def test_a_moved_file_is_another_document(full: Workspace, corpus: Path) -> None:
    """A document is known by its place: moved, it is removed there and added here."""
    shutil.move(corpus / "begrippen" / "meesterproef.md", corpus / "programma" / "meesterproef.md")
    report = full.sync()
    assert (ids(report, "added"), ids(report, "removed")) == (["programma/meesterproef"], ["begrippen/meesterproef"])
    assert_in_step(full)


def test_a_fault_keeps_the_document_as_it_was(full: Workspace, corpus: Path) -> None:
    """A document whose new text has a fault is reported, its last good version stays, and the others go on."""
    proof = corpus / "begrippen" / "meesterproef.md"
    proof.write_text(proof.read_text(encoding="utf-8").replace("soort: begrip", "soort: begripp"), encoding="utf-8")
    write_document(corpus / "begrippen", "gezel", "Een gezel kent het vak.")
    report = full.sync()
    assert [(failure.path, failure.code) for failure in report.failed] == [
        ("begrippen/meesterproef.md", "front_matter")
    ]
    assert "regel 4" in report.failed[0].reason and "'begrip'" in report.failed[0].reason
    assert ids(report, "added") == ["begrippen/gezel"]
    assert "Drie vakgenoten" in full.library.document("begrippen/meesterproef").text
    assert_in_step(full)


def test_drafts_and_hidden_files_are_passed_over(full: Workspace, corpus: Path) -> None:
    """Names that begin with a dot or an underscore, and other kinds of files, are not taken in by a sync."""
    for name in ("_concept", ".verborgen"):
        write_document(corpus / "pilots", name, "Nog niet af.")
    write_document(corpus / "_oud", "plan", "Niet meer geldig.")
    (corpus / "plan.xlsx").write_bytes(b"PK")
    assert summary(full.sync()) == {"unchanged": 6}


def test_a_missing_corpus_folder_changes_nothing(full: Workspace, corpus: Path) -> None:
    """A folder that is not there is a mistake, not an order to remove everything."""
    shutil.rmtree(corpus)
    with pytest.raises(SettingsError, match="niets gewijzigd"):
        full.sync()
    assert len(full.library.ids()) == 6
    assert_in_step(full)


def test_an_empty_corpus_folder_is_meant(full: Workspace, corpus: Path, tmp_path: Path) -> None:
    """An empty folder removes what came from it, and leaves what was added by hand."""
    full.add([write_document(tmp_path / "los", "eigen", "Een eigen document.")])
    for path in list(corpus.iterdir()):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    report = full.sync()
    assert summary(report) == {"removed": 6}
    assert full.library.ids() == ["eigen"]
    assert_in_step(full)


# --- add, replace, remove -----------------------------------------------------------------------------------------


def test_adding_replacing_and_removing(full: Workspace, tmp_path: Path) -> None:
    """A document is found once added, found as it is now once replaced, and nowhere once removed."""
    path = write_document(tmp_path / "los", "proef", f"Het {SECRET} ligt in Kustland.")
    report = full.add([path])
    assert (summary(report), report.added[0].id, report.added[0].path) == ({"added": 1}, "proef", "proef.md")
    assert_in_step(full)
    assert full.knowledge.search(SECRET)[0].chunk.document_id == "proef"

    write_document(tmp_path / "los", "proef", "Er is geen raadsel meer in Kustland.")
    report = full.add([path])
    assert summary(report) == {"replaced": 1}
    assert_in_step(full)
    assert not any(SECRET in chunk.text for chunk in full.knowledge.snapshot.chunks)
    old = full.library.versions("proef")[1]
    assert SECRET in full.library.document("proef", old).text

    report = full.remove(["proef"])
    assert (summary(report), report.removed[0].id) == ({"removed": 1}, "proef")
    assert_in_step(full)
    assert files_with(full.library.folder, SECRET) == []
    assert not (full.library.folder / "proef").exists()


def test_what_the_next_sync_undoes_is_said(workspace: Workspace, tmp_path: Path) -> None:
    """Another file for a document of the corpus folder is warned of, as its removal is; other metadata stays."""
    fixed = "begrippen/meesterproef"
    before = workspace.library.document(fixed).text
    described = workspace.describe(fixed, {"title": "De proef"})
    assert described.replaced and not described.warnings and not workspace.sync().replaced
    other = write_document(tmp_path / "los", "proef", f"Het {SECRET} ligt in Kustland.")
    for document_id, warned in ((fixed, True), ("begrippen/los", False)):
        report = workspace.take([Place(other, document_id, "proef.md", replaces=True)])
        assert ("undone_by_sync" in {warning.code for warning in report.warnings}) == warned
    assert ids(workspace.sync(), "replaced") == [fixed]
    assert workspace.library.document(fixed).text == before
    gone = workspace.remove([fixed, "begrippen/los"])
    assert [warning.code for warning in gone.warnings] == ["still_in_corpus"]
    assert ids(workspace.sync(), "added") == [fixed]


def test_nothing_of_a_removed_document_is_left(full: Workspace, settings: Settings, tmp_path: Path) -> None:
    """After a removal no file of the library or the index holds a word of it, nor after the next start."""
    full.add([write_document(tmp_path / "los", "proef", f"Het {SECRET} ligt in Kustland.")])
    full.remove(["proef"])
    for folder in ("library", "index"):
        assert files_with(settings.data_dir / folder, SECRET) == []
    full.close()
    with Workspace.open(settings) as again:
        again.load_vectors()
        assert_in_step(again)
        assert not any(SECRET in hit.chunk.text for hit in again.knowledge.search(SECRET))


def test_the_same_file_twice_is_unchanged(full: Workspace, tmp_path: Path) -> None:
    """Adding the same file again changes nothing, under whatever name of a folder it comes."""
    path = write_document(tmp_path / "los", "proef", "Een proef.")
    version = full.add([path]).added[0].version
    again = full.add([path])
    assert summary(again) == {"unchanged": 1}
    assert again.unchanged[0].version == version
    assert full.library.versions("proef") == [version]
    elsewhere = Path(shutil.copy(path, tmp_path / "proef.md"))
    assert summary(full.add([elsewhere])) == {"unchanged": 1}


def test_a_folder_is_added_with_its_places(full: Workspace, tmp_path: Path) -> None:
    """A folder's files get ids by their place in it; what cannot be read is reported, not passed over."""
    write_document(tmp_path / "los" / "Binnen Eén", "a", "Eerste.")
    write_document(tmp_path / "los", "b", "Tweede.")
    (tmp_path / "los" / "plan.zip").write_bytes(b"PK\3\4 \0")
    report = full.add([tmp_path / "los"])
    assert sorted(ids(report, "added")) == ["b", "binnen-een/a"]
    assert [(failure.path, failure.code) for failure in report.failed] == [("plan.zip", "unsupported_format")]


def test_a_kind_can_be_given(full: Workspace, tmp_path: Path) -> None:
    """The kind that is given wins from the front matter, and puts the document where its kind lies."""
    report = full.add([write_document(tmp_path / "los", "nieuw", "Een nieuwe pilot.")], DocumentKind.PILOT)
    assert ids(report, "added") == ["pilots/nieuw"]
    assert full.library.document("pilots/nieuw").metadata.kind is DocumentKind.PILOT
    cited = {c.document_id for c in full.knowledge.ask("Welke pilots zijn er?").citations}
    assert "pilots/nieuw" in cited and len(cited) == 4


def test_without_front_matter_the_first_heading_is_the_title(full: Workspace, tmp_path: Path) -> None:
    """A plain file gets its first heading for a title, or else its name."""
    (tmp_path / "met.md").write_text("# Een titel\n\nTekst.", encoding="utf-8")
    (tmp_path / "zonder_kop.md").write_text("Alleen tekst.", encoding="utf-8")
    full.add([tmp_path / "met.md", tmp_path / "zonder_kop.md"])
    assert full.library.document("met").metadata.title == "Een titel"
    assert full.library.document("zonder-kop").metadata.title == "Zonder kop"


def test_two_files_with_one_name(full: Workspace, tmp_path: Path) -> None:
    """Of two files in a batch that would get the same name the second is refused; neither is lost in silence."""
    one = write_document(tmp_path / "a", "proef", "De eerste.")
    other = write_document(tmp_path / "b", "proef", "De tweede.")
    report = full.add([one, other])
    assert summary(report) == {"added": 1, "failed": 1}
    assert report.failed[0].code == "duplicate_name"
    assert "proef" in report.failed[0].reason
    assert "De eerste." in full.library.document("proef").text
    assert_in_step(full)


def test_one_bad_file_does_not_stop_the_others(full: Workspace, settings: Settings, tmp_path: Path) -> None:
    """Each file of a batch is taken in or refused by itself, each refusal with its own reason."""
    folder = tmp_path / "los"
    write_document(folder, "goed", "Een goed document.")
    write_document(folder, "ook-goed", "Nog een goed document.")
    write_document(folder, "datum", "Tekst.", datum="2031-02-31")
    write_document(folder, "soort", "Tekst.", soort="onzin")
    (folder / "leeg.md").write_text("", encoding="utf-8")
    (folder / "plaatje.md").write_bytes(b"\x89PNG\0\0")
    (folder / "groot.txt").write_bytes(b"a" * (settings.max_file_mb * 1_000_000 + 1))
    (folder / "weg.md").symlink_to(folder / "nergens.md")
    paths = [*sorted(folder.iterdir()), folder / "bestaat-niet.md"]
    report = full.add(paths)
    assert sorted(ids(report, "added")) == ["goed", "ook-goed"]
    assert {failure.path.rpartition("/")[2]: failure.code for failure in report.failed} == {
        "datum.md": "front_matter",
        "soort.md": "front_matter",
        "leeg.md": "empty",
        "plaatje.md": "wrong_format",
        "groot.txt": "too_large",
        "weg.md": "not_found",
        "bestaat-niet.md": "not_found",
    }
    assert all(failure.reason for failure in report.failed)
    assert_in_step(full)


def test_file_names_of_old_archives(full: Workspace, tmp_path: Path) -> None:
    """A file whose name is no UTF-8 is taken in all the same, and its name shown as well as can be."""
    path = tmp_path / os.fsdecode(b"caf\xe9.md")
    path.write_text("# Proef\n\nTekst.", encoding="utf-8")
    report = full.add([path, tmp_path / os.fsdecode(b"weg\xe9.md")])
    assert (ids(report, "added"), report.added[0].path) == (["caf"], "caf\ufffd.md")
    assert report.failed[0].path.endswith("weg\ufffd.md")
    assert full.library.details("caf")["file_name"] == "caf\ufffd.md"
    assert summary(full.add([path])) == {"unchanged": 1}


def test_removing_what_is_not_there(full: Workspace) -> None:
    """An unknown id is reported, and the known ones beside it are removed."""
    report = full.remove(["onbekend", "../library", "begrippen/meesterproef"])
    assert ids(report, "removed") == ["begrippen/meesterproef"]
    assert [(failure.path, failure.code) for failure in report.failed] == [
        ("onbekend", "unknown_document"),
        ("../library", "unknown_document"),
    ]
    assert_in_step(full)


def test_progress_is_told(full: Workspace, tmp_path: Path) -> None:
    """Long work tells how far it is, never past its total."""
    told: list[tuple[str, int, int]] = []
    for n in range(3):
        write_document(tmp_path / "los", f"d{n}", "Tekst.")
    full.add([tmp_path / "los"], progress=lambda *step: told.append(step))
    assert {what for what, _, _ in told} == {"lezen", "vectoren"}
    assert all(0 <= done <= total for _, done, total in told)


# --- while questions are asked ------------------------------------------------------------------------------------


def test_an_answer_under_way_is_finished(full: Workspace) -> None:
    """An answer is worked out on the documents as they were when it began, though they are removed meanwhile."""
    events = full.knowledge.stream("Welke pilots zijn er?")
    next(events)
    full.remove(full.library.ids())
    done = list(events)[-1]
    assert isinstance(done, AnswerDone)
    assert len(done.answer.statements) == 3


def test_an_answer_after_a_change_is_about_the_change(full: Workspace, tmp_path: Path) -> None:
    """The next question sees the new version and cites it; the old citation still holds in its own version."""
    path = write_document(tmp_path / "los", "gilde", "Het gilde van de klompenmakers telt zeven meesters.")
    full.add([path])
    before = full.knowledge.ask("Hoeveel meesters telt het gilde van de klompenmakers?")
    write_document(tmp_path / "los", "gilde", "Het gilde van de klompenmakers telt negen meesters.")
    full.add([path])
    after = full.knowledge.ask("Hoeveel meesters telt het gilde van de klompenmakers?")
    assert "zeven" in before.citations[0].quote and "negen" in after.citations[0].quote
    for answer in (before, after):
        assert_sound(answer, full.library)


def test_questions_while_documents_change(full: Workspace, tmp_path: Path) -> None:
    """While one thread replaces a document time and again, every answer in another is sound and of one version."""
    path = write_document(tmp_path / "los", "gilde", "Het gilde van de klompenmakers telt 100 meesters.")
    full.add([path])
    failures: list[BaseException] = []

    def change() -> None:
        try:
            for count in range(101, 113):
                write_document(tmp_path / "los", "gilde", f"Het gilde van de klompenmakers telt {count} meesters.")
                full.add([path])
        except BaseException as error:
            failures.append(error)

    writer = threading.Thread(target=change)
    writer.start()
    seen: list[int] = []
    while writer.is_alive():
        answer = full.knowledge.ask("Hoeveel meesters telt het gilde van de klompenmakers?")
        assert_sound(answer, full.library)
        seen += [int(number) for c in answer.citations for number in re.findall(r"telt (\d+) meesters", c.quote)]
    writer.join()
    assert failures == []
    assert seen == sorted(seen), "an answer went back to an older version"
    assert len(set(seen)) > 1
    assert_in_step(full)


# --- vectors ------------------------------------------------------------------------------------------------------


def test_answers_come_before_vectors(workspace: Workspace) -> None:
    """Before the model is loaded questions are answered by words; then vectors join."""
    assert workspace.knowledge.method == "words"
    assert workspace.knowledge.ask("Wat is een meesterproef?").answered
    workspace.load_vectors()
    assert (workspace.knowledge.method, workspace.vectors.state, workspace.vectors.pending) == ("hybrid", "ready", 0)
    assert "vectors" in workspace.knowledge.search("meesterproef")[0].found_by


def test_vectors_in_the_background(workspace: Workspace) -> None:
    """Loaded in the background, the vectors are complete when the model says it is ready."""
    workspace.start_background()
    assert workspace._background is not None
    workspace._background.join(timeout=60)
    assert workspace.vectors.state == "ready"
    assert_in_step(workspace)


def test_a_model_that_is_not_there(tmp_path: Path, corpus: Path) -> None:
    """A model that cannot be loaded leaves the answers by words, and says what is the matter."""
    (tmp_path / "model").mkdir()
    with Workspace.open(make_settings(tmp_path, corpus, embedder=str(tmp_path / "model"))) as opened:
        opened.start_background()
        assert opened._background is not None
        opened._background.join(timeout=60)
        assert opened.vectors.state == "failed"
        assert "modules.json" in opened.vectors.message
        assert opened.knowledge.ask("Wat is een meesterproef?").answered


def test_another_model_is_another_collection(full: Workspace, settings: Settings) -> None:
    """Vectors of an earlier model are not mixed in: they are dropped once the present model's are complete."""
    full.close()
    embedder = HashEmbedder(64)
    earlier = ChunkStore(settings.data_dir / "index", f"{embedder.fingerprint}-c{CHUNKER_VERSION}")
    chunks = full.knowledge.snapshot.chunks
    earlier.upsert([c.id for c in chunks], embedder.embed_documents([embedding_text(c) for c in chunks]))
    earlier.close()
    with Workspace.open(settings) as again:
        again.load_vectors()
        names = [store.name for store in ChunkStore.existing(settings.data_dir / "index")]
        assert names == [f"chunks-hash-256-c{CHUNKER_VERSION}"]
        assert_in_step(again)


@pytest.mark.slow
def test_changing_the_model_for_the_real_one(full: Workspace, tmp_path: Path, corpus: Path) -> None:
    """With the shipped model the collection is built anew, the old one is dropped, and meaning is found."""
    full.close()
    real = make_settings(tmp_path, corpus, embedder="minilm")
    with Workspace.open(real) as opened:
        opened.load_vectors()
        (store,) = ChunkStore.existing(real.data_dir / "index")
        assert "hash" not in store.name
        assert_in_step(opened)
        found = opened.knowledge.search("Who makes sails at the school by the water?", 3)
        assert "pilots/waterland-zeilmaken" in {hit.chunk.document_id for hit in found}
        vectors = opened.vectors.embedder.embed_queries(["een boek", "een boek"])  # type: ignore[union-attr]
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_without_a_model_the_old_vectors_follow(full: Workspace, tmp_path: Path, corpus: Path) -> None:
    """A session without a model leaves no vectors of documents that are gone in an index that lies there."""
    full.close()
    with Workspace.open(make_settings(tmp_path, corpus)) as plain:
        plain.remove(["begrippen/meesterproef"])
        assert not any(name.startswith("begrippen/meesterproef@") for name in stored_ids(plain.settings.data_dir))


def test_an_index_that_is_thrown_away_is_made_anew(full: Workspace, settings: Settings) -> None:
    """The index may be deleted at any time: the next start makes it again from the library."""
    full.close()
    shutil.rmtree(settings.data_dir / "index")
    with Workspace.open(settings) as again:
        again.load_vectors()
        assert_in_step(again)


def test_an_index_that_cannot_be_read_is_made_anew(full: Workspace, settings: Settings) -> None:
    """A damaged index is thrown away and made again; the documents are safe."""
    full.close()
    (settings.data_dir / "index" / "chroma.sqlite3").write_bytes(b"kapot" * 1000)
    with Workspace.open(settings) as again:
        again.load_vectors()
        assert again.vectors.state == "ready"
        assert_in_step(again)


# --- verify -------------------------------------------------------------------------------------------------------


def _drop_a_row(workspace: Workspace) -> None:
    assert workspace.vectors.store is not None
    workspace.vectors.store.delete([sorted(workspace.vectors.store.ids())[0]])


def _add_a_row(workspace: Workspace) -> None:
    assert workspace.vectors.store is not None
    workspace.vectors.store.upsert(["vreemd@000000000000#0"], np.ones((1, 256), dtype=np.float32))


def _break_a_text(workspace: Workspace) -> None:
    document = workspace.library.document("begrippen/meesterproef")
    path = workspace.library.folder / document.id / document.version / "text.json"
    path.write_text("{", encoding="utf-8")
    workspace.library._document.cache_clear()


def _take_out_behind_its_back(workspace: Workspace) -> None:
    workspace.library.remove("begrippen/meesterproef")


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (_drop_a_row, "vectorindex: begrippen/meesterproef@"),
        (_add_a_row, "vectorindex: vreemd@000000000000#0 hoort er niet in"),
        (_break_a_text, "begrippen/meesterproef: niet leesbaar"),
        (_take_out_behind_its_back, "woordindex: begrippen/meesterproef@"),
    ],
)
def test_verify_sees_what_is_wrong(full: Workspace, damage: Callable[[Workspace], None], problem: str) -> None:
    """Whatever of the three goes out of step is named; nothing is named before."""
    found = full.verify()
    assert found.ok and (found.documents, found.chunks) == (6, len(full.knowledge.snapshot.chunks))
    damage(full)
    found = full.verify()
    assert not found.ok
    assert any(text.startswith(problem) for text in found.problems)


@pytest.mark.parametrize("name", ["text.json", "metadata.yaml", "chunks.json"])
def test_a_damaged_document_of_the_corpus_is_mended_by_the_next_start(
    full: Workspace, settings: Settings, name: str
) -> None:
    """A stored file that went bad does not keep the others from being answered, and is made anew from the corpus."""
    document = full.library.document("begrippen/meesterproef")
    full.close()
    (full.library.folder / document.id / document.version / name).write_bytes(b"\0kapot")
    with Workspace.open(settings) as again:
        again.load_vectors()
        assert_in_step(again)
        assert again.library.document("begrippen/meesterproef") == document


def test_a_damaged_document_that_was_added_is_named(full: Workspace, settings: Settings, tmp_path: Path) -> None:
    """Where the damaged document cannot be mended, everything else works, and it can be removed or taken in again."""
    path = write_document(tmp_path / "los", "proef", f"Het {SECRET}.")
    version = full.add([path]).added[0].version
    full.close()
    (full.library.folder / "proef" / version / "metadata.yaml").write_bytes(b"a: [")
    with Workspace.open(settings) as again:
        again.load_vectors()
        assert again.knowledge.ask("Wat is een meesterproef?").answered
        assert [text for text in again.verify().problems if text.startswith("proef: niet leesbaar")]
        assert summary(again.add([path])) in ({"added": 1}, {"unchanged": 1})
        assert_in_step(again)
        assert summary(again.remove(["proef"])) == {"removed": 1}


# --- one process --------------------------------------------------------------------------------------------------

_OPEN = """
import sys
from ingest.workspace import Workspace
from kb.errors import RoutewijzerError
from kb.settings import load_settings
try:
    Workspace.open(load_settings())
except RoutewijzerError as error:
    print(type(error).__name__, error.nl, sep="|")
else:
    print("open|")
"""


def _second_process(tmp_path: Path, corpus: Path) -> tuple[str, str]:
    ran = subprocess.run(
        [sys.executable, "-c", _OPEN], env=environment(tmp_path, corpus), cwd=tmp_path, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    name, _, message = ran.stdout.strip().partition("|")
    return name, message


def test_a_second_process_is_refused(full: Workspace, tmp_path: Path, corpus: Path) -> None:
    """Another process gets a message that names the folder and the process that holds it, and changes nothing."""
    before = {path: path.stat().st_mtime_ns for path in full.settings.data_dir.rglob("*")}
    name, message = _second_process(tmp_path, corpus)
    assert name == "LibraryInUse"
    assert str(full.settings.data_dir) in message
    assert "proces" in message and "ROUTEWIJZER_DATA_DIR" in message
    assert {path: path.stat().st_mtime_ns for path in full.settings.data_dir.rglob("*")} == before
    assert_in_step(full)


def test_the_folder_is_free_once_it_is_closed(workspace: Workspace, tmp_path: Path, corpus: Path) -> None:
    """After closing, another process may have the folder."""
    workspace.close()
    assert _second_process(tmp_path, corpus)[0] == "open"


def test_twice_in_one_process_is_refused_too(workspace: Workspace, settings: Settings) -> None:
    """The same process cannot open the folder twice either."""
    with pytest.raises(LibraryInUse):
        Workspace.open(settings)


def test_a_start_that_fails_lets_go_of_the_folder(settings: Settings, corpus: Path) -> None:
    """Where the start fails, the folder can be opened as soon as the mistake is mended."""
    shutil.move(corpus, corpus.with_name("weg"))
    with pytest.raises(SettingsError):
        Workspace.open(settings)
    shutil.move(corpus.with_name("weg"), corpus)
    with Workspace.open(settings) as opened:
        assert len(opened.library.ids()) == 6


def test_a_data_folder_that_cannot_be_made(tmp_path: Path, corpus: Path) -> None:
    """A file where the folder should be is a mistake that is explained."""
    (tmp_path / "data").write_text("ik ben een bestand")
    with pytest.raises(SettingsError, match="kan niet worden gemaakt"):
        Workspace.open(make_settings(tmp_path, corpus))


# --- while a batch is read ----------------------------------------------------------------------------------------


def test_release_does_not_wait_for_a_batch(full: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a file is being read another document is set apart and released at once."""
    reading, go_on = threading.Event(), threading.Event()
    real = full._pool.prepare

    def slowly(data: bytes, path: Path) -> Prepared:
        reading.set()
        assert go_on.wait(timeout=60)
        return real(data, path)

    monkeypatch.setattr(full._pool, "prepare", slowly)
    batch = threading.Thread(target=full.add, args=([write_document(tmp_path / "los", "traag", "Een dik boek.")],))
    batch.start()
    try:
        assert reading.wait(timeout=60)
        full.withhold("begrippen/meesterproef")
        assert "begrippen/meesterproef" not in full.knowledge.snapshot.versions
        assert full.release("begrippen/meesterproef")
        assert "begrippen/meesterproef" in full.knowledge.snapshot.versions and "traag" not in full.library.ids()
    finally:
        go_on.set()
        batch.join(timeout=60)
    assert "traag" in full.library.ids()
    assert_in_step(full)


def test_a_batch_can_be_stopped(full: Workspace, tmp_path: Path) -> None:
    """Told to stop, a batch leaves the files that it has not put in yet, and what it put in is in step."""
    places = [
        Place(write_document(tmp_path / "los", f"d{n}", f"Het gilde nummer {n} telt leden."), f"d{n}", f"d{n}.md")
        for n in range(4)
    ]
    report = full.take(places, stop=lambda: "d1" in full.library.ids())
    assert ids(report, "added") == ["d0", "d1"]
    assert_in_step(full)
