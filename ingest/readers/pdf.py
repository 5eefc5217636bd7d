"""PDF to blocks in reading order, each letter with its place on the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingest.limits import Limits
from ingest.pdf.document import CannotOpen, Content, opened, read_content
from ingest.pdf.info import date_of, title_of
from ingest.readers import Notice, Reading
from kb.errors import DocumentError, LimitExceeded, UnreadableDocument, UnsafeDocument


def read(data: bytes, path: Path, limits: Limits) -> Reading:
    """Headings, paragraphs, list items and table rows of a PDF, and what could not be read of it."""
    import pypdfium2.raw as pdfium

    try:
        with opened(data) as document:
            count = pdfium.FPDF_GetPageCount(document)
            _refuse_too_many(count, path, limits)
            content = read_content(document, count, limits)
            title, date = title_of(document), date_of(document)
    except CannotOpen as error:
        raise _not_opened(path, error) from None
    except (DocumentError, MemoryError):
        raise
    except Exception as error:
        raise _damaged(path) from error
    if count == 0 or len(content.broken) == count:
        raise _damaged(path)
    return Reading(
        content.blocks,
        notices=_notices(content, limits),
        page_count=count,
        pages_without_text=tuple(content.without_text),
        title=title,
        date=date,
    )


def _refuse_too_many(count: int, path: Path, limits: Limits) -> None:
    if count > limits.pages:
        raise LimitExceeded(
            path,
            "too_many_pages",
            f"{path.name}: het bestand heeft {count} pagina's; er worden er hoogstens {limits.pages} gelezen. "
            "Splits het bestand in delen.",
            f"{path.name}: the file has {count} pages; at most {limits.pages} are read. Split the file into parts.",
        )


def _not_opened(path: Path, error: CannotOpen) -> DocumentError:
    if error.encrypted:
        return UnsafeDocument(
            path,
            "encrypted",
            f"{path.name}: het bestand is met een wachtwoord beveiligd. Sla het op zonder wachtwoord en probeer het "
            "opnieuw.",
            f"{path.name}: the file is protected by a password. Save it without a password and try again.",
        )
    return _damaged(path)


def _damaged(path: Path) -> UnreadableDocument:
    return UnreadableDocument(
        path,
        f"{path.name}: het bestand is beschadigd of is geen PDF, en kan niet worden geopend.",
        f"{path.name}: the file is damaged or is not a PDF, and cannot be opened.",
    )


def _notices(content: Content, limits: Limits) -> list[Notice]:
    notices = []
    if content.without_text:
        nl, en = page_ranges(content.without_text)
        more_nl = "; laat ze herkennen door OCR aan te zetten (ROUTEWIJZER_OCR=true)"
        more_en = "; have them recognised by turning on OCR (ROUTEWIJZER_OCR=true)"
        if limits.ocr:
            more_nl = "" if content.ocr_missing else "; herkennen (OCR) gaf geen tekst of duurde te lang"
            more_en = "" if content.ocr_missing else "; recognition (OCR) gave no text or took too long"
        notices.append(Notice("no_text_layer", f"geen tekstlaag, {nl}{more_nl}", f"no text layer, {en}{more_en}"))
    if content.ocr_missing:
        notices.append(
            Notice(
                "ocr_missing",
                "tekst herkennen (OCR) kan niet: installeer Tesseract met Nederlands "
                "(tesseract-ocr en tesseract-ocr-nld)",
                "recognising text (OCR) is not possible: install Tesseract with Dutch "
                "(tesseract-ocr and tesseract-ocr-nld)",
            )
        )
    if content.recognised:
        nl, en = page_ranges(content.recognised)
        verb_nl, verb_en = ("is", "was") if len(content.recognised) == 1 else ("zijn", "were")
        notices.append(
            Notice(
                "ocr",
                f"{nl} {verb_nl} herkend (OCR); controleer citaten",
                f"{en} {verb_en} recognised (OCR); check quotations",
            )
        )
    if content.lost:
        nl, en = page_ranges(content.lost)
        notices.append(
            Notice("lost_letters", f"letters die het bestand niet noemt zijn weggelaten, {nl}",
                   f"letters that the file does not name are left out, {en}")
        )  # fmt: skip
    if content.broken:
        nl, en = page_ranges(content.broken)
        notices.append(Notice("broken_pages", f"beschadigd en niet gelezen, {nl}", f"damaged and not read, {en}"))
    return notices


def page_ranges(numbers: Sequence[int]) -> tuple[str, str]:
    """Page numbers in words, in Dutch and English: "pagina 3", "pagina's 3-7, 9"."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
    one = len(set(numbers)) == 1
    return f"{'pagina' if one else 'pagina’s'} {shown}".replace("’", "'"), f"{'page' if one else 'pages'} {shown}"
