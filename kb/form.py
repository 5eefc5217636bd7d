"""What the form of a unit says for or against it as an answer, whatever is asked: a label, a signpost, a heading."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from kb.answer_types import enumerates
from kb.language import is_stop
from kb.units import Unit

LABEL = 8
"""Words of a caption or a label, at most; it has no word of grammar."""
_SIGNPOST = re.compile(
    r"^(?:hieronder|hierna|in (?:dit|deze) (?:hoofdstuk|document|deel|paragraaf|pagina|tekst|artikel)|"
    r"(?:dit|deze) (?:hoofdstuk|document|deel|paragraaf|pagina|tekst) (?:gaat|beschrijft|behandelt)|"
    r"(?:de|deze) (?:basis van de )?(?:informatie|adviezen|gegevens) (?:over|in|op)\b.{2,80}\b(?:komt|komen|is|zijn)|"
    r"below|this (?:chapter|page))\b"
    r"(?!.*:$)",
    re.IGNORECASE,
)


_BLANKS = re.compile(r"(?:\b[^\s:]+(?: [^\s:]+)?:\s+){2,}[^\s:]+:$")
"""Labels of a form that nobody filled in: "Naam: Datum: Docent:"."""


_CAPTION = re.compile(r"(?:figuur|afbeelding|tabel|figure|table|bron|foto)\s*(?:\d[\d.]*\s*)?[:.–-]\s", re.IGNORECASE)
_CODE = re.compile(
    r"</?[\w:.-]+(?:\s[^<>]*)?/?>|\$\w+\s*=|[{};]\s*$|\b\w+\(\)|\b\w+/\w+/[\w/.-]+|\.(?:md|php|xsd|json|xml)\b"
)
"""What is written for a machine: a tag, an assignment, a path."""


def is_signpost(text: str) -> bool:
    """Whether a sentence says nothing by itself: it tells of the text and its origin, or is a form left blank."""
    return bool(_SIGNPOST.match(text)) or bool(_BLANKS.match(text))


class Form(NamedTuple):
    """The form of one unit."""

    figures: dict[str, float]
    """What is weighed whatever is asked, each between 0 and 1."""
    sentence: bool
    asks: bool
    """Whether it is a question itself."""
    enumerates: bool
    """Whether it is a sentence that names several things in a row."""


def form_of(unit: Unit) -> Form:
    """The form of a unit."""
    words = len(unit.words)
    heading, sentence = unit.kind == "heading", unit.kind == "sentence"
    told = {
        "short_heading": heading and words < 6,
        "heading": heading and 6 <= words < 9,
        "label": sentence and words <= LABEL and not any(map(is_stop, unit.words)),
        "announces": unit.text.endswith(":"),
        "signpost": sentence and is_signpost(unit.text),
        "item": unit.kind == "item",
        "row": unit.kind == "row",
        "fragment": sentence and words < 4,
        "caption": sentence and _CAPTION.match(unit.text) is not None,
        "code": _CODE.search(unit.text) is not None,
    }
    figures = {name: float(value) for name, value in told.items()}
    figures["length"] = math.log1p(words) / 4
    return Form(figures, sentence, unit.text.endswith("?"), sentence and enumerates(unit.text))
