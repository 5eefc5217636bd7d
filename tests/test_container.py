"""Archives: what is let through, and what is refused before a library sees it."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_files import archive, docx, docx_parts, odt, p, pptx, table

from ingest.container import MAX_DEPTH, kind_of, open_container
from ingest.limits import Limits
from ingest.readers import read
from kb.errors import DocumentError, LimitExceeded, UnreadableDocument, UnsafeDocument

NAME = Path("verslag.docx")
PLAIN = p("De raad besluit het plan uit te voeren.")


def refusal(data: bytes, path: Path = NAME, limits: Limits | None = None) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        open_container(data, path, limits or Limits())
    for language in ("nl", "en"):
        assert caught.value.message(language).startswith(path.name)
    return caught.value


def changed(name: str, content: bytes | str) -> bytes:
    """A good Word file with one entry replaced or added."""
    return archive({**docx_parts(PLAIN), name: content})


def test_a_good_file_is_let_through() -> None:
    """The XML comes back as it was, under its own name."""
    container = open_container(docx(PLAIN), NAME, Limits())
    assert container.kind == ".docx"
    assert "De raad besluit" in container.parts["word/document.xml"].decode()


def test_the_kind_of_an_archive_is_known_by_its_content() -> None:
    """Word, PowerPoint and OpenDocument are told apart; everything else has no kind."""
    assert kind_of(docx(PLAIN)) == ".docx"
    assert kind_of(pptx(lambda made: None)) == ".pptx"
    assert kind_of(odt("<text:p>Tekst</text:p>")) == ".odt"
    parts = docx_parts(PLAIN)
    macro = str(parts["[Content_Types].xml"]).replace(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    assert kind_of(archive({**parts, "[Content_Types].xml": macro})) is None
    assert kind_of(archive({"mimetype": "application/vnd.oasis.opendocument.presentation"})) is None
    assert kind_of(archive({"brief.txt": "Dag"})) is None
    assert kind_of(b"%PDF-1.7") is None


@given(st.binary(max_size=200))
def test_the_kind_of_any_bytes_can_be_asked(data: bytes) -> None:
    """Nothing that merely begins as an archive makes it fail."""
    assert kind_of(b"PK\x03\x04" + data) is None


def test_a_file_of_another_kind_than_its_name_is_refused() -> None:
    """A presentation that is named as a Word file is not read as one."""
    error = refusal(pptx(lambda made: None))
    assert isinstance(error, UnsafeDocument) and error.code == "wrong_format"


@pytest.mark.parametrize("name", ["../weg.xml", "/etc/weg.xml", "word\\weg.xml", "C:/weg.xml", "word/../../weg.xml"])
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    """No entry may point outside the archive."""
    error = refusal(changed(name, "<a/>"))
    assert isinstance(error, UnsafeDocument) and error.code == "unsafe_archive"


def test_two_entries_of_one_name_are_refused() -> None:
    """Which of the two would be read depends on the reader."""
    packed = io.BytesIO(docx(PLAIN))
    with zipfile.ZipFile(packed, "a") as made, pytest.warns(UserWarning, match="Duplicate"):
        made.writestr("word/document.xml", "<anders/>")
    assert refusal(packed.getvalue()).code == "unsafe_archive"


def test_too_many_entries_are_refused() -> None:
    """An archive of thousands of entries is no document."""
    data = archive({**docx_parts(PLAIN), **{f"word/media/{i}.png": b"" for i in range(10_001)}})
    assert refusal(data).code == "unpacks_too_large"


@pytest.mark.parametrize("where", ["word/media/beeld.png", "word/document.xml"])
def test_a_bomb_is_refused(where: str) -> None:
    """What unpacks to far more than it is stops on the way, wherever it stands."""
    error = refusal(changed(where, b" " * (30 << 20)))
    assert isinstance(error, LimitExceeded) and error.code == "unpacks_too_large"


def test_all_entries_together_stay_within_the_limit() -> None:
    """The limit holds for the sum, not for each."""
    noise = bytes(range(256)) * 3000
    data = archive({**docx_parts(PLAIN), **{f"word/media/{i}.bin": noise for i in range(3)}}, zipfile.ZIP_STORED)
    assert refusal(data, limits=Limits(unpacked_mb=2)).code == "unpacks_too_large"
    assert open_container(data, NAME, Limits(unpacked_mb=3)).kind == ".docx"


def test_a_header_that_lies_about_the_size_is_not_believed() -> None:
    """An entry that says it is small and is not, is refused before it is whole in memory."""
    data = bytearray(changed("word/media/beeld.png", b"\0" * (30 << 20)))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        if data[at + 46 :].startswith(b"word/media/beeld.png"):
            data[at + 24 : at + 28] = struct.pack("<I", 100)
        at += 4
    assert isinstance(refusal(bytes(data)), (LimitExceeded, UnreadableDocument))


def test_a_password_is_named() -> None:
    """Entries that are encrypted, and files that Office wraps in another container, need a password."""
    data = bytearray(docx(PLAIN))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        data[at + offset] |= 1
    assert refusal(bytes(data)).code == "encrypted"
    wrapped = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
    assert refusal(wrapped).code == "encrypted"


def test_an_encrypted_opendocument_is_named() -> None:
    """In OpenDocument the manifest says it."""
    parts = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": '<m xmlns="urn:x"><encryption-data/></m>',
        "content.xml": b"\x93\x00\xff",
    }
    assert refusal(archive(parts), Path("brief.odt")).code == "encrypted"


@pytest.mark.parametrize(("stream", "kind"), [("WordDocument", ".doc"), ("PowerPoint Document", ".ppt")])
def test_an_old_kind_of_file_is_named(stream: str, kind: str) -> None:
    """A file of Office 97 gets the advice to save it anew."""
    error = refusal(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + stream.encode("utf-16-le"))
    assert error.code == "wrong_format"
    assert kind in error.message("nl") and f"{kind}x" in error.message("nl")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "iso-8859-1"])
@pytest.mark.parametrize("doctype", ["<!DOCTYPE a>", '<!DOCTYPE a [<!ENTITY x "y">]>'])
def test_a_document_type_is_refused_in_any_encoding(encoding: str, doctype: str) -> None:
    """Also where the bytes do not spell it in ASCII."""
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    xml = f'{mark}<?xml version="1.0" encoding="{encoding.removesuffix("-le")}"?>{doctype}<a/>'.encode(encoding)
    assert refusal(changed("word/settings.xml", xml)).code == "unsafe_xml"


def test_xml_that_is_nested_without_end_is_refused() -> None:
    """Before anything walks through it."""
    deep = "<a>" * (MAX_DEPTH + 1) + "</a>" * (MAX_DEPTH + 1)
    assert refusal(changed("word/settings.xml", deep)).code == "too_deep"
    fine = "<a>" * MAX_DEPTH + "</a>" * MAX_DEPTH
    assert open_container(changed("word/settings.xml", fine), NAME, Limits()).kind == ".docx"


@pytest.mark.parametrize("make", [lambda good: good[: len(good) // 2], lambda good: good[:-30], lambda good: b""])
def test_half_a_file_is_refused(make) -> None:
    """What is cut off is damaged."""
    assert isinstance(refusal(make(docx(PLAIN))), UnreadableDocument)


def test_a_wrong_checksum_is_refused() -> None:
    """One changed byte in an entry shows."""
    data = bytearray(archive(docx_parts(PLAIN), zipfile.ZIP_STORED))
    data[data.find(b"De raad")] = ord("X")
    assert isinstance(refusal(bytes(data)), UnreadableDocument)


def test_broken_xml_is_refused() -> None:
    """A part that ends too early is damage, not an empty part."""
    assert isinstance(refusal(changed("word/document.xml", "<w:document")), UnreadableDocument)


def test_what_the_libraries_get_holds_no_pictures() -> None:
    """Pictures and data of other programs are empty or gone, and relations to what is not there too."""
    parts = docx_parts(PLAIN)
    relations = str(parts["word/_rels/document.xml.rels"]).replace(
        "</Relationships>", '<Relationship Id="r9" Type="http://x/image" Target="NULL"/></Relationships>'
    )
    data = archive(
        {**parts, "word/_rels/document.xml.rels": relations, "word/media/a.png": b"PNG", "customXml/i.xml": "<a/>"}
    )
    with zipfile.ZipFile(open_container(data, NAME, Limits()).package()) as package:
        assert package.read("word/media/a.png") == b""
        assert "customXml/i.xml" not in package.namelist()
        assert b"NULL" not in package.read("word/_rels/document.xml.rels")
        assert b"styles.xml" in package.read("word/_rels/document.xml.rels")
    assert [block.text for block in read(data, NAME).blocks] == ["De raad besluit het plan uit te voeren."]


def test_the_strict_kind_of_word_file_is_read() -> None:
    """Its namespaces are others, its content is the same."""
    strict = {
        name: str(content)
        .replace("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main")
        .replace("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships")
        for name, content in docx_parts(PLAIN).items()
    }  # fmt: skip
    assert [block.text for block in read(archive(strict), NAME).blocks] == ["De raad besluit het plan uit te voeren."]


@given(st.integers(0, 5000), st.integers(0, 255))
def test_a_changed_byte_never_gives_another_error(at: int, value: int) -> None:
    """Damage anywhere gives text or a refusal, and nothing else."""
    data = bytearray(docx(PLAIN + table(("Naam", "Rol"), ("Noor", "Voorzitter"))))
    data[at % len(data)] = value
    try:
        assert read(bytes(data), NAME).blocks
    except DocumentError as error:
        assert error.message("nl").startswith(NAME.name)
