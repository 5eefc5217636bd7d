"""What a reader narrows a question to: the choices as HTML, of values that documents have, and what came back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from html import escape

from kb.retrieval import passes
from kb.types import DocumentKind, Filters, Metadata, Mode
from kb.vocabulary import Vocabulary
from ui.texts import Texts

FACETS = ("kind", "sector", "institution", "level")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """In which documents to look, and who is to write the answer."""

    filters: Filters = field(default_factory=Filters)
    mode: Mode = "auto"


def read(sent: str | None) -> Wish:
    """What the page sent along with a question; what is no choice narrows nothing."""
    try:
        values = json.loads(sent or "{}")
        chosen = filters_of({facet: values.get(facet) for facet in FACETS})
        return Wish(chosen, "extractive" if values.get("mode") == "extractive" else "auto")
    except (ValueError, AttributeError, RecursionError):
        return Wish()


def filters_of(values: dict[str, object]) -> Filters:
    """One value a facet, or none. Raises `ValueError` for a kind of document that does not exist."""
    plain = {facet: (str(value)[:_LONGEST],) if value else () for facet, value in values.items()}
    kind = tuple(map(DocumentKind, plain.get("kind", ())))
    return Filters(kind, plain.get("sector", ()), plain.get("institution", ()), plain.get("level", ()))


def shell(with_model: bool, t: Texts) -> str:
    """The closed choices below the question; `assets/ask.js` fetches them when they are opened."""
    a = t.asking
    writer = (
        f'<label class="rw-writer">{escape(a.writer)} <select id="rw-mode"><option value="">{escape(a.writer_auto)}'
        f'</option><option value="extractive">{escape(a.writer_extractive)}</option></select></label>'
        if with_model
        else ""
    )
    return (
        f'<div class="rw-narrow" lang="{t.language}"><details><summary>{escape(a.narrow)}</summary>'
        f'<div class="rw-narrow-choices" role="group" aria-label="{escape(a.narrow)}"></div></details>{writer}</div>'
    )


def choices(documents: Iterable[Metadata], chosen: Filters, vocabulary: Vocabulary, t: Texts) -> str:
    """A list to choose from for each facet, with how many documents each value leaves beside the other choices."""
    rows = list(documents)
    fields = "".join(_field(facet, rows, chosen, vocabulary, t) for facet in FACETS)
    count = sum(passes(row, chosen) for row in rows)
    a = t.asking
    clear = f'<button type="button" class="rw-quiet" data-narrow-clear>{escape(a.narrow_clear)}</button>'
    fits = a.fits_one if count == 1 else a.fits_more.format(count=t.number(count))
    line = f'<p class="rw-narrow-line"><span role="status">{escape(fits)}</span> {clear}</p>'
    return f'<div class="rw-narrow-fields">{fields}</div>{line if chosen != Filters() else ""}'


def _field(facet: str, rows: list[Metadata], chosen: Filters, vocabulary: Vocabulary, t: Texts) -> str:
    others = replace(chosen, **{facet: ()})
    counts = Counter(value for row in rows if passes(row, others) for value in _values(row, facet))
    mine = [str(value) for value in getattr(chosen, facet)]
    counts.update(dict.fromkeys(mine, 0))
    labels = {value: _label(facet, value, vocabulary, t) for value in counts}
    options = "".join(
        f'<option value="{escape(value)}"{" selected" if value in mine else ""}>'
        f"{escape(labels[value])} ({counts[value]})</option>"
        for value in sorted(counts, key=lambda v: labels[v].casefold())
    )
    return (
        f'<label>{escape(t.asking.narrow_facets[facet])}<select data-facet="{facet}" id="rw-narrow-{facet}">'
        f'<option value="">{escape(t.asking.any)}</option>{options}</select></label>'
    )


def _label(facet: str, value: str, vocabulary: Vocabulary, t: Texts) -> str:
    if facet == "kind":
        return t.kinds[DocumentKind(value)]
    return vocabulary.shown({"institution": "hogescholen", "level": "niveau"}.get(facet, facet), value, t.language)


def _values(row: Metadata, facet: str) -> Iterator[str]:
    if facet == "kind":
        yield row.kind.value
    else:
        yield from {"sector": row.sector, "institution": row.institutions, "level": row.levels}[facet]
