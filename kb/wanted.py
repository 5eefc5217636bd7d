"""The kind of answer that a question wants, made precise by the noun that is asked for: "hoe hoog", "welke stad"."""

from __future__ import annotations

import re
from functools import lru_cache

from kb.language import NUMBER_WORDS, fold
from kb.persons import names_person
from kb.types import Question

ROLES = (
    "minister|lector|directeur|persoon|personen|voorzitter|staatssecretaris|bewindspersoon|docent|auteur|leider|lid|"
    "wethouder|hoogleraar|onderzoeker|coördinator|bestuurder|ministers|lectoren|directeuren|voorzitters|docenten|auteurs|"
    "kamerleden|raadsleden|bestuursleden|commissieleden|teamleden|wethouders|hoogleraren|onderzoekers|bestuurders"
)
"""Words for what a person is, as a pattern: "welke minister" asks for a name."""
ROLES_EN = "minister|director|person|people|chair|chairman|chairperson|secretary|teacher|lecturer|author|leader|member|members|alderman|professor|researcher|coordinator"
"""The same in English."""
_ASKS_PLACE = re.compile(
    r"\b(?:welke?|which|what) (?:stad|steden|plaats|plaatsen|gemeente|dorp|locatie|vestiging|provincie|city|town|place)\b",
    re.IGNORECASE,
)
_ASKS_SITE = re.compile(
    r"\b(?:welke?|which|what) (?:web)?(?:sites?|adres|pagina'?s?|pages?)\b|\bwebadres\b|\bwat is de (?:web)?site\b",
    re.IGNORECASE,
)
_ASKS_MEASURE = re.compile(
    r"\bhoe (?:groot|hoog|vaak|oud|zwaar|breed|lang)\b|\bhow (?:big|large|high|old|often|tall)\b"
    r"|\b(?:wat|what) (?:is|was|waren|zijn|are|were) (?:de|het|the) (?:\w+ ){0,2}"
    r"(?:leeftijd|omvang|budget|kosten|hoogte|lengte|\w*grootte|omzet|winst|aandeel|score|age|size|costs?|budget|share)\b"
    r"|\b(?:wat|what) (?:is|was|are|were) (?:de|het|the) (?:maximale|maximum|minimale|minimum|gemiddelde|average) \w+"
    r"|\b(?:welke|which|what) (?:leeftijd|omvang|hoogte|lengte|grootte|snelheid|age|size|height|length|speed)\b",
    re.IGNORECASE,
)
_ASKS_TIME = re.compile(r"\bhoeveel tijd\b|\bhow much time\b", re.IGNORECASE)
_ASKS_SUM = re.compile(
    r"\b(?:hoeveel|how much) (?:is|was|bedra\w+|bedroeg\w*|beliep\w*|beloopt|krijg|krijgt|kun|kan|mag|moet|does|do|can)\b",
    re.IGNORECASE,
)
"""How much of what is money: "hoeveel is dat (subsidie)"."""
_ASKS_OFTEN = re.compile(r"\bhoe (?:vaak|dikwijls|regelmatig)\b|\bhow (?:often|frequently)\b", re.IGNORECASE)
_ASKS_MONEY = re.compile(
    r"\b\w*(?:loon|salaris|boete|kosten|prijs|budget|bedrag|vergoeding|tarief|collegegeld|premie|omzet|winst|compensatie|bijdrage|subsidie|"
    r"wages?|salary|fine|costs?|price|fee|turnover)\b",
    re.IGNORECASE,
)
_WHERE_BESIDES = re.compile(
    r"^\W*(?:en )?(?:wat|wie|what|who)\b|\bwaar\b.*\bvandaan\b"
    r"|\bwaar\b.*\b(?:op|aan|mee|over|voor|van|toe|bij|uit|om|naar|tegen)\b(?=\W*$| (?:\w+en|\w+[dt])\b(?! \w)|(?: \w+en\b)? (?:in|bij|als|met|van) )",
    re.IGNORECASE,
)
"""Where "waar" asks for no place: "wat … waar …", and with a preposition at the end ("waar wil men op uitkomen")."""
TYPE_WORDS = {
    kind: frozenset(words.split())
    for kind, words in {
        "when": "jaar jaren datum data dag dagen week weken kwartaal maand moment periode tijdstip startdatum year date month period",
        "how_long": "jaar jaren maanden weken dagen uren duur duurt duren lang hoelang studieduur looptijd tijdsduur tijd "
        "long years months weeks days take takes last lasts duration",
        "amount": "kwijt bedraagt bedroeg bedroegen bedragen beliep beloopt kost kosten prijs bedrag geld euro tarief percentage hoog groot hoogte cost costs price amount money high large",
        "how_many": "man",
        "place": "stad steden plaats plaatsen gemeente dorp locatie vestiging provincie city town place",
        "how_often": "vaak often keer maal times dikwijls regelmatig",
        "measure": "groot hoog vaak oud zwaar breed lang hoogte omvang big large high old often tall",
        "purpose": "doel bedoeld bedoeling nut functie purpose aim goal",
        "why": "reden redenen aanleiding oorzaak reason reasons",
        "who": "naam namen persoon personen heet name",
        "where": "site website webadres plaats place",
        "site": "site sites website websites webadres adres pagina page",
        "acts": "rol rollen taak taken functie bijdrage doet doen deed deden role roles task tasks do does",
        "post": "functie rol taak beroep position role job doet doen deed",
    }.items()
}
"""Words of a question that only name the kind of answer."""
_TIMES = TYPE_WORDS["when"] - {"datum", "data", "tijdstip", "startdatum", "date"}
"""Words that name the kind of answer where they are asked for: "welke dag", but not "wanneer is de open dag"."""
_ASKS_PURPOSE = re.compile(
    r"\bwaar(?:voor|toe)\b.*\b(?:bedoeld|dien(?:t|en)?|gebruikt?|nodig|is|zijn)\b|\bwaar dien(?:t|en)?\b.*\b(?:voor|toe)\b"
    r"|\bwaar\b.*\bvoor (?:bedoeld|nodig)\b|\bwat is (?:het|de) (?:doel|bedoeling|nut|functie) van\b|\bwhat\b.* (?:is|are)\b.*\bfor\W*$"
    r"|\bwhat is the (?:purpose|aim|goal) of\b",
    re.IGNORECASE,
)
_ASKS_POST = re.compile(
    r"\b(?:functie|rol|position|role) (?:van|of) (?:de heer |mevrouw )?[A-Z]\w+ (?:(?:van|de|der|den) )*[A-Z]"
    r"|\b(?:functie|position) (?:van|of) (?:de heer |mevrouw )?[A-Z]\w+\W*$"
)
"""The post of a person, which is no purpose."""
ASKS_ACTS = re.compile(
    r"^(?:en |and )?(?:wat (?:doet|doen|deed|deden)|wat (?:heeft|hebben|had|hadden) (?=.{2,60}\bgedaan\b)|wat (?:is|was|zijn|waren) (?:de |het )?(?:rol|taak|bijdrage) van|"
    r"welke (?:rol|taak) (?:heeft|hebben|had|hadden|speelt|spelen|vervult|vervullen)|what (?:does|do|did)|"
    r"what (?:is|was) the (?:role|task) of)\s+"
    r"(?P<party>.+?)(?=\W*$|\s(?:in|bij|aan|binnen|voor|met|als|op|om|tijdens|do|does|within|for|at|with)\s)",
    re.IGNORECASE,
)
"""What a party does, or which part it has."""
ASKS_SAYS = re.compile(
    r"^(?:en |and )?(?:wat (?:zegt|zeggen|zei|zeiden|vindt|vinden|vond|vonden|denkt|denken|dacht|adviseert|adviseerde|"
    r"stelt|stelde|schrijft|schreef|besloot|besluit|antwoordde|beweert|meent|verwacht|verwachtte|hoopt|belooft|beloofde)|"
    r"what (?:does|do|did) (?=.*\b(?:say|think|want|advise|write|expect|promise|hope)\b))\s*"
    r"(?P<party>.+?)(?=\W*$|\s(?:van|over|in|bij|aan|voor|met|als|op|om|dat|er\w*|hier\w*|daar\w*|about|of|on|say|think|want|"
    r"advise|write|expect|promise|hope)\b)",
    re.IGNORECASE,
)
"""What a party says or thinks of something."""
_ASKS_WHO_IS = re.compile(
    r"^(?i:en |and )?(?i:wie (?:is|was)|who (?:is|was)) [A-Z]\w+ (?:[\w’'-]+ ){0,3}?[A-Z][\w’'-]+\W*$"
)
_OF_ORGANISATIONS = r"(?! (?:(?:de|het|hun|jullie|onze|er|the|their) )?(?:\w+ ){0,2}?\w*(?:nemers?|partners?|partijen|gevers?|financiers?|organisaties|oprichters?|leveranciers?|founders|parties|funders?|initiators?)\b)"
"""What organisations are as well as persons: "wie zijn de initiatiefnemers"."""
_IS_SOMEBODY = (
    r"(?: (?:er|hier|daar|dan|nu|toen|eigenlijk|there))*"
    r"(?: (?:namens|bij|van|vanuit|voor|in|op|binnen|at|for|from|on behalf of)(?: [\w-]+){1,4}?)?"
    r" (?=(?:de|het|een|onze?|jullie|hun|uw|jouw|diens|zijn|haar|dat|dit|die|hij|zij|ze|jij|je|u|the|an?|our|your|their|that|this|those)\b"
    rf"|(?-i:[A-Z])|[\w-]*(?:{ROLES}|{ROLES_EN})\b)"
)
"""What follows "wie is" where a person is asked for; "wie is verantwoordelijk" may be met by whoever acts."""
ASKS_PERSON = re.compile(
    r"\b(?<!\bvan )(?<!\bdoor )(?<!\bmet )(?<!\bbij )(?<!\baan )(?<!\bvoor )(?<!\bby )(?<!\bwith )(?<!\bfor )"
    rf"(?:wie (?:(?:is|was|zijn|waren)\b{_OF_ORGANISATIONS}{_IS_SOMEBODY}|(?:zit|zitten|zaten|heet|leidt|volgt|volgde|vertegenwoordigt)\b)"
    rf"|who (?:(?:is|was|are|were)\b{_OF_ORGANISATIONS}{_IS_SOMEBODY}|(?:leads|represents)\b))|\bhoe heet"
    rf"|\bwelke? \w*(?:{ROLES})\b|\bwhich (?:\w+ )?(?:{ROLES_EN})\b",
    re.IGNORECASE,
)  # fmt: skip
_ASKS_PARTIES = re.compile(
    r"\b(?:welke|which|what) (?:\w+ )?(?:\w*bedrijven|\w*scholen|universiteiten|organisaties|partners|partijen|instellingen|branches|"
    r"verenigingen|\w+organisaties|\w+verenigingen|gemeenten|ministeries|leveranciers|bureaus?|companies|schools|universities|"
    r"organisations|organizations|parties|institutions|municipalities|ministries)\b"
    r"|\b(?:wie|who) (?:doen|doet|werken|werkt|zitten|zijn|zit|are|is|take|takes|takes? part)\b.*\b(?:mee|samen|betrokken|involved|part)\b",
    re.IGNORECASE,
)
"""Who takes part: an answer names some."""


def wanted(question: Question) -> str:
    """The kind of answer that is wanted: the kind of the question, made precise by the noun that is asked for.

    "Hoe hoog is …" and "wat is de omvang van …" want a number; "in welke stad …" wants a place.
    """
    return _wanted(question.kind, question.asked)


@lru_cache(maxsize=1_000)
def _wanted(kind: str, text: str) -> str:
    if _ASKS_WHO_IS.search(text) or (kind in {"what", "definition", "list"} and _ASKS_POST.search(text)):
        return "post"
    if kind in {"what", "definition", "list"} and (acts := ASKS_ACTS.search(text)):
        return "post" if names_person(acts["party"]) else "acts"
    if kind in {"what", "list"} and ASKS_SAYS.search(text):
        return "acts"
    if kind in {"list", "who"} and _ASKS_PARTIES.search(text):
        return "parties"
    if kind in {"how", "what", "definition", "list"} and _ASKS_MEASURE.search(text):
        return "how_often" if _ASKS_OFTEN.search(text) else "amount" if _ASKS_MONEY.search(text) else "measure"
    if kind in {"list", "what"} and _ASKS_PLACE.search(text):
        return "place"
    if kind in {"list", "what", "where", "definition"} and _ASKS_SITE.search(text):
        return "site"
    if kind == "how_many" and _ASKS_TIME.search(text):
        return "how_long"
    if kind == "how_many" and _ASKS_SUM.search(text) and _ASKS_MONEY.search(text):
        return "amount"
    if kind in {"what", "where", "definition"} and _ASKS_PURPOSE.search(text) and not _ASKS_POST.search(text):
        return "purpose"
    if kind == "where" and _WHERE_BESIDES.search(text):
        return "what"
    return kind


_WHICH_ONE = re.compile(
    rf"\b(?:welke|which) (?!(?:{'|'.join(NUMBER_WORDS)})\b)(?:(?:andere|nieuwe|\w+e|other|new) )?"
    r"(?P<noun>[a-zà-ÿ-]{3,})(?<!en)(?<!s)(?![\w-])(?! (?:of|en|or|and) )"
)


def asks_several(question: Question) -> bool:
    """Whether all of some sort are asked for: "welke eisen", and not "welke branche begon als eerste"."""
    return question.kind == "list" and _WHICH_ONE.search(fold(question.asked)) is None


_PREDICATE = re.compile(r"\b(?:een|als|geen|a|an) (?P<what>[\w-]+)\W*$", re.IGNORECASE)


def predicate(question: Question) -> str:
    """What something is asked to be, or to count as, in a question that wants yes or no; else empty."""
    match = _PREDICATE.search(question.asked) if question.kind == "yes_no" else None
    return match["what"] if match else ""


def asks_role(question: Question) -> bool:
    """Whether a person is asked for by what he or she is: "wie is de voorzitter van …", "hoe heet de lector"."""
    return question.kind == "who" and _ASKS_ROLE.search(question.asked) is not None


def names_type(question: Question, word: str) -> bool:
    """Whether a word of the question only names the kind of answer: "datum" in "op welke datum", "duurt" in "hoe lang"."""
    kind, word = wanted(question), word.lower()
    if kind == "when" and word in _TIMES:
        return re.search(rf"\b(?:welke?|wat|what|which) {re.escape(word)}\b", fold(question.asked)) is not None
    return word in TYPE_WORDS.get(kind, ())


_ASKS_ROLE = re.compile(
    rf"\b(?<!\bdoor )(?<!\bvan )(?<!\bmet )(?<!\bby )(?:(?:wie (?:is|was|zijn|waren)|who (?:is|was|are|were))\b{_OF_ORGANISATIONS}{_IS_SOMEBODY}|hoe heet(?:te|ten)?\b{_OF_ORGANISATIONS})"
    rf"|\bwelke? \w*(?:{ROLES})\b|\bwhich (?:\w+ )?(?:{ROLES_EN})\b",
    re.IGNORECASE,
)
