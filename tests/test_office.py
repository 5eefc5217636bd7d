"""Word, PowerPoint and OpenDocument: what a person who opens the file sees, in reading order."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from conftest import SHARED
from office_files import WORD, archive, docx, docx_parts, listed, numbering, odt, p, pptx, table, text_box

from ingest.limits import Limits
from ingest.readers import Reading, read
from kb.errors import EmptyDocument, LimitExceeded, UnreadableDocument

REAL_WORD = SHARED / "realdocs" / "docx"
REAL_SLIDES = SHARED / "realdocs" / "pptx"


def word(body: str, **others: str) -> Reading:
    return read(docx(body, **others), Path("verslag.docx"))


def shown(reading: Reading) -> list[str]:
    """The visible blocks in short: `# kop`, `tekst`, `- punt`, `3. punt`, `a | b`."""
    out = []
    for block in reading.blocks:
        text = " ".join(block.text.split())
        if block.hidden is not None:
            continue
        if block.kind == "heading":
            number = "" if block.ordinal is None else f"({block.ordinal}) "
            out.append(f"{'#' * block.level} {number}{text}")
        elif block.kind == "item":
            out.append(f"{'-' if block.ordinal is None else f'{block.ordinal}.'} {text}")
        else:
            out.append(text)
    return out


def codes(reading: Reading) -> list[str]:
    return [notice.code for notice in reading.notices]


# Word


def test_headings_by_style_outline_and_base() -> None:
    """A heading is known by the name of its style, its outline level, or the style that it is based on."""
    body = (
        p("Plan", style="Kop1")
        + p("Doel", style="Kop2")
        + p("Aanpak", style="MijnKop")
        + p("Stappen", style="Hoofdstuk")
        + p("Los", properties='<w:outlineLvl w:val="1"/>')
        + p("Wij beginnen in de herfst.")
    )
    assert shown(word(body)) == [
        "# Plan", "## Doel", "## Aanpak", "### Stappen", "## Los", "Wij beginnen in de herfst."
    ]  # fmt: skip


def test_a_short_bold_line_over_text_is_a_heading() -> None:
    """But not where it stands among others like it, ends as a sentence, or has nothing under it."""
    long = "In de werkplaats leren de deelnemers hoe zij hout bewerken en wat daarbij komt kijken."
    bold = "<w:b/>"
    body = p("Werkplaats", run=bold) + p(long) + p("Let op.", run=bold) + p(long) + p("Een", run=bold)
    body += p("Twee", run=bold) + p(long) + p("Slot", run=bold)
    assert shown(word(body)) == ["# Werkplaats", long, "Let op.", long, "Een", "Twee", long, "Slot"]


def test_larger_type_makes_headings_by_size() -> None:
    """The largest type is the outermost level."""
    long = "De commissie heeft drie keer vergaderd en brengt hierbij verslag uit aan het bestuur."
    body = p(long) + p("Groot", run='<w:sz w:val="40"/>') + p(long) + p("Middel", run='<w:sz w:val="30"/>') + p(long)
    assert shown(word(body)) == [long, "# Groot", long, "## Middel", long]


def test_numbers_of_lists_are_those_that_word_prints() -> None:
    """Start, restart and levels count as in Word; lists on one abstract list go on with one another."""
    restart = '<w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    lists = numbering(
        {1: [("decimal", "%1.", 4), ("lowerLetter", "%2)", 1)], 2: [("bullet", "", 1)]},
        {1: 1, 2: 1, 3: restart, 4: 2},
    )
    body = (
        listed("vier", 1)
        + listed("onder a", 1, 1)
        + listed("onder b", 1, 1)
        + listed("vijf", 1)
        + listed("weer a", 1, 1)
        + p("tussendoor staat een zin.")
        + listed("zes", 2)
        + listed("een", 3)
        + listed("stip", 4)
        + p("zeven niet, twee wel", style="Lijstnummer")
        + p("geen lijst", style="Lijstnummer", properties='<w:numPr><w:numId w:val="0"/></w:numPr>')
    )
    assert shown(word(body, numbering=lists)) == [
        "4. vier", "- a) onder a", "- b) onder b", "5. vijf", "- a) weer a", "tussendoor staat een zin.", "6. zes",
        "1. een", "- stip", "2. zeven niet, twee wel", "geen lijst",
    ]  # fmt: skip


def test_compound_numbers_stand_in_the_text() -> None:
    """A clause 1.2 or an article is quoted with the number that is printed before it."""
    lists = numbering(
        {1: [("decimal", "%1", 1), ("decimal", "%1.%2", 1)], 2: [("decimal", "Artikel %1", 7)]}, {1: 1, 2: 2}
    )
    number = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr>'
    body = (
        p("Begrippen", style="Kop1", properties=number.format(0))
        + listed("De school is een bevoegd gezag.", 1, 1)
        + p("Duur", style="Kop2", properties=number.format(1))
        + listed("Deze regeling geldt een jaar.", 2)
    )
    assert shown(word(body, numbering=lists)) == [
        "# (1) Begrippen", "1.1 De school is een bevoegd gezag.", "## 1.2 Duur",
        "Artikel 7 Deze regeling geldt een jaar.",
    ]  # fmt: skip


def test_bullets_typed_by_hand_are_items() -> None:
    """A paragraph that begins with a bullet, a dash or a number is an item."""
    body = p("•\teerst zagen") + p("- dan schuren") + p("3. dan lakken") + p("3.50 euro per plank")
    assert shown(word(body)) == ["- eerst zagen", "- dan schuren", "3. dan lakken", "3.50 euro per plank"]


def test_a_table_keeps_its_columns() -> None:
    """Empty and merged cells stay in place, so that all rows have as many; the text of a merged cell comes once."""
    rows = table(
        (("", p("Cursus", run="<w:b/>")), ("", p("Dag", run="<w:b/>")), ("", p("Lokaal", run="<w:b/>"))),
        (('<w:vMerge w:val="restart"/>', "Hout"), "maandag", "12"),
        (("<w:vMerge/>", ""), "dinsdag", ""),
        (('<w:gridSpan w:val="2"/>', "Metaal, hele week"), "14"),
    )
    assert shown(word(rows)) == [
        "Cursus | Dag | Lokaal", "Hout | maandag | 12", "| dinsdag |", "Metaal, hele week | | 14"
    ]  # fmt: skip


def test_lists_and_tables_within_a_cell_stay_in_it() -> None:
    """What stands in one cell is one cell of the row."""
    inner = table(("klein", "kleiner"), ("x", "y"))
    lists = numbering({2: [("bullet", "", 1)]}, {4: 2})
    rows = table(
        ("Onderdeel", "Toelichting"),
        ("Zagen", listed("recht", 4) + listed("schuin", 4)),
        ("Schaven en schuren in de werkplaats op de begane grond", inner + p()),
        ("Lakken en beitsen in de spuitcabine naast de werkplaats", "twee lagen"),
    )
    assert shown(word(rows, numbering=lists)) == [
        "Onderdeel | Toelichting",
        "Zagen | - recht - schuin",
        "Schaven en schuren in de werkplaats op de begane grond | klein kleiner x y",
        "Lakken en beitsen in de spuitcabine naast de werkplaats | twee lagen",
    ]


def test_a_table_that_only_places_text_reads_as_paragraphs() -> None:
    """One cell, one row, labels with what is filled in, and blocks with a bold label over their text."""
    one = table((("", p("Eerste alinea.") + p("Tweede alinea.")),))
    form = table(("Datum:", "3 maart"), ("Plaats:", "Zwolle"))
    heads = table(
        (("", p("aanwezig", run="<w:b/>") + p("Noor en Sam")), ("", p("afwezig", run="<w:b/>") + p("Kim"))),
        (("", p("notulist", run="<w:b/>") + p("Bo")), ("", p())),
    )
    body = one + p("Tussen.") + form + p("Tussen.") + heads
    assert shown(word(body)) == [
        "Eerste alinea.", "Tweede alinea.", "Tussen.", "Datum: 3 maart", "Plaats: Zwolle", "Tussen.",
        "aanwezig Noor en Sam", "afwezig Kim", "notulist Bo",
    ]  # fmt: skip


def test_a_label_over_a_merged_answer_reads_as_paragraphs() -> None:
    """A form with a number, a question and an answer over the whole width is no table."""
    form = table(("1.2", "Wat is het doel?"), (('<w:gridSpan w:val="2"/>', "Leren lassen."),))
    assert shown(word(form)) == ["1.2 Wat is het doel?", "Leren lassen."]


def test_a_text_box_is_read_once() -> None:
    """Word writes it twice, for new and old programs."""
    box = "<w:txbxContent>" + p("In het kader.") + "</w:txbxContent>"
    both = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><a:graphic><a:graphicData>'
        f"<wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    assert shown(word(p("Naast het kader.", raw=both))) == ["Naast het kader.", "In het kader."]


def test_content_controls_links_and_smart_tags_are_text() -> None:
    """What wraps a run or a paragraph does not hide it."""
    run = "<w:r><w:t>{}</w:t></w:r>"
    inline = (
        f"<w:sdt><w:sdtContent>{run.format('een ')}</w:sdtContent></w:sdt>"
        f"<w:hyperlink>{run.format('twee ')}</w:hyperlink><w:smartTag>{run.format('drie')}</w:smartTag>"
    )
    block = f"<w:sdt><w:sdtContent>{p('In een veld.')}</w:sdtContent></w:sdt>"
    assert shown(word(p(raw=inline) + block)) == ["een twee drie", "In een veld."]


def test_tracked_changes_are_read_as_accepted() -> None:
    """Insertions are in, deletions out, in words, whole paragraphs, moves and rows; and a notice says so."""
    run = "<w:r><w:t>{}</w:t></w:r>"
    changes = (
        f"<w:del>{run.format('oud').replace('w:t>', 'w:delText>')}</w:del><w:ins>{run.format('nieuw')}</w:ins>"
        f"<w:moveFrom>{run.format('weg')}</w:moveFrom>"
    )
    gone = "<w:tr><w:trPr><w:del/></w:trPr><w:tc>" + p("geschrapt") + "</w:tc></w:tr>"
    merged = p("Eerste helft", properties="<w:rPr><w:del/></w:rPr>") + p(" en tweede helft.")
    rows = table(("Naam", "Rol"), ("Noor", "lid")).replace("</w:tbl>", gone + "</w:tbl>")
    reading = word(p("Het ", raw=changes) + merged + rows)
    assert shown(reading) == ["Het nieuw", "Eerste helft en tweede helft.", "Naam | Rol", "Noor | lid"]
    assert codes(reading) == ["tracked_changes"]


def test_comments_are_counted_and_left_out() -> None:
    """A notice says how many there are."""
    xml = '<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    xml += "".join(f'<w:comment w:id="{i}">{p("Klopt dit?")}</w:comment>' for i in range(2)) + "</w:comments>"
    reading = word(p("De tekst.", raw='<w:r><w:commentReference w:id="0"/></w:r>'), comments=xml)
    assert shown(reading) == ["De tekst."]
    assert codes(reading) == ["comments"] and "2 opmerkingen" in reading.notices[0].nl


def test_fields_show_their_result() -> None:
    """Instructions are left out, also where one field stands in another, or is never ended."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    instruction = "<w:r><w:instrText>IF </w:instrText></w:r><w:r><w:t>verborgen vraag</w:t></w:r>"
    field = (
        mark.format("begin") + instruction + mark.format("separate") + "<w:r><w:t>12</w:t></w:r>" + mark.format("end")
    )
    loose = mark.format("begin") + "<w:r><w:instrText> TOC </w:instrText></w:r>" + mark.format("separate")
    assert shown(word(p("Zie bladzijde ", raw=field) + p("Verder. ", raw=loose) + p("Einde."))) == [
        "Zie bladzijde 12", "Verder.", "Einde."
    ]  # fmt: skip


def test_a_table_of_contents_is_left_out() -> None:
    """By its style, by its field over many paragraphs, and by its content control."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    begin = mark.format("begin") + '<w:r><w:instrText> TOC \\o "1-3" </w:instrText></w:r>' + mark.format("separate")
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    body = (
        p("Inleiding 3", style="Inhopg1")
        + p(raw=begin + "<w:r><w:t>Doel 4</w:t></w:r>")
        + p("Aanpak 5")
        + p(raw=mark.format("end"))
        + f"<w:sdt>{gallery}<w:sdtContent>{p('Inhoud')}{p('Slot 9')}</w:sdtContent></w:sdt>"
        + p("Hier begint de tekst.")
    )
    assert shown(word(body)) == ["Hier begint de tekst."]


def test_notes_follow_the_paragraph_that_refers_to_them() -> None:
    """Footnotes and endnotes once each; those in a table come after the table."""

    def notes(kind: str, text: str) -> str:
        space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        return f'<w:{kind}s {space}><w:{kind} w:id="2">{p(text)}</w:{kind}></w:{kind}s>'

    refer = '<w:r><w:{}Reference w:id="2"/></w:r>'
    body = (
        p("Zin met noot.", raw=refer.format("footnote") * 2)
        + p("Volgende zin.")
        + table(("Kop", "Naam"), (p("cel", raw=refer.format("endnote")), "Bo"))
    )
    reading = word(body, footnotes=notes("footnote", "Onderaan."), endnotes=notes("endnote", "Achteraan."))
    assert shown(reading) == ["Zin met noot.", "Onderaan.", "Volgende zin.", "Kop | Naam", "cel | Bo", "Achteraan."]


def test_special_signs() -> None:
    """Tabs, breaks, hyphens, symbols, powers and formulas read as they look."""
    raised = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>{}</w:t></w:r>'
    raw = (
        "<w:r><w:tab/><w:t>e</w:t><w:noBreakHyphen/><w:t>mail</w:t><w:br/><w:t>af</w:t><w:softHyphen/><w:t>stand</w:t>"
        '<w:sym w:font="Wingdings" w:char="F0FC"/><w:t> 10</w:t></w:r>' + raised.format("25")
        + "<w:r><w:t> 1</w:t></w:r>" + raised.format("e")
        + "<m:oMath><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup>"
        "</m:sSup><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>"
    )  # fmt: skip
    assert shown(word(p("Het", raw=raw))) == ["Het e-mail afstand✓ 10²⁵ 1ex²1/2"]


def test_an_empty_line_within_a_paragraph_parts_it() -> None:
    """Two line breaks in a row are an empty line on the page; one is not."""
    line = "<w:r><w:br/></w:r>"
    text = "<w:r><w:t>{}</w:t></w:r>"
    raw = text.format("eerste regel") + line + text.format("loopt door") + line * 2 + text.format("nieuwe alinea")
    assert shown(word(p(raw=raw))) == ["eerste regel loopt door", "nieuwe alinea"]


@pytest.mark.parametrize(
    ("look", "reason"),
    [
        ("<w:vanish/>", "hidden"),
        ('<w:rStyle w:val="Weg"/>', "hidden"),
        ('<w:color w:val="FFFFFF"/>', "white"),
        ('<w:sz w:val="2"/>', "tiny"),
    ],
)
def test_text_that_nobody_sees_is_kept_apart(look: str, reason: str) -> None:
    """It comes as a block of its own that says why."""
    reading = word(p("Wat er staat.", raw=f"<w:r><w:rPr>{look}</w:rPr><w:t>Wat er niet staat.</w:t></w:r>"))
    assert [(block.text, block.hidden) for block in reading.blocks] == [
        ("Wat er staat.", None), ("Wat er niet staat.", reason)
    ]  # fmt: skip


def test_white_letters_on_colour_are_seen() -> None:
    """In a shaded cell, a shaded paragraph, or a text box."""
    white = '<w:color w:val="FFFFFF"/>'
    shade = '<w:shd w:val="clear" w:fill="003366"/>'
    rows = table(((shade, p("Kop", run=white)), (shade, p("Rol", run=white))), ("Noor", "lid"))
    reading = word(rows + p("Balk", run=white, properties=shade) + p("Streep", run=white + shade))
    assert shown(reading) == ["Kop | Rol", "Noor | lid", "Balk", "Streep"]


def test_pages_follow_the_marks_of_word() -> None:
    """A break that is asked for and the mark of Word after it are one; without marks, or too few, nothing is said."""
    mark = "<w:r><w:lastRenderedPageBreak/><w:t>{}</w:t></w:r>"
    body = p("een", raw='<w:r><w:br w:type="page"/></w:r>') + p(raw=mark.format("twee")) + p(raw=mark.format("drie"))
    reading = word(body)
    assert [(block.text, block.page) for block in reading.blocks] == [("een", 1), ("twee", 2), ("drie", 3)]
    assert reading.page_count == 3
    said = '<Properties xmlns="urn:x"><Pages>{}</Pages></Properties>'
    assert word(body, app=said.format(3)).page_count == 3
    other = word(body, app=said.format(5))
    assert other.page_count is None and {block.page for block in other.blocks} == {None}
    assert word(p("een", raw='<w:r><w:br w:type="page"/></w:r>') + p("twee")).page_count is None


def test_title_and_date_come_from_the_properties() -> None:
    """Unless the title is the one that the program fills in."""

    def core(title: str) -> str:
        return (
            '<c:p xmlns:c="urn:c" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="urn:t">'
            f"<dc:title>{title}</dc:title><t:created>2024-01-02T08:00:00Z</t:created>"
            "<t:modified>2024-03-06T08:00:00Z</t:modified></c:p>"
        )

    made = {title: read(archive({**docx_parts(p("x")), "docProps/core.xml": core(title)}), Path("a.docx"))
            for title in ("Jaarplan werkplaats", "Word Document", "PowerPoint-presentatie")}  # fmt: skip
    assert [(reading.title, reading.date) for reading in made.values()] == [
        ("Jaarplan werkplaats", "2024-03-06"), (None, "2024-03-06"), (None, "2024-03-06")
    ]  # fmt: skip


def test_a_file_without_text_is_refused() -> None:
    """Also where all its text is hidden."""
    for body in (p(), p("weg", run="<w:vanish/>")):
        with pytest.raises(EmptyDocument):
            word(body)
    with pytest.raises(UnreadableDocument):
        read(archive({**docx_parts(p("x")), "word/document.xml": "<anders/>"}), Path("a.docx"))


# PowerPoint


def slides(build) -> Reading:
    return read(pptx(build), Path("les.pptx"))


def test_each_slide_is_a_page_with_its_title_and_items() -> None:
    """The first title stands above the others; bullets come from the layout, notes after the text."""

    def build(deck) -> None:
        first = deck.slides.add_slide(deck.slide_layouts[0])
        first.shapes.title.text = "Houtbewerking"
        first.placeholders[1].text = "Een middag voor beginners"
        second = deck.slides.add_slide(deck.slide_layouts[1])
        second.shapes.title.text = "Vandaag"
        second.placeholders[1].text_frame.text = "zagen"
        second.placeholders[1].text_frame.add_paragraph().text = "schuren"
        second.notes_slide.notes_text_frame.text = "Deel eerst de brillen uit."

    reading = slides(build)
    assert shown(reading) == [
        "# Houtbewerking", "Een middag voor beginners", "## Vandaag", "- zagen", "- schuren",
        "Deel eerst de brillen uit.",
    ]  # fmt: skip
    assert [block.page for block in reading.blocks] == [1, 1, 2, 2, 2, 2]
    assert reading.page_count == 2


def test_numbers_of_items_on_a_slide_are_printed_ones() -> None:
    """Numbering that starts elsewhere, and levels within it."""
    from lxml import etree

    def build(deck) -> None:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = "Stappen"
        frame = slide.placeholders[1].text_frame
        frame.text = "meten"
        for text, level in (("twee keer", 1), ("zagen", 0)):
            paragraph = frame.add_paragraph()
            paragraph.text, paragraph.level = text, level
        for at, kind in ((0, "arabicPeriod"), (1, "alphaLcParenR"), (2, "arabicPeriod")):
            properties = frame.paragraphs[at]._p.get_or_add_pPr()
            namespace = "http://schemas.openxmlformats.org/drawingml/2006/main"
            etree.SubElement(properties, f"{{{namespace}}}buAutoNum", type=kind, **({"startAt": "4"} if not at else {}))

    assert shown(slides(build)) == ["# Stappen", "4. meten", "- a) twee keer", "5. zagen"]


def test_loose_boxes_are_read_by_their_place() -> None:
    """Columns with a caption each are read one after the other; rows otherwise; the order of making is no matter."""

    def build(deck) -> None:
        slide = deck.slides.add_slide(deck.slide_layouts[6])
        text_box(slide, "mag wel drie dagen duren volgens de regeling", 5, 3)
        text_box(slide, "Kort", 1, 2)
        text_box(slide, "Lang", 5, 2)
        text_box(slide, "mag hooguit een halve dag duren volgens de regeling", 1, 3)
        text_box(slide, "Soorten verlof", 1, 0.3, width=8, size=32)
        text_box(slide, "Dit geldt voor iedereen die hier werkt.", 1, 5, width=8)

    assert shown(slides(build)) == [
        "# Soorten verlof", "Kort", "mag hooguit een halve dag duren volgens de regeling", "Lang",
        "mag wel drie dagen duren volgens de regeling", "Dit geldt voor iedereen die hier werkt.",
    ]  # fmt: skip


def test_boxes_on_one_panel_and_in_one_group_are_read_together() -> None:
    """Also where the rows of two panels line up."""
    from pptx.util import Inches

    def build(deck) -> None:
        slide = deck.slides.add_slide(deck.slide_layouts[6])
        for left, name in ((0.5, "Oost"), (5, "West")):
            slide.shapes.add_shape(1, Inches(left), Inches(2), Inches(4), Inches(4))
            for row in range(3):
                text_box(slide, f"{name} regel {row + 1}", left + 0.2, 2.2 + row)

    assert shown(slides(build)) == [f"{name} regel {row}" for name in ("Oost", "West") for row in (1, 2, 3)]


def test_numbers_in_boxes_of_their_own_number_what_stands_beside_them() -> None:
    """But only as a whole row of numbers, not a figure that stands out."""

    def build(deck) -> None:
        agenda = deck.slides.add_slide(deck.slide_layouts[6])
        for row, text in enumerate(("inloop met koffie", "rondleiding", "vragen")):
            text_box(agenda, str(row + 1), 0.5, 2 + row, width=0.5)
            text_box(agenda, text, 2, 2 + row)
        figure = deck.slides.add_slide(deck.slide_layouts[6])
        text_box(figure, "70", 0.5, 2, width=0.5)
        text_box(figure, "leerlingen deden mee", 2, 2)

    assert shown(slides(build)) == [
        "1. inloop met koffie", "2. rondleiding", "3. vragen", "70", "leerlingen deden mee"
    ]  # fmt: skip


def test_what_every_slide_repeats_is_left_out() -> None:
    """A running line, typed slide numbers and number placeholders; text that changes stays."""

    def build(deck) -> None:
        for number in range(1, 6):
            slide = deck.slides.add_slide(deck.slide_layouts[6])
            text_box(slide, "School voor ambacht", 1, 7)
            text_box(slide, f"{number} / 5", 8, 7, width=1)
            text_box(slide, f"Dit gaat over onderwerp {number}.", 1, 2)

    assert shown(slides(build)) == [f"Dit gaat over onderwerp {number}." for number in range(1, 6)]


def test_boxes_that_repeat_one_another_for_an_animation_are_read_once() -> None:
    """The last stage holds the lines of the earlier ones."""

    def build(deck) -> None:
        slide = deck.slides.add_slide(deck.slide_layouts[6])
        for lines in (3, 2, 1):
            text_box(slide, "\n".join(f"regel {i + 1} van de uitleg." for i in range(lines)), 1, 2)

    assert shown(slides(build)) == [f"regel {i} van de uitleg." for i in (1, 2, 3)]


def test_tables_charts_and_groups_on_slides() -> None:
    """A table gives rows, a chart its names, and a group is read as a whole."""
    from pptx.chart.data import CategoryChartData
    from pptx.util import Inches

    def build(deck) -> None:
        slide = deck.slides.add_slide(deck.slide_layouts[6])
        grid = slide.shapes.add_table(3, 2, Inches(1), Inches(0.5), Inches(5), Inches(1.5)).table
        for row, texts in enumerate((("Cursus", "Plaatsen"), ("Hout", "12"), ("Metaal", ""))):
            for column, text in enumerate(texts):
                grid.cell(row, column).text = text
        data = CategoryChartData()
        data.categories = ["2023", "2024"]
        data.add_series("Deelnemers", (3, 4))
        slide.shapes.add_chart(51, Inches(1), Inches(3), Inches(4), Inches(2), data)
        group = slide.shapes.add_group_shape()
        group.shapes.add_textbox(Inches(1), Inches(6), Inches(3), Inches(0.5)).text_frame.text = "In een groep."

    assert shown(slides(build)) == [
        "Cursus | Plaatsen", "Hout | 12", "Metaal |", "Deelnemers", "2023", "2024", "In een groep."
    ]  # fmt: skip


def test_hidden_slides_and_slides_without_text() -> None:
    """A hidden slide is left out and counted; one with a picture alone is named; what lies beside it is hidden."""
    import io

    from PIL import Image
    from pptx.util import Inches

    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")

    def build(deck) -> None:
        text_box(deck.slides.add_slide(deck.slide_layouts[6]), "Deze dia wordt getoond.", 1, 2)
        away = deck.slides.add_slide(deck.slide_layouts[6])
        text_box(away, "Deze niet.", 1, 2)
        away._element.set("show", "0")
        deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_picture(picture, Inches(1), Inches(1))
        text_box(deck.slides.add_slide(deck.slide_layouts[6]), "Naast de dia.", 20, 2)
        text_box(deck.slides[3], "Op de dia staat dit.", 1, 2)

    reading = slides(build)
    assert shown(reading) == ["Deze dia wordt getoond.", "Op de dia staat dit."]
    assert codes(reading) == ["hidden_slides"]
    assert reading.pages_without_text == (3,) and reading.page_count == 4
    assert [(b.text, b.hidden) for b in reading.blocks if b.hidden] == [("Naast de dia.", "off_page")]


def test_too_many_slides_are_refused() -> None:
    """Before they are read."""
    data = pptx(lambda deck: [deck.slides.add_slide(deck.slide_layouts[6]) for _ in range(4)])
    with pytest.raises(LimitExceeded) as caught:
        read(data, Path("les.pptx"), Limits(pages=3))
    assert caught.value.code == "too_many_pages"
    with pytest.raises(EmptyDocument):
        read(data, Path("les.pptx"))


# OpenDocument


def writer(body: str, **others: str) -> Reading:
    return read(odt(body, **others), Path("brief.odt"))


def test_opendocument_headings_paragraphs_and_lists() -> None:
    """Levels, bullets, numbers with their start, and lists that go on."""
    item = "<text:list-item><text:p>{}</text:p>{}</text:list-item>"
    inner = "<text:list><text:list-item><text:p>binnen</text:p></text:list-item></text:list>"
    body = (
        '<text:h text:outline-level="1">Plan</text:h>'
        "<text:p>Een zin met<text:s/>spaties en een<text:line-break/>regel.</text:p>"
        f'<text:list text:style-name="Stip">{item.format("stip", inner)}</text:list>'
        f'<text:list text:style-name="Cijfer">{item.format("drie", inner)}{item.format("vier", "")}</text:list>'
        "<text:p>Tussendoor.</text:p>"
        f'<text:list text:style-name="Cijfer" text:continue-numbering="true">{item.format("vijf", "")}</text:list>'
        f'<text:list text:style-name="Cijfer">{item.format("weer drie", "")}</text:list>'
    )
    assert shown(writer(body)) == [
        "# Plan", "Een zin met spaties en een regel.", "- stip", "- binnen", "3. drie", "- a) binnen", "4. vier",
        "Tussendoor.", "5. vijf", "3. weer drie",
    ]  # fmt: skip


def test_opendocument_headings_with_numbers() -> None:
    """The outline of the document numbers them."""
    level = '<text:outline-level-style text:level="{0}" style:num-format="1" text:display-levels="{0}"/>'
    styles = f"<text:outline-style>{level.format(1)}{level.format(2)}</text:outline-style>"
    heads = "".join(f'<text:h text:outline-level="{n}">{t}</text:h>' for n, t in ((1, "Doel"), (2, "Nu"), (2, "Later")))
    assert shown(writer(heads + "<text:p>Tekst.</text:p>", styles=styles)) == [
        "# (1) Doel", "## 1.1 Nu", "## 1.2 Later", "Tekst."
    ]  # fmt: skip


def test_opendocument_tables() -> None:
    """Covered and repeated cells keep the columns; numbers beyond reason are bounded."""
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
    covered = "<table:covered-table-cell/>"
    wide = ' table:number-columns-spanned="2"'
    empty = '<table:table-cell table:number-columns-repeated="1048576"/>'
    rows = (
        f"<table:table-header-rows><table:table-row>{cell.format('', 'Dag')}{cell.format('', 'Uur')}"
        f"{cell.format('', 'Zaal')}</table:table-row></table:table-header-rows>"
        f"<table:table-row>{cell.format(wide, 'maandag, hele dag')}{covered}{cell.format('', '3')}"
        f"{empty}</table:table-row>"
        f"<table:table-row>{cell.format('', 'dinsdag')}<table:table-cell/>{cell.format('', '4')}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell/></table:table-row>'
    )
    assert shown(writer(f"<table:table>{rows}</table:table>")) == [
        "Dag | Uur | Zaal", "maandag, hele dag | | 3", "dinsdag | | 4"
    ]  # fmt: skip


def test_opendocument_leaves_out_what_is_not_text() -> None:
    """Deleted text, comments, the table of contents and note marks; notes and boxes come after the paragraph."""
    note = (
        "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Een noot.</text:p>"
        "</text:note-body></text:note>"
    )
    box = "<draw:frame><draw:text-box><text:p>In een kader.</text:p></draw:text-box></draw:frame>"
    comment = "<office:annotation><dc:creator>Bo</dc:creator><text:p>Echt?</text:p></office:annotation>"
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>Geschrapt.</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        "<text:table-of-content><text:index-body><text:p>Doel 3</text:p></text:index-body></text:table-of-content>"
        f"<text:section><text:p>De zin{note} loopt{comment} door.{box}</text:p></text:section>"
    )
    reading = writer(body)
    assert shown(reading) == ["De zin loopt door.", "In een kader.", "Een noot."]
    assert codes(reading) == ["tracked_changes", "comments"]


def test_opendocument_hidden_text() -> None:
    """By its style, its colour, its field or its section."""
    body = (
        '<text:p>Gezien.<text:span text:style-name="Weg">Weg.</text:span>'
        '<text:span text:style-name="Wit">Wit.</text:span></text:p>'
        '<text:section text:display="none"><text:p>Afdeling.</text:p></text:section>'
    )
    assert [(b.text, b.hidden) for b in writer(body).blocks] == [
        ("Gezien.", None), ("Weg.", "hidden"), ("Wit.", "white"), ("Afdeling.", "hidden")
    ]  # fmt: skip


def test_opendocument_pages_and_properties() -> None:
    """Pages where the counted breaks agree with what the file says; title and date from its properties."""
    body = (
        '<text:p>een</text:p><text:p text:style-name="NieuwBlad">twee</text:p>'
        "<text:soft-page-break/><text:p>drie</text:p>"
    )
    meta = (
        "<dc:title>Jaarbrief</dc:title><dc:date>2024-03-06T10:00:00</dc:date>"
        '<meta:document-statistic meta:page-count="{}"/>'
    )
    reading = writer(body, meta=meta.format(3))
    assert [block.page for block in reading.blocks] == [1, 2, 3]
    assert (reading.title, reading.date, reading.page_count) == ("Jaarbrief", "2024-03-06", 3)
    assert writer(body, meta=meta.format(9)).page_count is None


# Documents from outside


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W\d_]+", text))


def _words_of_xml(path: Path) -> Counter[str]:
    """The words of a Word file that stand in its body, counted without the reader."""
    from lxml import etree

    with zipfile.ZipFile(path) as made:
        root = etree.fromstring(made.read("word/document.xml"))
    w = f"{{{WORD}}}"
    left_out = {f"{w}del", f"{w}moveFrom", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
    found: Counter[str] = Counter()
    for paragraph in root.iter(f"{w}p"):
        text = ""
        for piece in paragraph.iter(f"{w}t", f"{w}tab", f"{w}br"):
            above = list(piece.iterancestors())
            gallery = any(control.find(f"{w}sdtPr/{w}docPartObj") is not None for control in above)
            if not gallery and not left_out & {one.tag for one in above}:
                within = next(one for one in above if one.tag == f"{w}p")
                text += (piece.text or " ") if within is paragraph else ""
        found += _words(text)
    return found


@pytest.mark.skipif(not REAL_WORD.is_dir(), reason="the shared documents are not here")
def test_no_word_of_a_real_word_file_is_lost_or_doubled() -> None:
    """Every word of the body comes exactly once."""
    paths = sorted(REAL_WORD.glob("*.docx"))
    assert paths
    for path in paths:
        read_words = sum((_words(block.text) for block in read(path.read_bytes(), path).blocks), Counter[str]())
        assert read_words == _words_of_xml(path), path.name


@pytest.mark.skipif(not REAL_SLIDES.is_dir(), reason="the shared documents are not here")
def test_real_presentations_are_read_whole() -> None:
    """Each slide that shows anything has text or is named as one without."""
    paths = sorted(REAL_SLIDES.glob("*.pptx"))
    assert paths
    for path in paths:
        reading = read(path.read_bytes(), path)
        told = {block.page for block in reading.blocks} | set(reading.pages_without_text)
        assert told == set(range(1, (reading.page_count or 0) + 1)), path.name
