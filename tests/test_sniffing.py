"""What a file is, is told from its bytes; what is two things at once is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from conftest import PROJECT, SHARED

from ingest.sniffing import check_kind, kind_of
from kb.errors import DocumentError, EmptyDocument, UnsafeDocument, UnsupportedFormat

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
HTML = b"<!DOCTYPE html>\n<html><head><title>Leerroute</title></head><body><p>Welkom.</p></body></html>"
TEXT = b"# Leerroute\n\nDe leerroute duurt twee jaar.\n"
MAIL = b"From: a@voorbeeld.invalid\nTo: b@voorbeeld.invalid\nSubject: Verslag\nMIME-Version: 1.0\n\nBeste,\n"
SAVED = (
    b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://voorbeeld.invalid/\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related;\r\n\ttype="text/html"; boundary="x"\r\n\r\n--x\r\n'
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60
PROGRAM = b"MZ\x90\0\x03" + b"\0" * 300


def _zip(parts: dict[str, bytes], stored: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _office(main: str, extra: dict[str, bytes] | None = None) -> bytes:
    folder = main.split("/")[0].strip("/")
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/x" '
        f'ContentType="application/vnd.openxmlformats-officedocument.{main}.main+xml"/></Types>'
    )
    return _zip({"[Content_Types].xml": types.encode(), f"{folder}.xml": b"<a/>", **(extra or {})}, stored=True)


DOCX = _office("wordprocessingml.document")
PPTX = _office("presentationml.presentation")
ODT = _zip({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}, stored=True)

GOOD = [
    (PDF, ".pdf"), (b"\xef\xbb\xbf\r\n" + PDF, ".pdf"), (b"\x1b%-12345X@PJL\r\n" + PDF, ".pdf"), (DOCX, ".docx"),
    (PPTX, ".pptx"), (ODT, ".odt"), (HTML, ".html"), (HTML, ".htm"), (b"\n <p>Een stuk van een pagina</p>", ".html"),
    (b"\xff\xfe" + HTML.decode().encode("utf-16-le"), ".html"), (b"<?xml version='1.0'?>\n<!-- x -->" + HTML, ".xhtml"),
    (TEXT, ".md"), (TEXT, ".txt"), (TEXT, ".markdown"), (b"MZ is de afkorting van mijn zorg.", ".txt"),
    (b"BM betekent begeleidingsmoment.", ".md"), (MAIL, ".eml"), (SAVED, ".mhtml"), (SAVED, ".mht"),
    (TEXT + b"\n```html\n<html><body>voorbeeld</body></html>\n```\n", ".md"),
    (b"<div align=center>Logo</div>\n\n# Leerroute\n", ".md"),
    (b"Van: Jan\nAan: Piet\nOnderwerp: leerroute\n\nBeste Piet,\n", ".txt"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "suffix"), GOOD)
def test_an_honest_file_goes_to_its_own_reader(data: bytes, suffix: str) -> None:
    """Nothing is said of a file that is what its name says."""
    assert check_kind(data, Path(f"stuk{suffix}")) == (suffix, None)


@pytest.mark.parametrize("suffix", [".docx", ".txt", ".html", ".doc", ""])
def test_a_pdf_by_another_name_is_read_as_a_pdf(suffix: str) -> None:
    """The content decides, and a person is told."""
    found, notice = check_kind(PDF, Path(f"stuk{suffix}"))
    assert found == ".pdf"
    assert notice is not None and notice.code == "other_kind"
    assert notice.nl.startswith("stuk") and "PDF" in notice.nl and "PDF" in notice.en


@pytest.mark.parametrize(("data", "kind"), [(DOCX, ".docx"), (PPTX, ".pptx"), (HTML, ".html"), (SAVED, ".mhtml")])
def test_every_supported_kind_is_found_under_a_wrong_name(data: bytes, kind: str) -> None:
    """A Word file called .pdf is read as Word, a web page called .doc as a web page."""
    assert check_kind(data, Path("stuk.pdf"))[0] == kind
    assert check_kind(data, Path("stuk.doc"))[0] == kind


def test_a_mail_with_pictures_is_no_saved_page() -> None:
    """Both are of related parts; the name and the head tell which it is."""
    mail = MAIL.replace(b"MIME-Version", b"Content-Type: multipart/related; boundary=x\nMIME-Version")
    assert check_kind(mail, Path("bericht.eml")) == (".eml", None)
    assert kind_of(mail, ".txt") == ".eml"


WRONG = [
    (PROGRAM, ".pdf"), (PROGRAM, ".docx"), (b"\x7fELF" + b"\0" * 99, ".txt"), (b"#!/bin/sh\nrm -r x\n", ".md"),
    (b"<?php echo 1;", ".html"), (b"@ECHO OFF\r\n", ".txt"), (PNG, ".pdf"), (b"\xff\xd8\xff\xe0" + b"x" * 50, ".docx"),
    (b"Rar!\x1a\x07\0" + b"x" * 50, ".docx"), (b"7z\xbc\xaf\x27\x1c" + b"x" * 50, ".pdf"), (b"\x1f\x8b\x08x", ".txt"),
    (b"x" * 257 + b"ustar" + b"x" * 99, ".pdf"), (TEXT, ".pdf"), (TEXT, ".docx"), (TEXT, ".pptx"),
    (_zip({"a.txt": b"a"}), ".docx"), (b"<svg xmlns='x'><text>a</text></svg>", ".html"), (b"\0\x01\x02" * 99, ".txt"),
    (b"Zomaar %PDF-1.7 midden in een tekst\n", ".pdf"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "suffix"), WRONG)
def test_what_only_pretends_is_refused(data: bytes, suffix: str) -> None:
    """A program, picture, archive or plain text does not pass for a document."""
    with pytest.raises(UnsafeDocument) as caught:
        check_kind(data, Path(f"stuk{suffix}"))
    assert caught.value.code == "wrong_format"
    assert caught.value.nl.startswith(f"stuk{suffix}: ") and caught.value.en.startswith(f"stuk{suffix}: ")


def _inside_comment(archive: bytes, comment: bytes) -> bytes:
    return archive[:-2] + len(comment).to_bytes(2, "little") + comment


POLYGLOTS = [
    (PDF + _zip({"a.js": b"x"}), ".pdf"), (PDF + DOCX, ".docx"), (PDF + DOCX, ".pdf"),
    (_inside_comment(PDF + DOCX, b"%%EOF"), ".pdf"),
    (HTML + PDF, ".pdf"), (b"<script>alert(1)</script>\n" + PDF, ".html"), (PDF + HTML, ".pdf"),
    (PROGRAM + DOCX, ".docx"), (b"#!/bin/sh\n" + DOCX, ".docx"), (HTML + DOCX, ".html"), (PNG + DOCX, ".docx"),
    (b"\xff\xd8\xff\xe0" + b"x" * 20 + PDF, ".pdf"), (b"{\\rtf1 " + PDF, ".pdf"), (PROGRAM + PDF, ".pdf"),
    (_zip({"a": PDF}, stored=True), ".docx"), (_zip({"a" * 40 + "%PDF-1.7": PDF}, stored=True), ".zip"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "suffix"), POLYGLOTS)
def test_two_kinds_at_once_are_refused(data: bytes, suffix: str) -> None:
    """A file that two programs would each take for their own is not safe, by whatever name."""
    with pytest.raises(UnsafeDocument) as caught:
        check_kind(data, Path(f"stuk{suffix}"))
    assert caught.value.code == "polyglot"


def test_what_a_document_carries_is_no_second_kind() -> None:
    """A PDF in a Word file, a Word file attached to a PDF, a page within a PDF."""
    with_pdf = _office("wordprocessingml.document", {"word/embeddings/bijlage.pdf": PDF})
    attached = PDF.replace(b"trailer", b"2 0 obj\n<<>>\nstream\n" + DOCX + b"\nendstream\nendobj\ntrailer")
    page = PDF.replace(b"trailer", b"2 0 obj\n<<>>\nstream\n" + HTML + b"\nendstream\nendobj\ntrailer")
    assert check_kind(with_pdf, Path("stuk.docx")) == (".docx", None)
    assert check_kind(attached, Path("stuk.pdf")) == (".pdf", None)
    assert check_kind(page, Path("stuk.pdf")) == (".pdf", None)
    assert check_kind(PDF + b"\r\n\0\0rest of a broken download", Path("stuk.pdf")) == (".pdf", None)


def test_a_pdf_at_the_front_of_an_archive_is_not_taken_for_two() -> None:
    """The first entry of an archive may be a PDF as it is; what decides is how the file ends."""
    parts = {"a.pdf": PDF} | {f"map/{n}.txt": b"x" for n in range(40)}
    with pytest.raises(UnsafeDocument) as caught:
        check_kind(_zip(parts, stored=True), Path("stuk.docx"))
    assert caught.value.code == "wrong_format"


@pytest.mark.parametrize(
    ("data", "suffix", "advice"),
    [
        (OLE, ".doc", ".docx"),
        (OLE, ".docx", ".docx"),
        (b"{\\rtf1\\ansi tekst}", ".rtf", ".docx"),
        (_zip({"xl/workbook.xml": b"<a/>"}), ".xlsx", ".pdf"),
        (_zip({"mimetype": b"application/vnd.oasis.opendocument.presentation"}, stored=True), ".odp", ".pptx"),
        (_zip({"Index/Document.iwa": b"x"}), ".pages", ".docx"),
        (_zip({"a.txt": b"x"}), ".zip", "uit"),
    ],
)
def test_old_and_other_formats_are_refused_with_advice(data: bytes, suffix: str, advice: str) -> None:
    """A person is told in which form to save the file."""
    with pytest.raises(UnsupportedFormat) as caught:
        check_kind(data, Path(f"stuk{suffix}"))
    assert advice in caught.value.nl and caught.value.nl.startswith("stuk")


def test_a_password_is_told_from_an_old_format() -> None:
    """An Office file with a password looks like an old Word file, but is not one."""
    with pytest.raises(UnsafeDocument) as caught:
        check_kind(OLE + "EncryptedPackage".encode("utf-16-le"), Path("stuk.docx"))
    assert caught.value.code == "encrypted"


@pytest.mark.parametrize("data", [b"", b"\n \t", b"\0" * 50])
def test_an_empty_file_is_called_empty(data: bytes) -> None:
    """Nothing is nothing, whatever its name."""
    with pytest.raises(EmptyDocument):
        check_kind(data, Path("stuk.pdf"))


@pytest.mark.parametrize("suffix", [".pdf", ".docx", ".html", ".eml", ".md", ".xyz"])
def test_damaged_bytes_only_ever_give_a_document_error(suffix: str) -> None:
    """Wherever a file is cut off, there is an answer or a refusal."""
    for data in (PDF, DOCX, ODT, HTML, MAIL, SAVED, OLE, PROGRAM):
        for end in range(1, len(data), max(1, len(data) // 25)):
            try:
                found, _ = check_kind(data[:end], Path(f"stuk{suffix}"))
            except DocumentError as error:
                assert error.nl.startswith(f"stuk{suffix}")
            else:
                assert found.startswith(".")


def test_kind_of_names_what_cannot_be_read_too() -> None:
    """Programs and unknown bytes have a name of their own."""
    assert kind_of(PROGRAM, ".pdf") == "program"
    assert kind_of(PNG) == ".png"
    assert kind_of(b"\0\x01\x02\x03" * 50) == ""
    assert kind_of(TEXT, ".md") == ".md" and kind_of(TEXT) == ".txt"


def test_the_corpus_passes() -> None:
    """Every document of the project's own collections is what its name says."""
    paths = [*PROJECT.glob("corpus/**/*.md"), *PROJECT.glob("tests/data/**/*.md")]
    assert len(paths) > 50
    assert all(check_kind(path.read_bytes(), path) == (".md", None) for path in paths)


@pytest.mark.skipif(not (SHARED / "realdocs").is_dir(), reason="the shared documents are not on this machine")
def test_real_documents_pass() -> None:
    """No real document is refused, and each is found under a wrong name."""
    paths = [path for path in (SHARED / "realdocs").glob("*/*") if path.suffix in {".pdf", ".docx", ".pptx", ".html"}]
    assert len(paths) > 50
    for path in paths:
        data = path.read_bytes()
        assert check_kind(data, path) == (path.suffix, None), path.name
        assert check_kind(data, path.with_suffix(".odt"))[0] == path.suffix, path.name
