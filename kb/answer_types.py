"""Whether a passage holds an answer of the kind that was asked for: a person, a date, a number, an amount."""

from __future__ import annotations

import re
from functools import lru_cache

from kb.dates import dates_in, days_in, same_day
from kb.language import NUMBER_WORDS, fold, is_common_noun, is_everyday, stem, tokens
from kb.persons import persons_in, words_of_name
from kb.types import Question
from kb.wanted import ASKS_ACTS, ASKS_PERSON, ASKS_SAYS, ROLES, TYPE_WORDS, names_type, wanted

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
_ADDRESS_ALONE = re.compile(r"\W*(?:https?://|www\.)\S+\W*", re.IGNORECASE)
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
_TOWN = re.compile(
    r"\b(?:in|te|uit|naar|regio|rond|omgeving)\s+(?:de |het )?(?P<den>[dD]en )?(?P<name>[A-Z][\w-]*[a-z][\w-]*)"
)
_SITE = re.compile(rf"{_WEB_ADDRESS}|\b[\w-]+\.(?:net|info)\b", re.IGNORECASE)
_OFTEN_DONE = re.compile(
    r"\bhoe vaak (?:is|zijn|was|waren|heeft|hebben|had|hadden|werd|werden)\b|\bhow (?:often|many times) (?:has|have|had|was|were)\b",
    re.IGNORECASE,
)
_OFTEN = re.compile(
    rf"\b(?:\d+|{_NUMBER_WORD}|één|een|enkele|meerdere|paar)\s*(?:keer|maal)\b|\b(?:keer|maal) (?:per|in)\b|\bper \w+\b|"
    r"\b(?:jaarlijks|maandelijks|wekelijks|dagelijks|tweejaarlijks|halfjaarlijks|kwartaal\w*|periodiek|regelmatig)\w*\b|"
    r"\b(?:elke|elk|iedere|ieder|om de)\b",
    re.IGNORECASE,
)
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
_PURPOSE = re.compile(
    r"\bom\b.{2,80}\bte\b|\bte \w+en\b|\b(?:\w*doel(?:en|stelling\w*)?|bedoeld|dien(?:t|en)|zodat|waarmee|voor het|ten behoeve van|"
    r"gericht op|moet(?:en)? leiden|zorg(?:t|en)|mogelijk|ondersteunt|wil(?:len)?)\b",
    re.IGNORECASE,
)
_ACCORDING_TO = frozenset("volgens aldus according".split())
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


def holds_aspect(question: Question, text: str) -> bool:
    """Whether a text holds a value of what a comparison is about ("verschil in duur"); False where that is no value."""
    words = {term.text.lower() for term in question.terms}
    return any(words & TYPE_WORDS[kind] and _CHECKS[kind](question, text) for kind in ("how_long", "amount", "when"))


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
    new = ((start, end) for start, end in persons_in(text) if not words_of_name(text, start, end) <= asked)
    of_speaker = _SPEAKER_ASKED.search(question.asked) is not None
    if any(of_speaker or not _SPEAKS.search(text[:start]) for start, end in new):
        return True
    return not ASKS_PERSON.search(question.asked) and (_parties(question, text) or _acts_new(question, text))


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
    says = ASKS_SAYS.search(whole)
    asked = says or ASKS_ACTS.search(whole)
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


def is_address(text: str) -> bool:
    """Whether a text is the address of a page and nothing else."""
    return _ADDRESS_ALONE.fullmatch(text) is not None


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
