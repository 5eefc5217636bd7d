"""The folder of documents: what is put in, replaced and taken out, and what is left on disk."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from documents import some_documents
from hypothesis import given

from ingest.blocks import Block, assemble
from ingest.chunking import chunk
from ingest.library import Incoming, Library, slug
from kb.documents import Shelf, metadata_from, metadata_to
from kb.errors import UnknownDocument
from kb.types import Document, DocumentKind, Metadata, Source

BLOCKS = (Block("heading", "Kop"), Block("paragraph", "De eerste zin. De tweede zin."))
FIRST = Incoming(
    id="proeven/een",
    metadata=Metadata(title="Een", kind=DocumentKind.PILOT, sector=("boekbinderij",), sources=(Source("bron"),)),
    laid=assemble(BLOCKS),
    data=b"# Kop\n\nDe eerste zin. De tweede zin.",
    file_name="Een.MD",
    path="een.md",
    origin="added",
)
SECOND = replace(FIRST, laid=assemble((*BLOCKS, Block("paragraph", "Een derde zin."))), data=b"anders")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def everything(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file below a folder with what would show that it was written again."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_is_put_in_comes_out(library: Library) -> None:
    """A document that was put in is read back the same, with its file, by this library and by any other."""
    document, before = library.put(FIRST)
    assert before is None
    for shelf in (library, Shelf(library.folder), Library(library.folder)):
        assert shelf.ids() == ["proeven/een"]
        assert shelf.document("proeven/een") == document
        assert shelf.current("proeven/een") == document.version
        assert shelf.original("proeven/een").read_bytes() == FIRST.data
        assert shelf.original("proeven/een").name == "original.md"
        assert shelf.chunks("proeven/een", document.version) == chunk(document)


def test_putting_the_same_in_twice_writes_nothing(library: Library) -> None:
    """The second time no file is written, not even with the same content."""
    first, _ = library.put(FIRST)
    files = everything(library.folder)
    second, before = library.put(FIRST)
    assert second == first
    assert before == first.version
    assert everything(library.folder) == files


def test_replacing_keeps_the_old_version(library: Library) -> None:
    """After a replacement the new version is live, and the old one can still be read as it was."""
    old, _ = library.put(FIRST)
    new, before = library.put(SECOND)
    assert before == old.version != new.version
    assert library.current("proeven/een") == new.version
    assert library.versions("proeven/een") == [new.version, old.version]
    assert library.document("proeven/een", old.version) == old
    assert library.document("proeven/een").text.endswith("Een derde zin.")
    assert library.original("proeven/een", old.version).read_bytes() == FIRST.data


def test_going_back_to_an_old_version(library: Library) -> None:
    """Putting the old content in again makes the old version live again, without a third one."""
    old, _ = library.put(FIRST)
    new, _ = library.put(SECOND)
    again, before = library.put(FIRST)
    assert (again.version, before) == (old.version, new.version)
    assert set(library.versions("proeven/een")) == {old.version, new.version}


def test_metadata_are_part_of_the_version(library: Library) -> None:
    """The same text with another title is another version."""
    old, _ = library.put(FIRST)
    new, _ = library.put(replace(FIRST, metadata=replace(FIRST.metadata, title="Twee")))
    assert new.version != old.version
    assert library.document("proeven/een").metadata.title == "Twee"


def test_the_same_text_from_other_bytes_renews_the_file(library: Library) -> None:
    """The same text and metadata from another file stay the same version, which then holds the new file."""
    old, _ = library.put(FIRST)
    other = replace(FIRST, data=FIRST.data + b"\n\n", file_name="een.txt", path="map/een.txt")
    new, before = library.put(other)
    assert new.version == before == old.version
    assert library.original("proeven/een").read_bytes() == other.data
    assert library.document("proeven/een").path == "map/een.txt"
    assert library.unchanged("proeven/een", other.data, "map/een.txt") == new.version
    names = {path.name for path in (library.folder / "proeven" / "een" / new.version).iterdir()}
    assert names == {"original.txt", "text.json", "chunks.json", "metadata.yaml", "source.json"}


def test_removing_leaves_nothing_on_disk(library: Library) -> None:
    """A removed document is gone with all its versions and its empty folders; its neighbours stay."""
    library.put(FIRST)
    library.put(SECOND)
    neighbour, _ = library.put(replace(FIRST, id="proeven/twee"))
    assert library.remove("proeven/een") is True
    assert library.ids() == ["proeven/twee"]
    with pytest.raises(UnknownDocument):
        library.document("proeven/een", neighbour.version)
    assert {name.split("/")[1] for name in everything(library.folder)} == {"twee"}
    library.remove("proeven/twee")
    assert [path for path in library.folder.rglob("*") if path.name not in {".incoming", ".trash"}] == []


def test_removing_what_is_not_there(library: Library) -> None:
    """Removing an unknown document, or one twice, says no and does nothing."""
    library.put(FIRST)
    assert library.remove("proeven/nul") is False
    library.remove("proeven/een")
    assert library.remove("proeven/een") is False


def test_a_document_above_another(library: Library) -> None:
    """A document may lie in the folder of another: removing either leaves the other."""
    upper, _ = library.put(replace(FIRST, id="proeven"))
    lower, _ = library.put(FIRST)
    assert library.ids() == ["proeven", "proeven/een"]
    library.remove("proeven")
    assert library.document("proeven/een") == lower
    library.put(replace(FIRST, id="proeven"))
    library.remove("proeven/een")
    assert replace(library.document("proeven"), path=upper.path) == upper


@pytest.mark.parametrize(
    "document_id",
    [
        "../x",
        "..",
        "/etc",
        "/etc/passwd",
        "a/../../x",
        "./a",
        "a//b",
        "a/",
        "A",
        "a b",
        "",
        "a\0b",
        ".incoming/x",
        "é",
        "a\n",
    ],
)
def test_ids_never_lead_out_of_the_folder(library: Library, document_id: str) -> None:
    """What is no plain id is an unknown document, though a file lies where it would lead."""
    outside = library.folder.parent / "x"
    outside.mkdir()
    (outside / "current").write_text("0123456789ab")
    assert library.current(document_id) is None
    assert library.versions(document_id) == []
    assert library.remove(document_id) is False
    for read in (library.document, library.original, library.details):
        with pytest.raises(UnknownDocument):
            read(document_id)
    assert (outside / "current").is_file()


@pytest.mark.parametrize("version", ["../../../x", "", "0123456789a", "0123456789AB", "0123456789ab", "/etc", "."])
def test_versions_never_lead_out_of_the_folder(library: Library, version: str) -> None:
    """What is no version of the document is an unknown version."""
    library.put(FIRST)
    for read in (library.document, library.original, library.details):
        with pytest.raises(UnknownDocument):
            read("proeven/een", version)


def test_putting_in_a_document_by_a_bad_id_is_refused(library: Library) -> None:
    """The library does not write where it could not read."""
    with pytest.raises(UnknownDocument):
        library.put(replace(FIRST, id="../uit"))
    assert not (library.folder.parent / "uit").exists()


def test_unchanged_looks_at_bytes_and_place(library: Library) -> None:
    """A file counts as unchanged only with the same bytes, from the same place, read by the readers of today."""
    assert library.unchanged("proeven/een", FIRST.data, "een.md") is None
    document, _ = library.put(FIRST)
    assert library.unchanged("proeven/een", FIRST.data, "een.md") == document.version
    assert library.unchanged("proeven/een", FIRST.data + b" ", "een.md") is None
    assert library.unchanged("proeven/een", FIRST.data, "twee.md") is None
    notes = library.folder / "proeven" / "een" / document.version / "metadata.yaml"
    notes.write_text(notes.read_text().replace("reader: ", "reader: 9"))
    assert library.unchanged("proeven/een", FIRST.data, "een.md") is None


@pytest.mark.parametrize("damage", [b"", b"\x00\x01", b"- een\n- twee\n", b"a: [", "\ufffe".encode("utf-16")])
@pytest.mark.parametrize("name", ["metadata.yaml", "text.json", "chunks.json"])
def test_damaged_files_are_made_anew(library: Library, name: str, damage: bytes) -> None:
    """Where a stored file is damaged, putting the document in again repairs it."""
    document, _ = library.put(FIRST)
    (library.folder / "proeven" / "een" / document.version / name).write_bytes(damage)
    fresh = Library(library.folder)
    if name != "chunks.json":
        assert fresh.unchanged("proeven/een", FIRST.data, "een.md") is None
    repaired, _ = fresh.put(FIRST)
    assert repaired == document
    again = Library(library.folder)
    assert again.document("proeven/een") == document
    assert again.chunks("proeven/een", document.version) == chunk(document)
    assert again.unchanged("proeven/een", FIRST.data, "een.md") == document.version


def test_chunks_of_an_older_chunker_are_cut_anew(library: Library) -> None:
    """Chunks that an older chunker cut, or that are missing, are cut again and stored."""
    document, _ = library.put(FIRST)
    path = library.folder / "proeven" / "een" / document.version / "chunks.json"
    for old in ('{"chunker": 0, "chunks": [[0, 2]]}', None):
        path.unlink()
        if old is not None:
            path.write_text(old)
        assert library.chunks("proeven/een", document.version) == chunk(document)
        assert len(json.loads(path.read_text())["chunks"]) == len(chunk(document))


def test_the_next_start_clears_what_a_crash_left(library: Library) -> None:
    """Halves of a write, halves of a removal and versions that never became live are gone after a new start."""
    kept, _ = library.put(FIRST)
    home = library.folder / "proeven" / "een"
    never, _ = library.put(replace(SECOND, id="proeven/nooit"))
    (library.folder / "proeven" / "nooit" / "current").unlink()  # a crash before it was accepted, or amid a removal
    (home / ".current.0123").write_bytes(b"halve")
    (home / kept.version / ".metadata.yaml.0123").write_bytes(b"halve")
    for litter in (".incoming/abc", ".trash/abc"):
        (library.folder / litter).mkdir(parents=True)
        (library.folder / litter / "original.md").write_bytes(b"geheim")
    assert never.version
    before = {name for name in everything(library.folder) if name.startswith("proeven/een/") and "/." not in name}
    again = Library(library.folder)
    assert again.document("proeven/een") == kept
    assert set(everything(library.folder)) == before
    assert {path.name for path in (library.folder / "proeven").iterdir()} == {"een"}


def test_a_removal_after_a_crash_is_complete(library: Library) -> None:
    """Half-written files in a document's folder don't keep it from being removed."""
    library.put(FIRST)
    (library.folder / "proeven" / "een" / ".current.0123").write_bytes(b"halve")
    library.remove("proeven/een")
    assert not (library.folder / "proeven").exists()


@given(some_documents())
def test_any_document_survives_the_disk(tmp_path_factory: pytest.TempPathFactory, document: Document) -> None:
    """Any text, with its sections and pages, comes back from disk as it was."""
    if not document.text:
        return
    library = Library(tmp_path_factory.mktemp("any"))
    blocks = [Block("paragraph", paragraph) for paragraph in document.text.split("\n\n")]
    put, _ = library.put(replace(FIRST, laid=assemble(blocks)))
    assert put.text == assemble(blocks).text
    assert Shelf(library.folder).document(put.id) == put


def test_metadata_come_back_as_they_were() -> None:
    """Metadata survive being written as plain values, full or nearly empty, through YAML."""
    full = Metadata(
        title="Eén: twee",
        kind=DocumentKind.GUIDE,
        summary="ja",
        sector=("nee", "2031"),
        levels=("1",),
        period="2031",
        language="en",
        date="2031-01-01",
        sources=(Source("a", "https://x.invalid", "2031-02"), Source("b")),
    )
    for metadata in (full, Metadata(title="x")):
        assert metadata_from(yaml.safe_load(yaml.safe_dump(metadata_to(metadata)))) == metadata


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Café 't Hoekje", "cafe-t-hoekje"),
        ("Ad_Bouwkunde (2031).v2", "ad-bouwkunde-2031-v2"),
        ("../../etc/passwd", "etc-passwd"),
        ("日本", "document"),
        ("--", "document"),
    ],
)
def test_slugs(text: str, name: str) -> None:
    """A file name becomes a plain name for a path, and never a way out of a folder."""
    assert slug(text) == name
    assert os.path.basename(slug(text)) == slug(text)
