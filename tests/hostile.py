"""Makes files that are built to do harm, or that are broken, for `test_hostile.py`; all content is invented.

Each case is a file name with what makes its bytes, and what must come of it: `read`, or one of some codes of refusal.
"""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from office_files import archive, docx, docx_parts, odt, p, pptx, table, text_box

READ = "read"
LAUGHS = "".join(
    f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" if n else "ha"}{("&l" + str(n - 1) + ";") * 9 if n else ""}">'
    for n in range(12)
)
"""Entities that together stand for 10^11 times a word."""
SENTENCE = "De leerling oefent elke week in de werkplaats van het gilde, en de meester kijkt mee. "


@dataclass(frozen=True, slots=True)
class Case:
    """One file and what may come of it."""

    name: str
    make: Callable[[], bytes]
    outcomes: frozenset[str]


def case(name: str, make: Callable[[], bytes] | bytes | str, *outcomes: str) -> Case:
    """A case; content that is given outright is its own maker."""
    made = make.encode("utf-8", "surrogatepass") if isinstance(make, str) else make
    return Case(name, made if callable(made) else lambda: made, frozenset(outcomes or (READ,)))


# --- PDF ----------------------------------------------------------------------------------------------------------


def pdf(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects; the first is its catalogue."""
    data = b"%PDF-1.7\n"
    places = {}
    for number, content in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(data)
    data += b"xref\n0 1\n0000000000 65535 f \n"
    data += b"".join(b"%d 1\n%010d 00000 n \n" % place for place in places.items())
    size = max(objects) + 1
    return data + b"trailer\n<</Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)


def stream(data: bytes, more: bytes = b"") -> bytes:
    """A stream object."""
    return b"<</Length %d %s>>\nstream\n%s\nendstream" % (len(data), more, data)


def lines(texts: Sequence[str]) -> bytes:
    """The content of a page with some lines of text."""
    shown = b"".join(b"(%s) Tj T* " % text.encode("latin-1") for text in texts)
    return b"BT /F1 12 Tf 14 TL 72 720 Td %s ET" % shown


TEXT = lines([SENTENCE[:60], SENTENCE[60:], "Het gilde telt twaalf meesters en veertig leerlingen."])


def one_page(
    content: bytes = TEXT,
    *,
    filters: bytes = b"",
    resources: bytes = b"",
    page: bytes = b"",
    catalogue: bytes = b"",
    font: bytes = b"",
    others: Mapping[int, bytes] | None = None,
) -> bytes:
    """A PDF of one page."""
    return pdf(
        {
            1: b"<</Type /Catalog /Pages 2 0 R %s>>" % catalogue,
            2: b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
            3: b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources <</Font <</F1 5 0 R>> %s>> %s>>" % (resources, page),
            4: stream(content, filters),
            5: b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica %s>>" % font,
            **(others or {}),
        }
    )


def many_pages(levels: int) -> bytes:
    """A PDF of 10 to the power `levels` pages that are all the same object."""
    objects = {
        1: b"<</Type /Catalog /Pages 10 0 R>>",
        3: b"<</Type /Page /Parent 10 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>>>>",
        4: stream(TEXT),
        5: b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
    }
    for level in range(levels):
        child = 3 if level == levels - 1 else 11 + level
        kids = b"%d 0 R " % child * 10
        objects[10 + level] = b"<</Type /Pages /Kids [%s] /Count %d>>" % (kids, 10 ** (levels - level))
    return pdf(objects)


def zeros(megabytes: int, unit: bytes = b" ") -> bytes:
    """Many bytes, packed with Flate."""
    packer = zlib.compressobj(1)
    piece = unit * (1_000_000 // len(unit))
    return b"".join(packer.compress(piece) for _ in range(megabytes)) + packer.flush()


def flate_bomb() -> bytes:
    """A page whose content is packed twice, and becomes very large."""
    return one_page(zlib.compress(zeros(800), 9), filters=b"/Filter [/FlateDecode /FlateDecode]")


def letters_bomb() -> bytes:
    """A page of millions of letters in few bytes."""
    row = b"(" + b"abcdefghij " * 9000 + b") Tj "
    return one_page(zlib.compress(b"BT /F1 1 Tf " + row * 40 + b" ET", 9), filters=b"/Filter /FlateDecode")


def doubling_forms(levels: int = 40) -> bytes:
    """Forms that each draw the next one twice."""
    forms = {
        20 + n: stream(
            b"/X Do /X Do" if n < levels - 1 else b"0 0 1 1 re f",
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</X %d 0 R>>>>" % (21 + n),
        )
        for n in range(levels)
    }
    return one_page(TEXT + b" /X Do", resources=b"/XObject <</X 20 0 R>>", others=forms)


def huge_picture() -> bytes:
    """A picture that says it is 60,000 by 60,000 points."""
    picture = stream(
        zeros(1, b"\0"),
        b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB /BitsPerComponent 8 "
        b"/Filter /FlateDecode",
    )
    return one_page(TEXT + b" q 500 0 0 500 0 0 cm /P Do Q", resources=b"/XObject <</P 9 0 R>>", others={9: picture})


def to_unicode(target: bytes) -> bytes:
    """A page whose letters stand for something else, by the font's own table."""
    table_of = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <65> <%s> endbfchar" % target
    cmap = b"/CIDInit /ProcSet findresource begin begincmap %s endcmap end" % table_of
    return one_page(font=b"/ToUnicode 9 0 R", others={9: stream(cmap)})


def _pdfs() -> Iterator[Case]:
    action = b"/OpenAction <</S /JavaScript /JS (app.alert\\(1\\))>> /AA <</WC <</S /Launch /F (cmd.exe)>>>>"
    boxes = b"/MediaBox [0 0 99999999 99999999]"
    yield case("tienduizend-bladen.pdf", lambda: many_pages(4), "too_many_pages")
    yield case("miljard-bladen.pdf", lambda: many_pages(9), "too_many_pages", "too_slow", "unreadable")
    yield case("bom.pdf", flate_bomb, "too_much_memory", "too_slow", "reader_crashed", "too_large", READ)
    yield case("letters.pdf", letters_bomb, "too_slow", "too_much_memory", "too_deep", "reader_crashed", READ)
    yield case("verdubbelend.pdf", doubling_forms, "too_slow", "reader_crashed", READ)
    yield case("plaat.pdf", huge_picture, READ, "too_much_memory", "reader_crashed")
    yield case("groot-blad.pdf", one_page(page=boxes), READ, "unreadable")
    yield case("nul-blad.pdf", one_page(page=b"/MediaBox [0 0 0 0]"), READ, "unreadable")
    yield case("acties.pdf", one_page(catalogue=action), READ)
    yield case("lus.pdf", pdf({1: b"<</Type /Catalog /Pages 2 0 R>>", 2: b"<</Type /Pages /Kids [2 0 R] /Count 5>>"}),
               "unreadable", READ)  # fmt: skip
    outline = {9: b"<</First 10 0 R /Last 10 0 R /Count 9>>", 10: b"<</Title (Lus) /Parent 9 0 R /Next 10 0 R>>"}
    yield case("inhoud-lus.pdf", one_page(catalogue=b"/Outlines 9 0 R", others=outline), READ)
    tree = {9: b"<</Type /StructTreeRoot /K 10 0 R>>", 10: b"<</S /Div /P 9 0 R /K [10 0 R 10 0 R]>>"}
    yield case("structuur-lus.pdf", one_page(catalogue=b"/StructTreeRoot 9 0 R", others=tree), READ)
    deep = {9: b"[" * 100_000 + b"]" * 100_000}
    yield case("diep.pdf", one_page(catalogue=b"/Diep 9 0 R", others=deep), READ, "unreadable", "reader_crashed")
    yield case("diep-getekend.pdf", one_page(TEXT + b" " + b"[" * 100_000 + b"q " * 50_000), READ, "unreadable")
    yield case("halve-tekens.pdf", to_unicode(b"d800"), READ)
    yield case("nul-tekens.pdf", to_unicode(b"0000"), READ)
    yield case("lange-tekens.pdf", to_unicode(b"0061" * 200), READ)
    yield case("vorige-lus.pdf", _previous_loop(), READ, "unreadable")


def _previous_loop() -> bytes:
    """A PDF whose table says that the table before it is itself."""
    plain = one_page()
    start = plain.rindex(b"startxref")
    at = int(plain[start:].split()[1])
    return plain.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % at)


# --- Office -------------------------------------------------------------------------------------------------------


def with_part(name: str, content: bytes | str) -> bytes:
    """A Word file with one more part, or another in its place."""
    return archive({**docx_parts(p(SENTENCE)), name: content})


def zip_bomb() -> bytes:
    """A Word file with a part that unpacks to far more than is allowed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in docx_parts(p(SENTENCE)).items():
            made.writestr(name, content)
        with made.open("word/media/plaat.bin", "w", force_zip64=True) as entry:
            for _ in range(150):
                entry.write(bytes(1 << 20))
    return packed.getvalue()


def lying_bomb() -> bytes:
    """The same, though every header says that the part is small."""
    data = bytearray(with_part("word/comments.xml", b" " * (150 << 20)))
    size = (150 << 20).to_bytes(4, "little")
    at = data.find(size)
    while at >= 0:
        data[at : at + 4] = (100).to_bytes(4, "little")
        at = data.find(size, at)
    return bytes(data)


def overlapping() -> bytes:
    """An archive whose list names one and the same entry thousands of times."""
    data = with_part("word/media/a.bin", bytes(5 << 20))
    end = data.rindex(b"PK\5\6")
    start = int.from_bytes(data[end + 16 : end + 20], "little")
    listed = data[start:end]
    row = listed[listed.rindex(b"PK\1\2") :]
    rows = listed + row * 3000
    count = (listed.count(b"PK\1\2") + 3000).to_bytes(2, "little")
    tail = data[end : end + 8] + count + count + len(rows).to_bytes(4, "little") + start.to_bytes(4, "little") + b"\0\0"
    return data[:start] + rows + tail


def presentation() -> bytes:
    """A PowerPoint with some text."""

    def build(made: object) -> None:
        slide = made.slides.add_slide(made.slide_layouts[6])  # type: ignore[attr-defined]
        text_box(slide, SENTENCE, 1, 1, 8)

    return pptx(build)


def rewritten(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """An archive with one part changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        return archive({n: change(made.read(n)) if n == name else made.read(n) for n in made.namelist()})


def doctype(entities: str, name: str) -> Callable[[bytes], bytes]:
    """Puts a document type with entities before XML, and one of them in its first text."""

    def change(content: bytes) -> bytes:
        head, mark, rest = content.partition(b"?>") if content.startswith(b"<?xml") else (b"", b"", content)
        used = rest.replace(b">De leerling", f">&{name};De leerling".encode())
        return head + mark + f"<!DOCTYPE x [{entities}]>".encode() + used

    return change


def outside(address: str) -> str:
    """An entity that stands for something outside the file."""
    return f'<!ENTITY buiten SYSTEM "{address}">'


def linked(address: str) -> bytes:
    """A Word file with a template and a picture that are elsewhere."""
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "".join(
        f'<Relationship Id="r{kind}" Type="{kinds}/{kind}" Target="{address}/{kind}" TargetMode="External"/>'
        for kind in ("attachedTemplate", "image", "frame", "oleObject", "hyperlink")
    )
    rels = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}'
    parts = docx_parts(p(SENTENCE, raw='<w:r><w:pict><v:imagedata r:id="rimage"/></w:pict></w:r>'), settings=_SETTINGS)
    document = str(parts["word/_rels/document.xml.rels"]).partition(">")
    parts["word/_rels/document.xml.rels"] = f"{document[0]}>{relations}{document[2]}"
    parts["word/_rels/settings.xml.rels"] = f"{rels}</Relationships>"
    return archive(parts)


_SETTINGS = (
    '<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<w:attachedTemplate r:id="rattachedTemplate"/></w:settings>'
)


def picture_of(width: int, height: int) -> bytes:
    """A PNG that says it is as large as this, and holds nothing."""
    head = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    chunk = (13).to_bytes(4, "big") + head + zlib.crc32(head).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IEND\xaeB`\x82"


def nested_tables(depth: int) -> str:
    """Tables of Word within tables."""
    return "<w:tbl><w:tr><w:tc>" * depth + p(SENTENCE) + "</w:tc></w:tr></w:tbl>" * depth


def wide_cell(columns: int) -> str:
    """A table of Word with a cell over this many columns."""
    return table(((f'<w:gridSpan w:val="{columns}"/>', "een"), "twee"), ("drie", "vier")) + p(SENTENCE)


def wide_odt(body: str) -> bytes:
    """An OpenDocument text with a sentence before its body."""
    return odt(f"<text:p>{SENTENCE}</text:p>{body}")


def _offices() -> Iterator[Case]:
    for kind, data, part in (
        ("docx", lambda: docx(p(SENTENCE)), "word/document.xml"),
        ("pptx", presentation, "ppt/slides/slide1.xml"),
        ("odt", lambda: odt(f"<text:p>{SENTENCE}</text:p>"), "content.xml"),
    ):

        def changed(entities: str, name: str, data=data, part=part) -> Callable[[], bytes]:
            return lambda: rewritten(data(), part, doctype(entities, name))

        yield case(f"lachen.{kind}", changed(LAUGHS, "l11"), "unsafe_xml")
        yield case(f"buiten.{kind}", changed(outside("file:///etc/passwd"), "buiten"), "unsafe_xml")
    yield case("zipbom.docx", zip_bomb, "unpacks_too_large")
    yield case("liegende-zipbom.docx", lying_bomb, "unpacks_too_large", "unreadable")
    yield case("overlap.docx", overlapping, "unsafe_archive", "unreadable", "unpacks_too_large")
    yield case("zip-in-zip.docx", lambda: archive({"a.zip": archive({"b.zip": zip_bomb()})}), "wrong_format")
    yield case("paden.docx", lambda: with_part("../../../tmp/x.xml", "<x/>"), "unsafe_archive")
    yield case("stuurpad.docx", lambda: with_part("C:\\x.xml", "<x/>"), "unsafe_archive")
    yield case("plaat.docx", lambda: with_part("word/media/p.png", picture_of(100_000, 100_000)), READ)
    yield case(
        "plaat.pptx", lambda: rewritten_with(presentation(), "ppt/media/p.png", picture_of(90_000, 90_000)), READ
    )
    yield case("tabellen-diep.docx", lambda: docx(nested_tables(20_000)), "too_deep")
    yield case("breed.docx", lambda: docx(wide_cell(2_000_000_000)), READ, "too_much_memory", "unreadable", "too_deep")
    yield case("breed-veel.docx", lambda: docx(wide_cell(60_000) * 5), READ, "too_slow", "too_much_memory")
    columns = '<table:table-cell table:number-columns-repeated="1000000000"><text:p>x</text:p></table:table-cell>'
    rows = f'<table:table-row table:number-rows-repeated="1000000000">{columns}</table:table-row>'
    rows = f"<table:table>{rows}</table:table>"
    yield case("breed.odt", lambda: wide_odt(rows), READ, "too_much_memory", "unreadable", "too_slow")
    yield case("spaties.odt", lambda: wide_odt('<text:p>a<text:s text:c="2000000000"/>b</text:p>'), READ)
    yield case(
        "lijsten-diep.odt",
        lambda: wide_odt("<text:list><text:list-item>" * 9000 + "</text:list-item></text:list>" * 9000),
        "too_deep",
    )
    span = '<table:table><table:table-row><table:table-cell table:number-columns-spanned="1000000000" table:number-rows-spanned="1000000000"><text:p>x</text:p></table:table-cell></table:table-row></table:table>'  # noqa: E501
    yield case("span.odt", lambda: wide_odt(span), READ, "too_much_memory", "unreadable")


def rewritten_with(data: bytes, name: str, content: bytes) -> bytes:
    """An archive with one more part."""
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        return archive({**{n: made.read(n) for n in made.namelist()}, name: content})


# --- web pages and mail -------------------------------------------------------------------------------------------

_DEEPEST = ("div", "ul><li", "table><tr><td", "blockquote")
PAGE = f"<html><body><h1>Het gilde</h1><p>{SENTENCE * 3}</p>%s</body></html>"


def page_with(body: str, head: str = "") -> str:
    """A web page with a sentence and something else."""
    return head + PAGE.replace("%s", body)


def _webs() -> Iterator[Case]:
    laughs = f'<?xml version="1.0"?><!DOCTYPE html [{LAUGHS}]>'
    slow = (READ, "too_deep", "too_slow", "too_much_memory", "reader_crashed")
    yield case("lachen.html", page_with("<p>&l11;</p>", laughs), READ, "unsafe_xml")
    yield case("lachen.xhtml", page_with("<p>&l11;</p>", laughs), READ, "unsafe_xml", "unreadable")
    yield case("lachen.svg", f"<?xml version='1.0'?><!DOCTYPE svg [{LAUGHS}]><svg><text>&l11;</text></svg>",
               "unsupported_format", "wrong_format")  # fmt: skip
    for tag in ("div", "ul><li", "table><tr><td", "blockquote", "b", "font", "a", "span", "p", "dl><dd", "form", "svg"):
        name = "".join(c for c in tag if c.isalpha())
        depth = 100_000 if tag in _DEEPEST else 10_000
        closing = "</" + "></".join(reversed(tag.split("><"))) + ">"
        yield case(f"diep-{name}.html", page_with(f"<{tag}>" * depth + "x" + closing * depth), *slow)
    yield case("open-diep.html", page_with("<div><i>" * 50_000), *slow)
    yield case("kleiner-dan.html", page_with("<" * 200_000), *slow)
    yield case("half-label.html", page_with("<a " * 200_000), *slow)
    yield case("opmerkingen.html", page_with("<!--" * 200_000), *slow)
    yield case("kenmerken.html", page_with("<p " + " ".join(f"a{n}=1" for n in range(5_000)) + ">x</p>"), *slow)
    yield case("halve-tekens.html", page_with("<p>a&#xD800;b&#xDFFF;c &#0; &#x110000; &#99999999999;</p>"))
    yield case("stijl.html", page_with("<p style='" + "a:b;" * 100_000 + "'>x</p>"), *slow)
    yield case("stijlblad.html", page_with("", "<style>" + "a b c > d + e {color:red} " * 30_000 + "</style>"), *slow)
    yield case("breed.html", page_with("<table><tr><td colspan=1000000000 rowspan=1000000000>a<td>b</table>"), *slow)
    yield case(
        "breed-veel.html", page_with("<table>" + "<tr><td colspan=1000 rowspan=65534>a" * 200 + "</table>"), *slow
    )
    yield case("cellen.html", page_with("<table><tr>" + "<td>x" * 3_000 + "</table>"), *slow)
    yield case("json.html", page_with("", '<script type="application/ld+json">' + "[" * 200_000 + "</script>"), *slow)
    yield case("titel.html", page_with("", f"<title>{'x' * 1_000_000}</title>"), *slow)
    yield case("lange-regel.html", page_with("<p>" + "a" * 100_000 + "</p>"), *slow)
    yield case("tekens.html", page_with("<p>" + "&amp;" * 30_000 + "</p>"), *slow)
    yield case("nesten-10000.eml", nested_mail(10_000), READ, "too_deep", "unreadable")
    yield case("brief-in-brief.eml", letters_in_letters(3_000), READ, "too_deep", "unreadable", "too_slow")
    yield case("delen.eml", flat_mail(10_000), READ, "too_slow", "too_deep")
    yield case("kop.eml", f"From: a@gilde.example\nSubject: {'x' * 1_000_000}\nMIME-Version: 1.0\n\n{SENTENCE}")
    yield case("koppen.eml", "From: a@gilde.example\nMIME-Version: 1.0\n" + "X-A: b\n" * 10_000 + f"\n{SENTENCE}")
    for charset in ("zip", "rot13", "idna", "unicode_escape", "undefined", "onzin", "utf-7", "mbcs", "punycode"):
        yield case(f"tekenset-{charset}.eml", mail(f"text/plain; charset={charset}", SENTENCE), READ, "unreadable")
    yield case("halve-tekens.eml", mail("text/plain; charset=utf-16-le", "2Fk=", "base64"), READ, "unreadable", "empty")
    subject = "=?utf-7?q?+2AA-?= =?unicode_escape?q?=5Cud800?="
    yield case("halve-kop.eml", f"From: a@gilde.example\nSubject: {subject}\nMIME-Version: 1.0\n\n{SENTENCE}")
    yield case("zonder-grens.mhtml", "From: <Saved by X>\nSnapshot-Content-Location: https://gilde.example/\n"
               f"MIME-Version: 1.0\nContent-Type: multipart/related; type=\"text/html\"\n\n{PAGE}",
               READ, "unreadable", "empty")  # fmt: skip


def mail(kind: str, body: str, encoding: str = "8bit") -> str:
    """A mail of one part."""
    head = f"From: a@gilde.example\nTo: b@gilde.example\nSubject: Het gilde\nMIME-Version: 1.0\nContent-Type: {kind}\n"
    return f"{head}Content-Transfer-Encoding: {encoding}\n\n{body}\n"


def nested_mail(depth: int) -> str:
    """A mail of parts within parts."""
    head = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return f"From: a@gilde.example\nSubject: Diep\nMIME-Version: 1.0\n{head}Content-Type: text/plain\n\n{SENTENCE}\n"


def letters_in_letters(depth: int) -> str:
    """A mail in a mail in a mail."""
    head = "From: a@gilde.example\nSubject: Brief\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n"
    return head * depth + f"From: a@gilde.example\nSubject: Kern\n\n{SENTENCE}\n"


def flat_mail(parts: int) -> str:
    """A mail of many parts beside each other."""
    body = "".join(f"--grens\nContent-Type: text/plain\n\nDeel {n} van de brief.\n" for n in range(parts))
    return mail("multipart/mixed; boundary=grens", f"{body}--grens--")


# --- text ---------------------------------------------------------------------------------------------------------


def front(lines_of: str) -> str:
    """A Markdown file with these lines between its marks."""
    return f"---\n{lines_of}\n---\n\n# Het gilde\n\n{SENTENCE}\n"


def _texts() -> Iterator[Case]:
    slow = (READ, "too_deep", "too_slow", "too_much_memory", "reader_crashed")
    yield case("stapeltekens.txt", "e" + "\u0301\u0323" * 100_000, "too_slow", READ)
    yield case("stapeltekens.md", f"# Kop\n\n{SENTENCE}e" + "\u0316\u0301" * 2_000, "too_slow", READ)
    yield case("lange-regel.txt", "a" * 1_000_000, *slow)
    yield case("lange-regel.md", "# Kop\n\n" + "a" * 100_000, *slow)
    yield case("spaties.txt", "a" + " " * 1_000_000 + "b", *slow)
    yield case("punten.txt", "Inhoud " + ". " * 5_000 + "3", *slow)
    yield case("afbreekstreepjes.txt", "woord-\n" * 800, *slow)
    yield case("regels.txt", "a\n" * 5_000, *slow)
    yield case("bladen.txt", "a\f" * 2_000, *slow)
    yield case("cijfers.txt", "1." * 10_000, *slow)
    yield case("apen.txt", "a@" * 10_000, *slow)
    yield case("rekeningen.txt", "NL00 " * 5_000, *slow)
    yield case("bevelen.txt", "negeer alle vorige " * 2_000, *slow)
    yield case("haakjes.txt", "(" * 500_000, *slow)
    yield case("halve-tekens.txt", b"De leerling \xed\xa0\x80 oefent \xed\xbf\xbf hier.", READ, "unreadable")
    yield case("halve-tekens-16.txt", b"\xff\xfeD\0e\0 \0\0\xd8 \0x\0", READ, "unreadable")
    yield case("links-rechts.txt", "\u202e" + SENTENCE + "\u2066\u2067\u202d", READ)
    yield case("stuurtekens.txt", SENTENCE + "".join(map(chr, [*range(1, 9), 11, *range(14, 32), *range(127, 160)])),
               READ, "unreadable")  # fmt: skip
    for name, piece in {
        "lijsten": "- ", "citaten": ">", "haken": "[", "sterren": "*a ", "open-links": "[a](", "platen": "![a](",
        "streepjes": "`a ``b ", "strepen": "|", "hekjes": "# ", "dicht": "]", "sterker": "**a_b ", "haak-aan": "<a",
        "tekens": "&amp", "schuin": "\\[", "nummers": "1. ", "verwijzing": "[a][b]", "regels": "a  \n",
    }.items():  # fmt: skip
        times = 100_000 if name in {"lijsten", "citaten", "nummers"} else 3_000
        yield case(f"{name}.md", f"# Kop\n\n{SENTENCE}\n\n{piece * times}x", *slow)
    indented = "\n".join("  " * n + "- x" for n in range(1_500))
    yield case("inspringen.md", f"# Kop\n\n{indented}", *slow)
    yield case("verwijzingen.md", "# Kop\n\n[a]\n\n" + "".join(f"[x{n}]: y\n" for n in range(8_000)), *slow)
    row = "|" + "a|" * 3000 + "\n"
    yield case("tabel.md", f"# Kop\n\n{SENTENCE}\n\n{row}|{'-|' * 3000}\n" + "|x\n" * 3000, *slow)
    yaml = ("front_matter", "too_much_memory", "too_slow", "too_deep", "reader_crashed")
    laughs = "a0: &a0 [ha]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    yield case("lachen.md", front(f"{laughs}titel: *a11"), *yaml)
    yield case("lachen-bron.md", front(f"titel: x\nsoort: overig\n{laughs}bronnen: *a11"), *yaml)
    yield case("zichzelf.md", front("titel: x\nsoort: overig\nbronnen: &b [*b]"), *yaml)
    yield case("zichzelf-titel.md", front("titel: &t {a: *t}\nsoort: overig\nbronnen: [x]"), *yaml)
    yield case("opdracht.md", front("titel: !!python/object/apply:os.system [ls]\nsoort: overig\nbronnen: [x]"), *yaml)
    yield case("diepe-yaml.md", front("titel: " + "[" * 100_000), *yaml)
    yield case("diepe-yaml-blok.md", front("\n".join(" " * n + "a:" for n in range(2_000))), *yaml)
    yield case("groot-getal.md", front(f"versie: {'9' * 100_000}\ntitel: x\nsoort: overig\nbronnen: [x]"), *yaml)
    yield case("groot-hexgetal.md", front(f"versie: 0x{'f' * 100_000}\ntitel: x\nsoort: overig\nbronnen: [x]"), *yaml)
    yield case("zestigtallig.md", front(f"versie: 1{':59' * 3_000}\ntitel: x\nsoort: overig\nbronnen: [x]"), *yaml)
    yield case("samenvoegen.md", front(_merges()), *yaml)
    yield case("sleutels.md", front("".join(f"x{n}: 1\n" for n in range(2_000))), *yaml)
    yield case("halve-titel.md", front('titel: "x\\ud800"\nsoort: overig\nbronnen: [x]'), READ, "front_matter")
    yield case("nul-titel.md", front('titel: "x\\0y\\x07"\nsoort: overig\nbronnen: [x]'), READ, "front_matter")
    yield case("geen-einde.md", "---\n" + "a: b\n" * 5_000, READ, "front_matter", "too_slow", "empty")


def _merges() -> str:
    rows = ["m0: &m0 {a: 1}"] + [f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}]}}" for n in range(1, 10)]
    return "\n".join([*rows, "<<: *m9", "titel: x", "soort: overig", "bronnen: [x]"])


# --- what is not what it says, and what is broken -------------------------------------------------------------------


def sound() -> dict[str, bytes]:
    """A good file of each format, by its suffix."""
    html = page_with("")
    saved = (
        "From: <Saved by X>\nSnapshot-Content-Location: https://gilde.example/\nSubject: Het gilde\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; type="text/html"; boundary="grens"\n\n--grens\nContent-Type: text/html\n'
        f"Content-Location: https://gilde.example/\n\n{html}\n--grens--\n"
    )
    return {
        "pdf": one_page(), "docx": docx(p(SENTENCE) + table(("een", "twee"), ("drie", "vier"))), "pptx": presentation(),
        "odt": odt(f"<text:p>{SENTENCE}</text:p>"), "html": html.encode(), "mhtml": saved.encode(),
        "eml": mail("text/plain; charset=utf-8", SENTENCE).encode(), "md": front("titel: Gilde\nsoort: overig\n"
        "bronnen: [x]").encode(), "txt": SENTENCE.encode(),
    }  # fmt: skip


def _broken() -> Iterator[Case]:
    chance = random.Random(20_312)
    good = sound()
    anything = (READ, "unreadable", "wrong_format", "empty", "unsupported_format", "front_matter", "polyglot",
                "unsafe_archive", "unsafe_xml", "unpacks_too_large", "too_deep", "encrypted")  # fmt: skip
    for suffix, data in good.items():
        for share in (3, 35, 70, 99):
            yield case(f"half-{share}.{suffix}", data[: len(data) * share // 100], *anything)
        yield case(f"leeg.{suffix}", b"", "empty")
        yield case(f"nullen.{suffix}", bytes(3000), "empty")
        yield case(f"toeval.{suffix}", b"\x07" + chance.randbytes(5000), *anything[1:])
        flipped = bytearray(data)
        for _ in range(20):
            flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        yield case(f"bits.{suffix}", bytes(flipped), *anything)
    for suffix in ("pdf", "docx", "pptx", "odt"):
        for other in ("html", "md", "txt", "eml"):
            yield case(f"{suffix}-als-{other}.{other}", good[suffix], READ, "wrong_format")
        yield case(f"html-als-{suffix}.{suffix}", good["html"], READ, "wrong_format")
    script = b"<html><script>alert(1)</script></html>"
    yield case("pdf-en-zip.pdf", good["pdf"] + good["docx"], "polyglot")
    yield case("html-en-pdf.pdf", b"<!--" + script + b"\n" + good["pdf"], "polyglot", "wrong_format")
    yield case("pdf-en-html.pdf", good["pdf"] + script, "polyglot")
    yield case("plaatje-en-zip.docx", b"GIF89a" + bytes(50) + good["docx"], "polyglot", "wrong_format")
    yield case("programma.docx", b"MZ\x90\0" + bytes(100) + good["docx"], "polyglot", "wrong_format")
    yield case("programma.txt", b"\x7fELF" + bytes(100), "wrong_format")
    yield case("script.md", b"#!/bin/sh\nrm -rf /\n", "wrong_format")


def cases() -> list[Case]:
    """Every case."""
    return [*_pdfs(), *_offices(), *_webs(), *_texts(), *_broken()]
