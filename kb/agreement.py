"""Whether a passage speaks of just what was asked: the same year, number and institution, and a holder of the role.

The questions that are hardest to refuse have the right subject and ask what no sentence says: another year, another
institution, the name of someone who is only mentioned. Each figure here looks at one such particular.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from kb.catalogue import asked_facets
from kb.context import stems_in_order
from kb.dates import of_a_document
from kb.evidence import Evidence
from kb.language import tokens
from kb.persons import persons_in
from kb.presence import presence
from kb.snapshot import Snapshot
from kb.types import Question, Term
from kb.units import Unit
from kb.vocabulary import ORGANISATIONS, Vocabulary
from kb.wanted import asks_role
from kb.years import YEAR, agree, asked_spans, spans_in

BESIDE_ROLE, NEAR_ROLE = 2, 4
"""Places from a role to the name of who holds it, as it is written mostly, and at most."""
LIKE_ROLE = 0.6
"""How well a word must meet the role that is asked for: "projectleiding" is enough for "projectleider"."""

_APART = ORGANISATIONS | {"regio"}
"""Facets of which one value is not another, whatever their names share."""


def particulars(question: Question, best: Evidence, shown: Sequence[Unit], snapshot: Snapshot) -> dict[str, float]:
    """What the passages lack of the particulars of a question: 0 for nothing, 1 for all of one kind."""
    around = " ".join((best.unit.text, *best.unit.headings))
    vocabulary = snapshot.vocabulary
    titles = {u.document_id: snapshot.document(u.document_id).metadata.title for u in (best.unit, *shown)}
    return {
        "year_not_in_best": _year_missing(question, around, shown, titles.values()),
        "number_missing": _number_missing(question, shown, titles.values()),
        "value_missing": _value_missing(question, best.unit, shown, vocabulary),
        "other_value": _other_value(question, around, shown, vocabulary),
        "role_apart": _role_apart(question, best.unit, shown),
    }


def _year_missing(question: Question, around: str, shown: Sequence[Unit], titles: Collection[str]) -> float:
    """1 where a year of the question is in none of the units; 0.5 where it stands beside the best one only.

    The titles of their documents count for all that they say.
    """
    years = set(question.years)
    told = [span for title in titles for span in spans_in(title)]
    if all(any(agree(one, other) for other in told) for one in asked_spans(question)):
        return 0.0
    if years <= set(YEAR.findall(around)):
        return 0.0
    return 0.5 if years <= set(YEAR.findall(" ".join((around, *(unit.text for unit in shown))))) else 1.0


def _number_missing(question: Question, shown: Sequence[Unit], titles: Collection[str]) -> float:
    """1 where a number of the question, other than a year or one that a title names, is in none of the units."""
    stems = [stem for unit in shown for stem in unit.stems]
    stems += [stem for title in titles for stem in stems_in_order(title)]
    dated = {str(int(day[-2:])) for day in of_a_document(question.days, titles)}
    numbers = [
        t
        for t in question.terms
        if t.stems[0] not in question.years and not t.aside and all(s.isdigit() for s in t.stems)
    ]
    return float(any(presence(term, stems) < 1.0 and term.text.lstrip("0") not in dated for term in numbers))


def _value_missing(question: Question, best: Unit, shown: Sequence[Unit], vocabulary: Vocabulary) -> float:
    """1 where values of a facet are asked for ("welke hogescholen") and the best unit, with its list, names none."""
    facets = asked_facets(question, vocabulary) if question.kind == "list" else frozenset()
    if not facets:
        return 0.0
    own = {name for key, name in question.facets if key in facets}
    texts = [best.text, *(unit.text for unit in shown if _in_one_list(unit, best))]
    named = vocabulary.named_in("\n".join(texts))
    return float(not any(value.facet in facets and value.name not in own for value, _, _ in named))


def _in_one_list(one: Unit, other: Unit) -> bool:
    """Whether two units belong to one paragraph or list, the introduction included."""
    return one.document_id == other.document_id and (
        one.paragraph == other.paragraph or one.intro == other.place or other.intro == one.place
    )


def _other_value(question: Question, around: str, shown: Sequence[Unit], vocabulary: Vocabulary) -> float:
    """1 where the best unit names another organisation or region than is asked about; 0.5 with that one beside it."""
    if question.kind == "compare":
        return 0.0  # each side of a comparison may have a unit of its own
    asked = {(facet, name) for facet, name in question.facets if facet in _APART}
    named = {(value.facet, value.name) for value, _, _ in vocabulary.named_in(around)}
    if asked & named or not {facet for facet, _ in asked} & {facet for facet, _ in named}:
        return 0.0
    beside = vocabulary.named_in("\n".join(unit.text for unit in shown))
    return 0.5 if asked & {(value.facet, value.name) for value, _, _ in beside} else 1.0


_OF_WHOM = re.compile(r"\b(?:van|of) (?P<whom>[^?,;.]+)", re.IGNORECASE)
_OF_ITS_OWN = re.compile(r"\s(?:van|of) (?P<whom>[^?,;.()]+)", re.IGNORECASE)


def _of_another(question: Question, behind: str) -> bool:
    """Whether a role is that of another than is asked, by what stands right behind it: "voorzitter van de gilden"."""
    asked, told = _OF_WHOM.search(question.asked), _OF_ITS_OWN.match(behind)
    if asked is None or told is None:
        return False
    stems = stems_in_order(told["whom"])
    whom = [term for term in question.terms if not term.light and term.text in asked["whom"]]
    return bool(whom) and all(presence(term, stems) < LIKE_ROLE for term in whom)


def _is_role(role: Term, stem: str) -> bool:
    """Whether a word is for a role that is asked for: a "ministerie" is no minister, a "gildemeester" is a meester."""
    longer = stem != role.stems[0] and stem.startswith(role.stems[0]) and len(role.stems) == 1
    return not longer and presence(role, (stem,)) >= LIKE_ROLE


def _role_apart(question: Question, unit: Unit, shown: Sequence[Unit]) -> float:
    """1 where a person is asked for by a role ("wie is de voorzitter") and no person's name stands near that role.

    0.5 where it stands near, but not beside it.

    Who is named in a list stands near what its introduction names.
    """
    role = next((term for term in question.terms if term.noun and not term.light), None)
    if role is None or not asks_role(question):
        return 0.0
    listed = [other.text for other in shown if other.is_listed_by(unit)]
    if listed and presence(role, unit.stems) >= LIKE_ROLE:
        return float(not any(persons_in(text) for text in listed))
    words = tokens(unit.text)
    roles = [i for i, word in enumerate(words) if _is_role(role, word.stem)]
    spans = persons_in(unit.text)
    persons = [i for i, word in enumerate(words) if any(start <= word.start < end for start, end in spans)]
    if roles and _of_another(question, unit.text[words[roles[0]].end :]):
        return 1.0
    if unit.kind in {"item", "row"} and roles and persons:
        return 0.0  # all that an item says is of whom it names
    apart = min((abs(i - j) for i in roles for j in persons), default=NEAR_ROLE + 1)
    return 0.0 if apart <= BESIDE_ROLE else 0.5 if apart <= NEAR_ROLE else 1.0
