"""How a question is put: what of it asks, what is told beside that, and the two answers that it offers.

People tell who they are before they ask ("Wij zijn een bouwbedrijf in Twente. Welke pilots …?"), ask politely ("Kunt u
vertellen hoe …"), and name what they take the answer to be ("…, de werkgever of de student?"). No passage has to hold
all of that to be an answer.
"""

from __future__ import annotations

import re

from kb.language import sentences

Span = tuple[int, int]

_ASKS = re.compile(
    r"\?\W*$|\b(?:wie|wat|waar\w*|wanneer|welke?|hoe|hoeveel|who|what|where|when|which|how|why)\b", re.IGNORECASE
)
_QUESTION_WORD = r"(?=(?:of|wie|wat|waar\w*|wanneer|welke?|hoe\w*)\b)"
_POLITE = re.compile(
    r"(?:kun|kunt|kan|zou|zouden|could|can|would) (?:je|jij|u|jullie|iemand|you)(?: (?:me|mij|ons|us))?"
    r"(?: (?:misschien|even|eens|kort|please|in het kort|in (?:een paar|enkele|twee|drie|één|gewone) (?:zinnen|zin|woorden)))* "
    r"(?:vertellen|zeggen|uitleggen|aangeven|laten weten|tell(?: me| us)?|explain),? (?=\w)"
    r"|(?:ik|we|wij) (?:wil|willen|zou|zouden|vraag me af|vragen ons af|ben benieuwd|zijn benieuwd)"
    rf"(?: (?:graag|wel|willen|eens))*(?: (?:weten|horen|vragen))?,? {_QUESTION_WORD}"
    rf"|(?:weet|weten) (?:je|jij|u|jullie|iemand)(?: (?:misschien|ook|toevallig))*,? {_QUESTION_WORD}"
    r"|(?:i|we) (?:would like to|want to) know "
    r"|(?:onze?|mijn|de|het|een|our|my) (?:[\w-]+ ){1,3}(?:vraagt|vragen|vroeg|vroegen)(?: zich af| mij| me| ons)?,? "
    rf"{_QUESTION_WORD}",
    re.IGNORECASE,
)
_COMES_TO_ASK = re.compile(
    r"[^?]*?\b(?:ik|we|wij) (?:wil|willen|zou|zouden|vraag me|vragen ons|ben benieuwd|zijn benieuwd)"
    rf"(?: (?:graag|wel|eens|even|af|willen|dan|nu))*(?: (?:weten|horen|vragen))?,? {_QUESTION_WORD}",
    re.IGNORECASE,
)
"""What leads to the question in one sentence with it: "Ik heb een winkel maar ik wil wel weten hoeveel …"."""
_ASKS_BACK = re.compile(
    r"(?:weet|weten|kun|kunt|kan|do|can) (?:je|jij|u|jullie|iemand|you)\b(?: \w+){0,4}\W*", re.IGNORECASE
)
_LED_BY_ASKER = re.compile(
    r"(?:wij|we|ik|mijn \w+|onze \w+|i|we|my \w+|our \w+)\b[^,?.;:]*[,;:] (?=\w+ \w+ \w+)",
    re.IGNORECASE,
)
"""What the asker tells before the question: "We hebben 300 mensen, vallen wij dan …"."""
_TRAILED = re.compile(r"[,;] (?:we|wij|ik|want|maar|want we|because|as we|since we) \w+[^?]*\?*$", re.IGNORECASE)
"""What is told behind it: "…, we rijden toch gewoon vrachtwagens"."""
_FEWEST_WORDS = 3

_ARTICLE, _ARTICLE_EN = r"(?:(?:de|het|een|mijn|onze?) )", r"(?:(?:the|an?|my|our) )"
_OPTIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for article, word in ((_ARTICLE, "of"), (_ARTICLE_EN, "or"))
    for pattern in (
        rf"[,:] ?(?P<one>{article}?[\w-]+) {word} (?P<other>{article}?[\w-]+)(?: zelf)?\W*$",
        rf"(?P<one>{article}[\w-]+) {word} (?P<other>{article}[\w-]+)\b",
    )
)
"""Two things of which one is the answer: at the end, or with an article each."""


_ENDS = re.compile(r"(?<=\w{3}[.!?;])\s+(?=[a-zà-ÿ])")
_SHORTENED = re.compile(r"\b(?:bijv|evt|enz|etc|incl|excl|max|min|prof|drs|art|afd|tel|resp|vgl)\.$", re.IGNORECASE)


def _typed_sentences(text: str) -> list[Span]:
    """The sentences of a question as it is typed, where a capital need not begin one: "… wil leren. hoeveel kost dat?"."""
    found: list[Span] = []
    for start, end in sentences(text):
        for gap in _ENDS.finditer(text, start, end):
            if not _SHORTENED.search(text, start, gap.start()):
                found.append((start, gap.start()))
                start = gap.end()
        found.append((start, end))
    return found


def asides(text: str) -> list[Span]:
    """Where a question tells what it does not ask; what is left asks something and has some words."""
    parts = _typed_sentences(text)
    asking = [span for span in parts if _ASKS.search(text[span[0] : span[1]])]
    if len(asking) > 1 and _ASKS_BACK.fullmatch(text[asking[-1][0] : asking[-1][1]]):
        asking.pop()  # "… Weet u dat?" asks nothing more
    elif len(asking) > 1 and text[: asking[-1][1]].rstrip().endswith("?"):
        # "Wij vragen ons af wat onze rol is. Wat wordt er van ons verwacht?": what leads to the question tells
        asking = [span for span in asking if text[: span[1]].endswith("?")]
    found = [span for span in parts if span not in asking] if asking else []
    begin, end = asking[-1] if asking else (0, len(text))
    if polite := _POLITE.match(text, begin, end) or _COMES_TO_ASK.match(text, begin, end):
        found.append(polite.span())
        begin = polite.end()
    for pattern, place in ((_LED_BY_ASKER, begin), (_TRAILED, None)):
        match = pattern.match(text, begin, end) if place is not None else pattern.search(text, begin, end)
        if match is None:
            continue
        left = text[match.end() : end] if place is not None else text[begin : match.start()]
        if len(left.split()) < _FEWEST_WORDS or _ASKS.search(match.group()):
            continue
        found.append(match.span())
        begin, end = (match.end(), end) if place is not None else (begin, match.start())
    return sorted(found)


_RESTARTED = re.compile(
    r".*\b(?:ik bedoel(?:de)?|andere vraag|beter gezegd|anders gezegd|nee,? laat maar|laat maar zitten|i mean|different question)\b\W+"
    r"(?:eigenlijk |nee |dus |namelijk )?(?=\w+(?: \w+){2})",
    re.IGNORECASE | re.DOTALL,
)


_WISHED_FORM = re.compile(r"[.?!;]\s+(?:graag|liefst) (?:met|als|in|een|de)\b[^?]*$", re.IGNORECASE)
"""How the answer is to be: "… Graag met bron."."""


_GREETED = re.compile(
    r"(?:(?:hallo|hoi|hey|hi|hello|dag|beste|geachte|goede?(?:morgen|middag|avond|dag)|good (?:morning|afternoon))\b"
    r"(?: (?:allemaal|daar|mensen|team|collega's|heer|mevrouw|there|all))*[ ,!.]+)+(?=\w+ \w+)",
    re.IGNORECASE,
)


def restarted(text: str) -> str:
    """A question without its greeting, what its asker took back ("…, ik bedoel: …") or wishes for its answer."""
    if greeted := _GREETED.match(text):
        text = text[greeted.end() :]
    match = _RESTARTED.match(text)
    text = text[match.end() :] if match and _ASKS.search(text[match.end() :]) else text
    wish = _WISHED_FORM.search(text)
    return text[: wish.start() + 1] if wish and _ASKS.search(text[: wish.start() + 1]) else text


def asking_part(text: str) -> str:
    """A question without what is told beside it; the whole where nothing is."""
    left, at = [], 0
    for start, end in asides(text):
        left.append(text[at:start])
        at = end
    return " ".join(" ".join((*left, text[at:])).split()) or text


def options(text: str) -> tuple[Span, Span] | None:
    """Where the two things stand of which a question asks which one it is; None where it offers none."""
    for pattern in _OPTIONS:
        if match := pattern.search(text):
            return match.span("one"), match.span("other")
    return None
