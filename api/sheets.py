"""Tables as files for a spreadsheet, in which no cell is ever run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import NamedTuple

from kb.types import Language

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 32_000
"""Characters of a cell; Excel takes 32,767 and drops a longer one whole."""
_RUN = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula when it opens a CSV file (OWASP, "CSV Injection")."""
_SEPARATORS: dict[Language, str] = {"nl": ";", "en": ","}
"""A Dutch spreadsheet splits at semicolons, as its numbers have the comma."""
_WIDEST, _NARROWEST, _LONGEST_ADDRESS = 60, 10, 2000


class Sheet(NamedTuple):
    """One table: its name, its heads, and its rows."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def as_file(sheets: Sequence[Sheet], form: str, language: Language) -> tuple[bytes, str]:
    """Tables as a file of that form (`csv` or `xlsx`), and its media type. CSV holds one table: the first."""
    return (as_csv(sheets[0], language), CSV) if form == "csv" else (as_xlsx(sheets), XLSX)


def as_csv(sheet: Sheet, language: Language) -> bytes:
    """A table as CSV that a spreadsheet of that language opens as it should (UTF-8 with its mark)."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=_SEPARATORS[language])
    for row in (sheet.heads, *sheet.rows):
        writer.writerow([_harmless(_cut(cell)) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """Tables as an Excel file, a sheet each: heads that stay in view, text that wraps, addresses to click on."""
    import xlsxwriter

    out = io.BytesIO()
    never = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, {"in_memory": True, **never}) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EEF5F3"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for column, text in enumerate(sheet.heads):
                page.write_string(0, column, _cut(text), head)
                page.set_column(column, column, _width([text, *(row[column] for row in sheet.rows)]))
            for number, row in enumerate(sheet.rows, start=1):
                for column, text in enumerate(row):
                    if text.startswith(("https://", "http://")) and len(text) < _LONGEST_ADDRESS and " " not in text:
                        page.write_url(number, column, text, plain, string=text)
                    else:
                        page.write_string(number, column, _cut(text), plain)
            page.freeze_panes(1, 1)
            page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.heads) - 1)
    return out.getvalue()


def _harmless(text: str) -> str:
    """A cell that a spreadsheet takes for text: one that begins as a formula gets an apostrophe before it."""
    runs = text.lstrip().startswith(_RUN) or text.startswith(("\t", "\r", "\n"))
    return f"'{text}" if runs else text


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _width(texts: Sequence[str]) -> int:
    """Characters that a column is wide: as its longest line, within bounds."""
    longest = max((len(line) for text in texts for line in text.splitlines()), default=0)
    return max(_NARROWEST, min(_WIDEST, longest + 2))
