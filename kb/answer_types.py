"""Whether a passage holds an answer of the kind that was asked for: a person, a date, a number, an amount."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from kb.dates import dates_in, days_in, same_day
from kb.language import NUMBER_WORDS, fold, is_common_noun, is_everyday, stem, tokens
from kb.types import Question

ROLES = (
    "minister|lector|directeur|persoon|personen|voorzitter|staatssecretaris|bewindspersoon|docent|auteur|leider|lid|"
    "wethouder|hoogleraar|onderzoeker|coördinator|bestuurder|ministers|lectoren|directeuren|voorzitters|docenten|auteurs|"
    "kamerleden|raadsleden|bestuursleden|commissieleden|teamleden|wethouders|hoogleraren|onderzoekers|bestuurders"
)
"""Words for what a person is, as a pattern: "welke minister" asks for a name."""
ROLES_EN = "minister|director|person|people|chair|chairman|chairperson|secretary|teacher|lecturer|author|leader|member|members|alderman|professor|researcher|coordinator"
"""The same in English."""
_NUMBER_WORD = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?<![\w-])(?:\d+(?:[.,]\d+)*|{_NUMBER_WORD}|één|geen|beide|duizend\w*|honderd\w*)(?![\w])", re.IGNORECASE
)
_YEAR_ONLY = re.compile(r"^(?:19|20)\d\d$")
_MONTHS = (
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|"
    "january|february|march|may|june|july|august|october"
)
_DATE = re.compile(
    rf"\b(?:19|20)\d\d\b|\b(?:week|kwartaal) (?:\d+|{_NUMBER_WORD})\b|\b(?:{_MONTHS})\b|\bjaren (?:\w+tig)\b|\b(?:voorjaar|najaar|zomer|winter|lente|herfst)\b", re.IGNORECASE
)  # fmt: skip
_MONTH = re.compile(rf"\b(?:{_MONTHS})\b", re.IGNORECASE)
_ASKS_DATE = re.compile(r"\bdatum\b|\bdate\b", re.IGNORECASE)
_ASKS_DAY = re.compile(r"\bwelke (?:\w*dag|(?:week)?dagen)\b|\bwhich days?\b", re.IGNORECASE)
_DAY_OF_MONTH = re.compile(rf"\b\d\d? (?:{_MONTHS})\b|\b(?:{_MONTHS}) \d\d?\b", re.IGNORECASE)
_WEEKDAY = re.compile(
    r"\b(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|(?:mon|tues|wednes|thurs|fri|satur|sun)day)",
    re.IGNORECASE,
)
_ASKS_WEEK = re.compile(r"\b(?:welke|which|what) (?:\w*weken|\w*week|weeks?)\b", re.IGNORECASE)
_WEEK = re.compile(
    rf"\b(?:\w*week|\w*weken|weeks?)\b(?: nr\.?| nummer)?[ |]+(?:\d|(?:{_NUMBER_WORD})\b)|(?:^|\|)\s*\d\d?(?:\s*(?:-|–|t/m|en)\s*\d\d?)?\s*(?:\||$)",
    re.IGNORECASE,
)
"""The number of a week, or a cell of a row that is no more than that, which stands below its head."""
_LABELLED = re.compile(
    r"\b(?:niveau|mbo|thema|punt|stap|moties?|nummer|paragraaf|level)[\s-]*(?:\d+ (?:en|of|tot|t/m) )?$", re.IGNORECASE
)
_OF_TIME = re.compile(rf"[:.]\d\d\b(?!\d)|\s(?:{_MONTHS})\b", re.IGNORECASE)
_CLOCK = re.compile(r"\d[:.]$|#$|\b(?:versie|version) (?:[\d.]+)?$", re.IGNORECASE)
"""A day of the month, a time of the day or a version counts nothing: "26 april", "12:55", "versie 2"."""
_ARTICLE = re.compile(r"\b(?:artikel|art\.)\s*$", re.IGNORECASE)
"""Before a figure it is a label ("artikel 7"); before a number in words it need not be ("volgens het artikel drie …")."""
_WEB_ADDRESS = r"\b(?:www\.|https?://)\S+|\b[\w-]+\.(?:nl|com|org|eu)\b"
_CONTACT = re.compile(rf"\b[\w.+-]+@[\w-]+\.\w+|\+?\d[\d\s()-]{{8,}}\d|\b\d{{4}}\s?[A-Z]{{2}}\b|{_WEB_ADDRESS}")
_UNITS = (
    r"(?:(?:werk|les|studie|kalender|vakantie|college)?(?:jaar|jaren|maand(?:en)?|week|weken|dag(?:en)?|uur|uren)"
    r"|years?|months?|weeks?|days?)"
)
_DURATION = re.compile(
    rf"(?<!collegejaar )(?<!collegejaar: )(?<!studiejaar )(?<!studiejaar: )(?<!schooljaar )(?<!schooljaar: )"
    rf"(?:\b(?:\d+|{_NUMBER_WORD}|één|een|enkele|half|anderhalf|meer dan \w+|ruim \w+)[\s-]*(?:{_UNITS}\b|jarig|weeks|maands|daags)"
    rf"|\b(?:{_NUMBER_WORD})(?:jarige?|weekse|maandse|daagse)\b|\b(?:19|20)\d\d\s*(?:-|–|tot|t/m|tot en met)\s*(?:19|20)\d\d\b"
    r"|\b(?:halfjaar|halfjarige?|jarenlang)\b)", re.IGNORECASE
)  # fmt: skip
_AMOUNT = re.compile(r"€|\b(?:euro|gulden|procent)\b|%|\b(?:miljoen|miljard|ton)\b", re.IGNORECASE)
_SPENT = re.compile(
    r"(?<!\d)(?!(?:19|20)\d\d\b)\d{1,3}(?:\.?\d{3})+\b.{0,40}\b(?:te besteden|besteed|begroot|budget|betaald|kost\w*)\b"
    r"|\b(?:bestede[dn]?|besteed|begroot|begroting|budget|bedrag|betaald|kost\w*)\b.{0,40}(?<!\d)(?!(?:19|20)\d\d\b)\d{1,3}(?:\.?\d{3})+\b",
    re.IGNORECASE,
)
"""A sum without its currency: "nog rond de 12000 te besteden"."""
_PLACE = re.compile(
    rf"{_WEB_ADDRESS}|\b(?:in|te|bij|op|uit|naar|regio)\s+(?:de |het )?[A-Z][\w-]+"
)  # fmt: skip
_CAPITALS = re.compile(
    r"\b[A-Z][a-zéëïöüèçñ-]+(?:(?:\s+(?:van|de|der|den|ter|ten|'t))*\s+[A-Z][a-zéëïöüèçñ-]+)+\b"
)  # fmt: skip
_TOWN = re.compile(
    r"\b(?:in|te|uit|naar|regio|rond|omgeving)\s+(?:de |het )?(?P<den>[dD]en )?(?P<name>[A-Z][\w-]*[a-z][\w-]*)"
)
_ASKS_PLACE = re.compile(
    r"\b(?:welke?|which|what) (?:stad|steden|plaats|plaatsen|gemeente|dorp|locatie|vestiging|provincie|city|town|place)\b",
    re.IGNORECASE,
)
_ASKS_SITE = re.compile(
    r"\b(?:welke?|which|what) (?:web)?(?:sites?|adres|pagina'?s?|pages?)\b|\bwebadres\b|\bwat is de (?:web)?site\b",
    re.IGNORECASE,
)
_SITE = re.compile(rf"{_WEB_ADDRESS}|\b[\w-]+\.(?:net|info)\b", re.IGNORECASE)
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
    r"\b(?:hoeveel|how much) (?:is|was|bedraagt|krijg|krijgt|kun|kan|mag|moet|does|do|can)\b", re.IGNORECASE
)
"""How much of what is money: "hoeveel is dat (subsidie)"."""
_ASKS_OFTEN = re.compile(r"\bhoe (?:vaak|dikwijls|regelmatig)\b|\bhow (?:often|frequently)\b", re.IGNORECASE)
_OFTEN_DONE = re.compile(
    r"\bhoe vaak (?:is|zijn|was|waren|heeft|hebben|had|hadden|werd|werden)\b|\bhow (?:often|many times) (?:has|have|had|was|were)\b",
    re.IGNORECASE,
)
_ASKS_MONEY = re.compile(
    r"\b\w*(?:loon|salaris|boete|kosten|prijs|budget|bedrag|vergoeding|tarief|collegegeld|premie|omzet|winst|compensatie|bijdrage|subsidie|"
    r"wages?|salary|fine|costs?|price|fee|turnover)\b",
    re.IGNORECASE,
)
_OFTEN = re.compile(
    rf"\b(?:\d+|{_NUMBER_WORD}|één|een|enkele|meerdere|paar)\s*(?:keer|maal)\b|\b(?:keer|maal) (?:per|in)\b|\bper \w+\b|"
    r"\b(?:jaarlijks|maandelijks|wekelijks|dagelijks|tweejaarlijks|halfjaarlijks|kwartaal\w*|periodiek|regelmatig)\w*\b|"
    r"\b(?:elke|elk|iedere|ieder|om de)\b",
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
        "amount": "kost kosten prijs bedrag geld euro tarief percentage hoog groot hoogte cost costs price amount money high large",
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
_ORGANISATION = re.compile(r"\b[A-Z][\w&-]*[A-Z]\w*\b|\b[A-Z][\w&’'-]+\b")
_ACTOR = re.compile(
    r"\b\w*(?:gevers?|nemers?|schap|bureau|team|raad|bestuur|scho(?:ol|len)|bedrij(?:f|ven)|instelling(?:en)?|ministeries?|"
    r"organisaties?|kabinet|overheid|gemeenten?|stichting|student(?:en)?|leerling(?:en)?|docent(?:en)?|ouders?|begeleiders?|"
    r"partijen|partners?|leden)\b", re.IGNORECASE,
)  # fmt: skip
"""Words for people and organisations that can be the answer to "wie" without a name."""
_CAUSE = re.compile(
    r"\b(?:omdat|doordat|want|daarom|waardoor|zodat|vanwege|wegens|immers|reden|aanleiding|gevolg|hierdoor|daardoor|dankzij|"
    r"oorzaak|antwoord op|ten behoeve van|om te|zo kan|zo kunnen|anders|moet leiden)\b", re.IGNORECASE
)  # fmt: skip
_ASKS_PURPOSE = re.compile(
    r"\bwaar(?:voor|toe)\b.*\b(?:bedoeld|dien(?:t|en)?|gebruikt?|nodig|is|zijn)\b|\bwaar dien(?:t|en)?\b.*\b(?:voor|toe)\b"
    r"|\bwaar\b.*\bvoor (?:bedoeld|nodig)\b|\bwat is (?:het|de) (?:doel|bedoeling|nut|functie) van\b|\bwhat\b.* (?:is|are)\b.*\bfor\W*$"
    r"|\bwhat is the (?:purpose|aim|goal) of\b",
    re.IGNORECASE,
)
_PURPOSE = re.compile(
    r"\bom\b.{2,80}\bte\b|\bte \w+en\b|\b(?:\w*doel(?:en|stelling\w*)?|bedoeld|dien(?:t|en)|zodat|waarmee|voor het|ten behoeve van|"
    r"gericht op|moet(?:en)? leiden|zorg(?:t|en)|mogelijk|ondersteunt|wil(?:len)?)\b",
    re.IGNORECASE,
)
_ASKS_POST = re.compile(
    r"\b(?:functie|rol|position|role) (?:van|of) (?:de heer |mevrouw )?[A-Z]\w+ (?:(?:van|de|der|den) )*[A-Z]"
    r"|\b(?:functie|position) (?:van|of) (?:de heer |mevrouw )?[A-Z]\w+\W*$"
)
"""The post of a person, which is no purpose."""
_ASKS_ACTS = re.compile(
    r"^(?:en |and )?(?:wat (?:doet|doen|deed|deden)|wat (?:heeft|hebben|had|hadden) (?=.{2,60}\bgedaan\b)|wat (?:is|was|zijn|waren) (?:de |het )?(?:rol|taak|bijdrage) van|"
    r"welke (?:rol|taak) (?:heeft|hebben|had|hadden|speelt|spelen|vervult|vervullen)|what (?:does|do|did)|"
    r"what (?:is|was) the (?:role|task) of)\s+"
    r"(?P<party>.+?)(?=\W*$|\s(?:in|bij|aan|binnen|voor|met|als|op|om|tijdens|do|does|within|for|at|with)\s)",
    re.IGNORECASE,
)
"""What a party does, or which part it has."""
_ASKS_SAYS = re.compile(
    r"^(?:en |and )?(?:wat (?:zegt|zeggen|zei|zeiden|vindt|vinden|vond|vonden|denkt|denken|dacht|adviseert|adviseerde|"
    r"stelt|stelde|schrijft|schreef|besloot|besluit|antwoordde|beweert|meent|verwacht|verwachtte|hoopt|belooft|beloofde)|"
    r"what (?:does|do|did) (?=.*\b(?:say|think|want|advise|write|expect|promise|hope)\b))\s*"
    r"(?P<party>.+?)(?=\W*$|\s(?:van|over|in|bij|aan|voor|met|als|op|om|dat|er\w*|hier\w*|daar\w*|about|of|on|say|think|want|"
    r"advise|write|expect|promise|hope)\b)",
    re.IGNORECASE,
)
"""What a party says or thinks of something."""
_ACCORDING_TO = frozenset("volgens aldus according".split())
_ASKS_WHO_IS = re.compile(
    r"^(?i:en |and )?(?i:wie (?:is|was)|who (?:is|was)) [A-Z]\w+ (?:[\w’'-]+ ){0,3}?[A-Z][\w’'-]+\W*$"
)
_POST = re.compile(
    rf"\b\w*(?:{ROLES}|manager|adviseur|leiding|secretaris|hoofd|ondernemer|eigenaar|beheerder|ambtenaar|generaal|"
    r"begeleider|vertegenwoordiger|director|chair|member|leader|advisor)\w*\b|\b\w*(?:student|deelnemer|medewerker)\b",
    re.IGNORECASE,
)
_BESIDE_NAME = 70
"""Characters between a person and what he or she is."""
_SETS_ASIDE = re.compile(
    r"(?:na|voor|sinds|naast|after|before|since|besides) (?:(?:de|het|een|the|an?) )?", re.IGNORECASE
)
_SUBJECT_WITHIN = 7
"""Words from its beginning within which a sentence names who acts."""
_OPENING = 200
"""Characters in which these words stand."""
_STANDS_FOR = 0.7
"""How well other words must stand for the party to be it."""
_ARTICLE_ONLY = re.compile(r"(?:de|het|een|the|an?|deze|dit|zijn|haar|hun)", re.IGNORECASE)
_IDENTIFIES = re.compile(r"\b(?:zijn|heten|are) (?:twee|drie|vier|vijf|two|three|four|\d+) ", re.IGNORECASE)
"""What several together are: nothing that one of them does."""
_NOT_ACTING = frozenset(
    "van bij door met aan voor namens in uit volgens tussen naar over op of by with for from at to".split()
)
"""Before a party, these tell that another one acts."""
_OF_ORGANISATIONS = r"(?! (?:(?:de|het|hun|jullie|onze|er|the|their) )?(?:\w+ ){0,2}?\w*(?:nemers?|partners?|partijen|gevers?|financiers?|organisaties|oprichters?|leveranciers?|founders|parties|funders?|initiators?)\b)"
"""What organisations are as well as persons: "wie zijn de initiatiefnemers"."""
_IS_SOMEBODY = (
    r"(?: (?:er|hier|daar|dan|nu|toen|eigenlijk|there))*"
    r"(?: (?:namens|bij|van|vanuit|voor|in|op|binnen|at|for|from|on behalf of)(?: [\w-]+){1,4}?)?"
    r" (?=(?:de|het|een|onze?|jullie|hun|uw|jouw|diens|zijn|haar|dat|dit|die|hij|zij|ze|jij|je|u|the|an?|our|your|their|that|this|those)\b"
    rf"|(?-i:[A-Z])|[\w-]*(?:{ROLES}|{ROLES_EN})\b)"
)
"""What follows "wie is" where a person is asked for; "wie is verantwoordelijk" may be met by whoever acts."""
_WHO_PERSON = re.compile(
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
    if kind in {"what", "definition", "list"} and (acts := _ASKS_ACTS.search(text)):
        return "post" if names_person(acts["party"]) else "acts"
    if kind in {"what", "list"} and _ASKS_SAYS.search(text):
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


def holds_aspect(question: Question, text: str) -> bool:
    """Whether a text holds a value of what a comparison is about ("verschil in duur"); False where that is no value."""
    words = {term.text.lower() for term in question.terms}
    return any(words & TYPE_WORDS[kind] and _CHECKS[kind](question, text) for kind in ("how_long", "amount", "when"))


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
    rf"\b(?:(?:wie (?:is|was|zijn|waren)|who (?:is|was|are|were))\b{_OF_ORGANISATIONS}{_IS_SOMEBODY}|hoe heet(?:te|ten)?\b{_OF_ORGANISATIONS})"
    rf"|\bwelke? \w*(?:{ROLES})\b|\bwhich (?:\w+ )?(?:{ROLES_EN})\b",
    re.IGNORECASE,
)


def asks_type(question: Question) -> bool:
    """Whether a passage can be checked for the kind of answer this question wants."""
    return wanted(question) in _CHECKS


def holds_type(question: Question, text: str) -> bool:
    """Whether the text holds an answer of the kind asked for; True for kinds that cannot be checked."""
    check = _CHECKS.get(wanted(question))
    return check(question, text) if check else True


def _who(question: Question, text: str) -> bool:
    """A person, other than those that the question itself names; or who acts, where no person is asked for."""
    asked = set(re.findall(r"[\w’'-]+", question.asked))
    if _SUCCESSOR.search(question.asked) and not _FOLLOWS.search(text):
        return False
    new = ((start, end) for start, end in persons_in(text) if not _names_in(text, start, end) <= asked)
    of_speaker = _SPEAKER_ASKED.search(question.asked) is not None
    if any(of_speaker or not _SPEAKS.search(text[:start]) for start, end in new):
        return True
    return not _WHO_PERSON.search(question.asked) and (_parties(question, text) or _acts_new(question, text))


_SUCCESSOR = re.compile(
    r"\b(?:opvolger|opvolgster|vervanger|vervangt|verving|vervangen|opgevolgd|successor|succeeds|succeeded|replaces|replaced)\b"
    r"|\b(?:volgt|volgde)\b.* op\b|\bin de plaats van\b",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(
    r"opvolg|vervang|\bvolgt\b|\bvolgde\b|neemt .*\bover\b|nam .*\bover\b|in (?:de|zijn|haar) plaats|succe[es]d|replac|\bnamens\b.*\b(?:zal|zullen|komt|komen|sluit|treedt)\b",
    re.IGNORECASE,
)
"""What tells who comes after somebody; without it the others who are named are no more than that."""
_SPEAKS = re.compile(r"\b(?:volgens|aldus|according to) (?:[\w-]+ ){0,3}$", re.IGNORECASE)
"""What stands before the one who says something, of whom it need not be told."""
_SPEAKER_ASKED = re.compile(
    r"\b(?:volgens wie|wie (?:zegt|zei|vertelt|vertelde|vindt|vond|stelt|noemt|noemde|meent|verwacht)|who (?:says|said|thinks))\b",
    re.IGNORECASE,
)


def _acts_new(question: Question, text: str) -> bool:
    """Whether a text has a word for people or an organisation that the question has not, as those who act.

    Those for whom or with whom something is done are asked for in so many words: "met wie".
    """
    asked = _stems_of(question.asked)

    def acts(place: int) -> bool:
        beside = _BESIDE_ACT.search(text[:place])
        return (
            beside is None or re.search(rf"\b{beside['how']} w(?:ie|elke)\b", question.asked, re.IGNORECASE) is not None
        )

    return any(stem(fold(m.group())) not in asked and acts(m.start()) for m in _ACTOR.finditer(text))


_BESIDE_ACT = re.compile(r"\b(?P<how>voor|met|over|naar|tussen) (?:\w+ ){0,2}$", re.IGNORECASE)
"""What stands before those that somebody else does something with."""


_SHORTEST_NAME = 3
"""Letters of the name of an organisation: "Ad" is a diploma."""


@lru_cache(maxsize=1_000)
def _stems_of(asked: str) -> frozenset[str]:
    """The stems of a question, which are the same for each sentence that is held against it."""
    return frozenset(token.stem for token in tokens(asked))


def _parties(question: Question, text: str) -> bool:
    """A name that the question has not, or a kind of organisation as the one that acts."""
    asked = _stems_of(question.standalone or question.text)
    return any(
        word.surface[:1].isupper()
        and (word.start > 0 or any(map(str.isupper, word.surface[1:])))
        and len(word.surface) >= _SHORTEST_NAME
        and word.stem not in asked
        and not is_everyday(word.word)
        for word in tokens(text)
    )


def _names_in(text: str, start: int, end: int) -> set[str]:
    """The words of a name, without the one that only has a capital as the sentence begins with it."""
    words = text[start:end].split()
    return set(words[1:] if start == 0 and is_everyday(fold(words[0])) else words)


def names_person(text: str) -> bool:
    """Whether two words stand together as a person's name: capitals, and no words of the dictionary.

    "Leonie Blom" is one, also in "Docent Leonie Blom"; "Bouwend Nederland" and "Hogeschool Rotterdam" are not.
    """
    return bool(persons_in(text))


def persons_in(text: str) -> list[tuple[int, int]]:
    """Where persons' names stand in a text, with what capitals stand right before or behind them."""
    return [match.span() for match in _CAPITALS.finditer(text) if _holds_name(match.group())]


_LONGEST_NAME = 13
"""Letters of a part of a person's name; what is longer is a compound: "Gebouwgebonden Installatietechniek"."""


def _holds_name(capitals: str) -> bool:
    """Whether two of the words with a capital are first name and surname, which after "van" or "de" may be any word."""
    parts = capitals.split()
    places = [i for i, part in enumerate(parts) if part[:1].isupper()]
    everyday = {i: is_everyday(fold(parts[i])) or len(parts[i]) > _LONGEST_NAME for i in places}
    return any(not everyday[i] and (not everyday[j] or j > i + 1) for i, j in pairwise(places))


def _number(question: Question, text: str) -> bool:
    """A number that counts something and that the question has not: no year, no level, no ordinal of a theme."""
    asked = _stems_of(question.asked)
    return any(
        not _YEAR_ONLY.match(match.group())
        and stem(fold(match.group())) not in asked
        and not _OF_TIME.match(text[match.end() :])
        and not _CLOCK.search(text[: match.start()])
        and not _LABELLED.search(text[: match.start()])
        and not (match.group()[0].isdigit() and _ARTICLE.search(text[: match.start()]))
        for match in _NUMBER.finditer(text)
    )


def _when(question: Question, text: str) -> bool:
    """A date, other than the years that the question itself names; a month where a day is asked for, or a week."""
    of_day, of_date = _ASKS_DAY.search(question.text), _ASKS_DATE.search(question.text)
    if of_day or of_date:
        in_words = _WEEKDAY.search(text) or _DAY_OF_MONTH.search(text) if of_day else _MONTH.search(text)
        return bool(in_words) or any(day not in question.days for day in days_in(text))
    if _ASKS_WEEK.search(question.text):
        return bool(_WEEK.search(text))
    for day, start, end in dates_in(text) if question.days else ():
        if any(same_day(asked, day) for asked in question.days):
            text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"  # who asks what comes behind a day knows that day
    return any(match.group() not in question.years for match in _DATE.finditer(text))


def _how_often(question: Question, text: str) -> bool:
    """How often a thing happens; of what has been done ("hoe vaak is het gelezen") a number tells that."""
    return _number(question, text) if _OFTEN_DONE.search(question.asked) else bool(_OFTEN.search(text))


def _how_long(question: Question, text: str) -> bool:
    """A duration, of what is asked about: "na een Ad duurt een bachelor …" does not tell how long an Ad takes."""
    if _LASTS.search(question.asked):
        text = _SO_FAR.sub("", text)  # how long there has been such a thing is not how long it takes
    return bool(_DURATION.search(text)) and not _begins_behind(question, text)


_LASTS = re.compile(r"\b(?:duurt|duren|duurde|duurden|studieduur|takes?|lasts?)\b", re.IGNORECASE)
_SO_FAR = re.compile(
    r"\b(?:al|sinds|al meer dan|already) (?:[\w-]+ ){0,3}(?:jaar|jaren|maanden|weken|years)\b"
    r"|\bbest(?:aat|aan|ond|onden)\b[^.;]*?(?:jaar|jaren)\b|\bervaring\b[^.;]*?(?:jaar|jaren)\b",
    re.IGNORECASE,
)


def _begins_behind(question: Question, text: str) -> bool:
    """Whether a sentence sets aside what is asked about at its beginning: "na een Ad …", unless that is asked for."""
    if _ASKS_AFTER.search(question.standalone):
        return False
    opening = _SETS_ASIDE.match(text)
    following = tokens(text[opening.end() : _OPENING])[:1] if opening else []
    about = (term for term in question.terms if not term.light and not names_type(question, term.text))
    asked = {stem for term in about for stem in term.stems}
    return any(token.stem in asked for token in following)


_ASKS_AFTER = re.compile(
    r"\b(?:na|erna|daarna|hierna|vervolgens|al een|after|afterwards|already|then)\b", re.IGNORECASE
)


def _contact(question: Question, text: str) -> bool:
    return bool(_CONTACT.search(text))


def _amount(question: Question, text: str) -> bool:
    return bool(_AMOUNT.search(text) or _SPENT.search(text)) and any(
        stem(fold(match.group())) not in _stems_of(question.asked) for match in _NUMBER.finditer(text)
    )


def _where(question: Question, text: str) -> bool:
    return bool(_PLACE.search(text))


def _site(question: Question, text: str) -> bool:
    return bool(_SITE.search(text))


def _purpose(question: Question, text: str) -> bool:
    return bool(_PURPOSE.search(text))


def _place(question: Question, text: str) -> bool:
    return any(match["den"] or not is_common_noun(fold(match["name"])) for match in _TOWN.finditer(text))


def _why(question: Question, text: str) -> bool:
    return bool(_CAUSE.search(text))


def _acts(question: Question, text: str) -> bool:
    """Whether a sentence begins with the party of which is asked what it does, as the one that acts."""
    whole = question.asked
    says = _ASKS_SAYS.search(whole)
    asked = says or _ASKS_ACTS.search(whole)
    begins, ends = asked.span("party") if asked else (0, 0)
    parties = {
        way[0]
        for term in question.terms
        if not term.light and begins <= whole.find(term.text) < ends
        for way in (term.stems, *(way for way, weight in term.alternatives if weight >= _STANDS_FOR))
    }
    if _IDENTIFIES.search(text[:_OPENING]) or len(text.split()) < _SUBJECT_WITHIN:
        return False
    before = ""
    within = len(text.split()) if says else _SUBJECT_WITHIN
    for token in tokens(text[:_OPENING])[:within]:
        if token.stem in parties and (before not in _NOT_ACTING or (says and before in _ACCORDING_TO)):
            return True
        if not _ARTICLE_ONLY.fullmatch(token.word):
            before = token.word
    return False


def _post(question: Question, text: str) -> bool:
    """Whether what somebody is stands beside the name: "Leonie Blom (projectleiding)"."""
    names = [term.text.split()[-1] for term in question.terms if term.name]
    return any(
        _POST.search(text[max(0, match.start() - _BESIDE_NAME) : match.end() + _BESIDE_NAME])
        for name in names
        for match in re.finditer(rf"\b{re.escape(name)}\b", text)
    )


_CHECKS = {
    "acts": _acts,
    "post": _post,
    "contact": _contact,
    "who": _who,
    "parties": _parties,
    "how_many": _number,
    "when": _when,
    "how_long": _how_long,
    "how_often": _how_often,
    "amount": _amount,
    "where": _where,
    "place": _place,
    "site": _site,
    "measure": _number,
    "why": _why,
    "purpose": _purpose,
}


_TIME_UNITS = {
    "year": re.compile(r"\b(?:jaar|jaren|\w*jarige?|years?)\b", re.IGNORECASE),
    "month": re.compile(r"\b(?:maand|maanden|\w*maandse?|months?|kwartaal|kwartalen)\b", re.IGNORECASE),
    "week": re.compile(r"\b(?:week|\w*weken|\w*weekse?|weeks?)\b", re.IGNORECASE),
    "day": re.compile(r"\b(?:dag|\w*dagen|\w*daagse?|days?)\b", re.IGNORECASE),
    "hour": re.compile(r"\b(?:uur|uren|hours?)\b", re.IGNORECASE),
}
_ASKED_UNIT = re.compile(r"\b(?:hoeveel|how many)\s+(?P<unit>\w+)", re.IGNORECASE)


def in_asked_unit(question: Question, text: str) -> bool:
    """Whether a text speaks of the unit of time in which the answer is asked ("hoeveel weken"); True where none is."""
    asked = _ASKED_UNIT.search(question.asked)
    units = [form for form in _TIME_UNITS.values() if asked and form.fullmatch(asked["unit"])]
    return not units or bool(units[0].search(text))


_ENUMERATED = re.compile(r":\s.+,|,[^,]+,|,[^,]+ (?:en|of|and|or) ")
_TOGETHER = re.compile(r"\b[\w-]+ (?:en|and) [\w-]+")


def enumerates(text: str) -> bool:
    """Whether a text names several things in a row."""
    return bool(_ENUMERATED.search(text))


def joins(text: str) -> bool:
    """Whether a text names at least two things together: "Avans en Saxion"."""
    return enumerates(text) or bool(_TOGETHER.search(text))


def names_new(question: Question, text: str) -> bool:
    """Whether a text has a name or a number that the question has not."""
    asked = {fold(token.word) for token in tokens(question.standalone or question.text)}
    words = tokens(text)
    return any(
        ((word.surface[:1].isupper() and place > 0) or word.surface[:1].isdigit()) and fold(word.word) not in asked
        for place, word in enumerate(words)
    )


def counts(question: Question, text: str) -> bool:
    """Whether a number in the text counts the thing that was asked for: it stands at most five words before it."""
    if not question.head:
        return False
    words = tokens(text)
    for i, word in enumerate(words):
        if (word.stem.isdigit() and not _YEAR_ONLY.match(word.stem)) or word.surface.lower() in _COUNT_WORDS:
            following = [w.stem for w in words[i + 1 : i + 6]]
            if question.head[0] in following or any(s.endswith(question.head[0]) for s in following):
                return True
    return False


_COUNT_WORDS = frozenset(("één", "geen", "beide"))
"""Words that count besides the numbers; "een" without accents is the article."""
