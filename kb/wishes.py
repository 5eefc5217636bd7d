"""What a reader wants of the answer before: to see where it stands, or the heart of it.

Such a turn ("waar staat dat?", "kun je dat korter zeggen?") asks nothing new of the documents.
"""

from __future__ import annotations

import re
from typing import Literal

Wish = Literal["source", "shorter"]
"""What a reader may want of an answer: where it stands, or the heart of it."""

_IT = r"(?:dat|dit|het|die informatie|deze informatie|it|this|that)"
_SAID = r"(?:gezegd|opgeschreven|geschreven|beweerd|vermeld)"
_SOURCE = (
    rf"waar (?:staat|lees ik|vind ik|kan ik|haal je|haalt u|komt) {_IT}"
    r"(?: (?:precies|ergens|letterlijk|allemaal|op|vandaan|terug|vinden|lezen|nalezen|terugvinden|geschreven))*",
    r"(?:wat|welke) (?:is|zijn|was) (?:de|je|jouw|uw) bron(?:nen)?"
    rf"(?: (?:daarvan|hiervan|daarvoor|hiervoor|van {_IT}))?",
    r"(?:heb|heeft|hebt) (?:je|jij|u) (?:daar |hier )?(?:een |de )?(?:bron|bronvermelding|link)(?: (?:voor|van|bij))?",
    r"bron(?:vermelding|nen)?",
    rf"wie zegt {_IT}|wie (?:heeft|hebben) {_IT} {_SAID}|wie schr(?:ijft|eef) {_IT}|volgens wie",
    r"(?:uit|in|op) welke? (?:document|bron|stuk|rapport|pagina|bladzijde)"
    rf"(?: (?:komt|staat|is|haal je) {_IT})?(?: (?:vandaan|precies))?",
    rf"hoe weet (?:je|jij|u) {_IT}|weet (?:je|u) {_IT} (?:wel )?zeker|is {_IT} (?:wel )?zeker|klopt {_IT}(?: wel)?",
    rf"van wanneer is {_IT}|hoe (?:oud|recent|actueel) is {_IT}",
    rf"where does (?:it|that) say (?:so|that)|where is {_IT} (?:written|stated|from)",
    rf"(?:what is|what's) the source(?: of {_IT})?|(?:the )?sources?",
    rf"who (?:says|said|wrote) (?:so|{_IT})|according to whom",
    rf"are you sure|how do you know(?: {_IT})?|is {_IT} (?:true|certain|correct)",
)
_SHORTER = (
    rf"(?:kun|kunt|kan) (?:je|jij|u) (?:{_IT} |me {_IT} )?(?:ook |nog |iets |wat |eens |even )*"
    r"(?:korter|kort|samenvatten|kort samenvatten|in één zin|in een zin|in het kort)"
    r"(?: (?:zeggen|samenvatten|maken|uitleggen|vertellen))?",
    rf"(?:{_IT} )?(?:graag |iets )?korter|(?:kort )?samengevat|samenvatting|in het kort|in één zin|in een zin",
    rf"(?:can|could) you (?:say {_IT} |make {_IT} |summari[sz]e {_IT})(?:shorter|more briefly)?",
    rf"(?:please )?(?:say {_IT} shorter|make {_IT} shorter|summari[sz]e(?: {_IT})?|shorter)|in short",
)
_AROUND = r"(?:(?:en|maar|and|but) )?(?:{})(?: (?:dan|eigenlijk|precies|graag|please|alsjeblieft|alstublieft))*"
_WISHES: tuple[tuple[Wish, re.Pattern[str]], ...] = (
    ("source", re.compile(_AROUND.format("|".join(_SOURCE)))),
    ("shorter", re.compile(_AROUND.format("|".join(_SHORTER)))),
)


def wish_of(text: str) -> Wish | None:
    """What a text wants of the answer before it; None where it asks of something else."""
    plain = " ".join(text.lower().split()).strip(" ?!.,")
    return next((wish for wish, pattern in _WISHES if pattern.fullmatch(plain)), None)
