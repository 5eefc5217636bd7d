"""What who plans a route has answered: any spelling of a role, sector, level and situation, made canonical."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.errors import InvalidRequest
from kb.language import fold
from kb.route_template import UNKNOWN_LEVEL, RouteTemplate
from kb.vocabulary import Vocabulary

LONGEST_SECTOR = 60
"""Characters of a sector that is not in the list of values; more is no name of one."""
_SECTOR = re.compile(r"\w[\w &/,.'()+-]*")
_UNKNOWN = frozenset({"", UNKNOWN_LEVEL, "unknown", "weet ik niet"})
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Answers:
    """What was answered, in canonical spelling."""

    role: str
    sector: str | None = None
    """A controlled value, or what was typed where it is none of them."""
    level: str | None = None
    situation: tuple[str, ...] = ()
    """Options of the template, in its order."""


def understood(
    template: RouteTemplate,
    vocabulary: Vocabulary,
    role: str,
    sector: str | None = None,
    level: str | None = None,
    situation: Iterable[str] = (),
) -> Answers:
    """The answers in canonical spelling. Raises `InvalidRequest` that names what may be answered."""
    found = template.role(role)
    if found is None:
        raise _wrong("rol", "role", role, [one.id for one in template.roles])
    return Answers(
        role=found.id,
        sector=_sector(vocabulary, _plain(sector)),
        level=_level(vocabulary, _plain(level)),
        situation=_situation(template, found.id, map(_plain, situation)),
    )


def _plain(given: str | None) -> str:
    return " ".join((given or "").split())


def _sector(vocabulary: Vocabulary, given: str) -> str | None:
    """A sector of the list, or one that the list does not know: then there is no pilot in it, which the plan says."""
    if fold(given) in _UNKNOWN:
        return None
    known = vocabulary.canonical("sector", given)
    if known is None and (len(given) > LONGEST_SECTOR or not _SECTOR.fullmatch(given)):
        raise InvalidRequest(
            f"Noem de sector in een paar woorden, met ten hoogste {LONGEST_SECTOR} tekens.",
            f"Name the sector in a few words, of at most {LONGEST_SECTOR} characters.",
        )
    return known or given


def _level(vocabulary: Vocabulary, given: str) -> str | None:
    if fold(given) in _UNKNOWN:
        return None
    known = vocabulary.canonical("niveau", given)
    if known is None:
        raise _wrong("niveau", "level", given, [value.name for value in vocabulary.of("niveau")])
    return known


def _situation(template: RouteTemplate, role: str, given: Iterable[str]) -> tuple[str, ...]:
    chosen: set[str] = set()
    for spelling in given:
        if fold(spelling) in _UNKNOWN:
            continue
        option = template.option(spelling)
        if option is None:
            raise _wrong("situatie", "situation", spelling, [one.id for one in template.options])
        if role not in option.without:
            chosen.add(option.id)
    for inquiry in template.situation:
        held = [option.id for option in inquiry.options if option.id in chosen]
        if len(held) > 1 and not inquiry.several:
            names = ", ".join(held)
            raise InvalidRequest(f"Kies één van deze: {names}.", f"Choose one of these: {names}.")
    return tuple(option.id for option in template.options if option.id in chosen)


def _wrong(nl: str, en: str, given: str, known: Sequence[str]) -> InvalidRequest:
    if not known:
        return InvalidRequest("Er is hier geen stappenplan.", "There is no plan here.")
    shown, names = given[:_SHOWN], ", ".join(known)
    return InvalidRequest(
        f"'{shown}' is hier geen {nl}. Kies uit: {names}.", f"'{shown}' is no {en} here. Choose from: {names}."
    )
