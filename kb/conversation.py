"""What a question means in a conversation: with what it leaves out, taken from what was asked and answered before.

There may be several readings ("loopt die nog?" is about what was spoken of; "wie zit er in de raad?" may begin anew).
Which one holds is settled by which the documents answer (`kb/knowledge_base.py`); here they are put in order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.courtesy import courtesy_in
from kb.kinds import kind_of
from kb.language import LIGHT, Token, infinitive, is_everyday, is_noun_like, is_stop, tokens, words_of_substance
from kb.persons import persons_in
from kb.phrasing import restarted
from kb.types import Turn
from kb.vocabulary import ORGANISATIONS, Vocabulary
from kb.wanted import TYPE_WORDS
from kb.wishes import Wish, wish_of

_WHOLE_FROM = 4
"""Turns that are looked back to, for what a question leaves out."""
FEW_WORDS = 3
"""Words of substance in a question that may leave unsaid what it is about, at most."""
_MANY_WORDS = 7
"""The same, where it begins as one that goes on: "en als je maar half zo lang blijft?"."""
_FEWEST_ALONE = 2
"""Words of substance with which a question that points back may be one of its own as well."""
_MOST_NOUNS = 3
"""Words of the question before that are carried along, beside names."""
_TOO_FEW = 2
"""Words of substance with which a second part leans on the first ("… en met welke bedrijven?")."""
_SHORTEST_PART = 3
"""Words of a question that stands before another: "wie en wat …" is one."""
_LONGEST_PLACE = 3
"""Words that stand for one thing."""
_ELLIPSIS = re.compile(
    r"^(?:en|and|of|or|maar|ook|what about|how about|hoe zit het met|en hoe zit het met)\b", re.IGNORECASE
)
_CLAUSE = re.compile(r"\b(?:ik|wij|we|je|u|jullie|men|hij|zij|ze|i|you|they|he|she)\b", re.IGNORECASE)
"""Who acts, which what is no more than a name or a place does not tell; behind "als" it may."""
_NAMED_FIRST = re.compile(
    r"(?:en|maar|and|but) (?P<question>(?P<what>(?!(?:in|bij|voor|met|van|op|aan|als|for|at|with|of|on|if)\b)[^,]+), (?:is|zijn|was|kan|mag|moet|geldt|gelden|werkt|doet|doen|telt|are|can|may|does|do)\b.+)",
    re.IGNORECASE,
)
"""What is named before the question of it: "en het zeilfonds, is dat iets voor mij?"."""
_HOW_ABOUT = re.compile(
    r"(?:en |and |maar )?(?:hoe zit (?:het|dat|dit) met|what about|how about) (?P<what>.+)", re.IGNORECASE
)
"""The same asked of another: "hoe zit het met de bouw?"."""
_CONDITION = re.compile(r"(?:als|if|wanneer|when)\b", re.IGNORECASE)
_PRONOUN = re.compile(
    r"\b(?:die|dat|deze|dit|hij|zij|ze|hem|hen|hun|daar|ervan|eraan|erbij|erover|daarvan|daarbij|daarover|daarmee|daaraan|"
    r"daarna|daarop|daarin|daarvoor|hierbij|hiervoor|hierin|hiervan|dezelfde|zo'n|diens|het(?=\W*$)|"
    r"it|they|them|he|she|him|her|that|this|those|these|there|its|their)\b",
    re.IGNORECASE,
)
POINTER = re.compile(r"(?:daar|hier|er|waar)(?:aan|bij|door|in|mee|na|naast|om|op|over|toe|uit|van|voor)|dan|then")
_BROUGHT_UP = re.compile(
    r"\b(?:daar|er|daarvoor|there|it) (?:\w+ )??(?:een |geen |any |an? )?(?P<noun>[a-z]\w{3,})", re.IGNORECASE
)
"""What a question brings up by asking whether there is such a thing: "is daar een training voor?"."""
_OF_WHOM = re.compile(r"\b(?:van|door|voor|met|bij|namens|from|by|for|with) (?:wie|whom)\b", re.IGNORECASE)
"""Asks for somebody beside what was spoken of, and not who was named: "van wie is dat?"."""
_HIS = re.compile(r"(?<=\b(?:is|of|as|et|an) )(?:zijn|haar|his|her|diens) (?=[a-zà-ÿ])", re.IGNORECASE)
_THEN = re.compile(r"\b(?:dan|toen|then)\b", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:hij|zij|ze|hem|he|she|him|diens)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:\w+en|zijn) (?:zij|ze)\b|\b(?:zij|ze) (?:\w+en|zijn)\b", re.IGNORECASE)
"""Where "zij" are several: "werken zij", no person."""
_ASKS_WORD = r"(?:wie|wat|welke?|wanneer|waar\w*|hoe|hoeveel|who|what|which|when|where|how|why)"
_MAY = r"(?:mag|mogen|moet|moeten|kan|kun|kunt|kunnen|krijg|krijgt|krijgen|hoef|hoeft|hoeven|is|zijn|wordt|worden|can|may|must|do|does|is|are)"
"""How a question begins that wants yes or no."""
_TWO_PARTS = re.compile(
    r"(?P<first>.+?),? (?:en|and) (?P<second>(?:(?:met|in|van|voor|door|bij|op|uit|aan|with|for|by|of|at) )?"
    rf"{_ASKS_WORD}\b .+|{_MAY} (?:ik|je|jij|u|we|wij|jullie|ze|zij|hij|men|dat|die|het|er|we|i|they|it|that)\b .+)",
    re.IGNORECASE,
)
_CIRCUMSTANCE = r"(?:waar|wanneer|hoe laat|hoe lang|waarom|met wie|where|when|why|how long|with whom)"
_ASKS_BOTH = re.compile(rf"^(?P<one>{_CIRCUMSTANCE}) (?:en|and) (?P<other>{_CIRCUMSTANCE}) (?P<same>.+)", re.IGNORECASE)
"""Two questions in the same words: "waar en wanneer begint de les?"."""
_OF_EACH = re.compile(
    r"^(?:vergelijk|vergelijken|compare)\s+(?P<one>.+?)\s+(?:eens |even )?(?:met|en|with|and|to)\s+"
    r"(?P<other>[^:;,?]+)[:;,]\s*"
    rf"(?P<asked>(?:(?:met|in|van|voor|door|bij|op|uit|aan|with|for|by|of|at) )?{_ASKS_WORD}\b[^?]+)"
    r"|^(?P<same>[^,;?]+?)\s(?P<preposition>bij|in|aan|voor|van|op|at|in|for|of)\s(?P<this>[^,;?]+?) (?:en|and) "
    r"(?P=preposition)\s(?P<that>[^,;?]+)",
    re.IGNORECASE,
)
"""One question of two things: "vergelijk A met B: wie …?", "wie doen er mee aan A en aan B?"."""
_NAME = re.compile(r"\b[A-Z][\w&’'-]*(?:\s+(?:van|de|der|den|het|en|in|&)\s+[A-Z][\w’'-]*|\s+[A-Z][\w’'-]*)*")
_ASPECT_OF = re.compile(
    r"\b(?:wat (?:is|zijn|was|waren)|welke?|what (?:is|are|was|were)|which) (?:de |het |een |the |an? )?"
    r"(?P<aspect>[a-zà-ÿ]\w+) (?:van|over|of|about) (?=\w)",
    re.IGNORECASE,
)
"""What was asked of a subject ("de conclusies van de nulmeting"): the next question asks something else of it."""
_DETERMINER = r"(?:(?:de|het|een|onze?|deze|dit|the|an?|our) )?"
_ELLIPSIS_AT = re.compile(
    r"^(?:en|and|of|maar)\s+(?:hoe zit het |what about )?"
    r"(?P<preposition>in|bij|voor|aan|met|van|op|als|tijdens|for|at|with|of|as)\s",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:en |and )?(?:(?:wat|what) (?:was|ging|kwam|gebeurde|is|came|happened) (?:er )?)?"
    r"(?:daarvoor|ervoor|daaraan vooraf|eraan vooraf|before(?: that)?)",
    re.IGNORECASE,
)
"""What came before something: a predecessor, of whatever sort."""
_ARTICLE = re.compile(r"\b(?:de|het|een|the|an?) $", re.IGNORECASE)
_OWNER = re.compile(r"onze?|jullie|mijn|our|my", re.IGNORECASE)
_TOPIC = re.compile(r" \((?P<topic>[^()]*)\)\?$")
_BESIDE = frozenset({"soort", "niveau"})
"""Facets of which a value names nothing by itself: a level, a kind of document."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a question."""

    text: str
    """The question, made whole."""
    about: str = ""
    """What it is about without a word on it: an answer has to be about that, though it need not hold the words."""
    doubted: bool = False
    """Whether it leaves out of account what the question points at, so that it has to be answered for certain."""


@dataclass(frozen=True, slots=True)
class TurnedBack:
    """A question of which the answer is asked again, as it stands ("waar staat dat?") or shorter."""

    wish: Wish
    question: str
    history: Sequence[Turn]
    """What came before that question."""


@dataclass(frozen=True, slots=True)
class _Spoken:
    """The turn before."""

    asked: str
    """The question, made whole, without what it was about."""
    about: str
    answer: str
    root: str = ""
    """What the last question that stood alone was about."""


class Conversation:
    """Reads questions in the light of the turns before."""

    def __init__(self, vocabulary: Vocabulary, subject: str = "") -> None:
        """`subject`: what all documents are about, so that it tells nothing when it is spoken of."""
        self._vocabulary = vocabulary
        self._subject = frozenset(token.stem for token in tokens(subject))

    @staticmethod
    def turned_back(text: str, history: Sequence[Turn]) -> TurnedBack | None:
        """The question before, where a text asks of its answer where that stands, or to say it in fewer words."""
        if not history or not (wish := wish_of(text)):
            return None
        places = [i for i, turn in enumerate(history) if not wish_of(turn.question)]
        return TurnedBack(wish, history[places[-1]].question, history[: places[-1]]) if places else None

    def readings(self, text: str, history: Sequence[Turn]) -> tuple[Reading, ...]:
        """The ways to understand a question, the likeliest first; one where nothing came before."""
        whole = restarted(" ".join(text.split()))
        history = _spoken(history)
        return self._read(whole, self._last(history)) if history else (Reading(whole),)

    def _read(self, whole: str, last: _Spoken) -> tuple[Reading, ...]:
        """The ways to understand a question after a turn."""
        content = [t for t in tokens(whole) if not is_stop(t.word) and not POINTER.fullmatch(t.word)]
        own = [t for t in content if t.word not in LIGHT and t.word not in TYPE_WORDS.get(kind_of(whole), ())]
        few = len(content) <= FEW_WORDS
        if (person := self._person(whole, last)) and few:
            if _HIS.search(whole):
                named = f"{_HIS.sub('de ', whole).rstrip(' ?!.')} van {person}?"
            else:
                named = _PERSON.sub(person, whole, count=1)
            return Reading(named), Reading(whole, person)
        topic = self._topic(whole, last)
        if topic and _BEFORE.fullmatch(whole.rstrip(" ?!.")):
            return (Reading(f"Wat is de voorloper van {topic}?"),)
        another, by_itself = _HOW_ABOUT.match(whole), _NAMED_FIRST.match(whole)
        if few and another and self._same_facet(another["what"], last):
            put = f"en {another['what']}"
            return tuple(self._replaced(put, last, [t for t in tokens(put) if not is_stop(t.word)]))
        if few and by_itself and not _CLAUSE.search(by_itself["what"]):
            return (Reading(by_itself["question"]),)  # it says itself what it is about
        if few and _ELLIPSIS.match(whole) and kind_of(whole) in {"keywords", "yes_no"} and not self._stands(whole):
            return tuple(dict.fromkeys(self._replaced(whole, last, content)))
        if topic and (between := set_against(whole, topic)):
            return (Reading(between),)
        bare = not own and kind_of(whole) != "keywords"
        spoken_of = {token.stem for token in tokens(topic)} - self._subject - {token.stem for token in content}
        begun = _ELLIPSIS.match(whole) is not None and (few or (bool(spoken_of) and len(content) <= _MANY_WORDS))
        points = begun or (few and any(p.search(whole) for p in (_PRONOUN, _HIS, _THEN)))
        if not topic or not (bare or points or self._may_go_on(whole, own)):
            return (Reading(whole),)
        topics = list(dict.fromkeys(filter(None, (self._brought_up(whole, last, topic), topic, last.root))))
        if bare:
            return tuple(Reading(with_topic(whole, one)) for one in topics)
        readings = [Reading(whole, one) for one in topics]
        if points and len(own) < _FEWEST_ALONE:
            return *readings, Reading(with_topic(whole, topic))
        return *readings, Reading(whole, doubted=points)

    def parts(self, text: str, history: Sequence[Turn] = ()) -> tuple[str, str] | None:
        """The two questions in "wie betaalt de wol, en wanneer begint de les?", each made whole; None for one."""
        whole = restarted(" ".join(text.split()))
        history = _spoken(history)
        if of_each := _of_each(whole):
            return of_each
        if both := _ASKS_BOTH.match(whole):
            return f"{both['one']} {both['same']}", f"{both['other']} {both['same']}"
        match = _TWO_PARTS.match(whole)
        if not match or kind_of(whole) == "compare" or kind_of(match["first"]) == "keywords":
            return None
        if len(tokens(match["first"])) < _SHORTEST_PART:
            return None
        reading = self.readings(f"{match['first']}?", history)[0]
        first = with_topic(reading.text, reading.about)
        second = match["second"]
        leans = (
            len(words_of_substance(second)) <= _TOO_FEW and kind_of(second) != "definition" and not _NAME.search(second)
        )
        if leans or _PRONOUN.search(second):
            second = with_topic(second, self._topic(second, _Spoken(*split_topic(first), "")))
        return first, second

    def _last(self, history: Sequence[Turn]) -> _Spoken:
        """The turn before, made whole where it was a follow-up itself, or may have been one."""
        last, earlier = history[-1], _spoken(history[-_WHOLE_FROM:-1])
        whole = restarted(" ".join(last.question.split()))
        before = self._last(earlier) if earlier else None
        reading = self._read(whole, before)[0] if before else Reading(whole)
        asked, topic = split_topic(reading.text)
        about = reading.about or topic
        alone = not about and reading.text == whole
        root = _pieces(asked, [(t.start, t.end) for t in _things(asked)[-_MOST_NOUNS:]]) if alone else ""
        if not root and before:
            root = before.root
        return _Spoken(asked, about, re.sub(r"\[\d+\]", "", last.answer), root)

    def _may_go_on(self, text: str, own: Sequence[Token]) -> bool:
        """Whether a question that points at nothing may be about what was spoken of: it is short, and names nothing."""
        named = any(value.facet not in _BESIDE for value, _, _ in self._vocabulary.named_in(text))
        named = named or any(has_capital(token) for token in own)
        return not named and len(own) <= FEW_WORDS and kind_of(text) not in {"keywords", "definition", "compare"}

    @staticmethod
    def _stands(text: str) -> bool:
        """Whether what begins like the end of a question is a sentence: "maar ik heb al een diploma"."""
        rest = text.split(maxsplit=1)[-1]
        return bool(_CLAUSE.search(rest)) and not _CONDITION.match(rest)

    def _person(self, text: str, last: _Spoken) -> str:
        """The person whom "hij" or "haar functie" means: last in the question before, else first in its answer."""
        if _SEVERAL.search(text) or not (_PERSON.search(text) or _HIS.search(text)):
            return ""
        if persons_in(last.about) == [(0, len(last.about))] and not self._vocabulary.named_in(last.about):
            return last.about
        for said, place in ((last.asked, -1), (last.answer, 0)):
            known = [(start, end) for _, start, end in self._vocabulary.named_in(said)]
            persons = [(a, b) for a, b in persons_in(said) if not any(a < end and start < b for start, end in known)]
            if persons:
                return _bare(said[slice(*persons[place])])
        return ""

    def _same_facet(self, text: str, last: _Spoken) -> bool:
        """Whether a text names a value of the sort that the question before does: another sector, another level."""
        asked = {value.facet for value, _, _ in self._vocabulary.named_in(with_topic(last.asked, last.about))}
        return any(value.facet in asked for value, _, _ in self._vocabulary.named_in(text))

    def _replaced(self, text: str, last: _Spoken, content: Sequence[Token]) -> list[Reading]:
        """So "en in de logistiek?" after "welke pilots zijn er in de bouw?": the new value in the old one's place."""
        before = with_topic(last.asked, last.about)
        if not content:
            return [Reading(before)]
        added = [t for t in content if not _OWNER.fullmatch(t.word)] or list(content)
        addition = text[added[0].start : added[-1].end]
        new = self._vocabulary.named_in(text)
        facets = {value.facet for value, _, _ in new} or {*ORGANISATIONS, "sector"}
        old = [(a, b) for value, a, b in self._vocabulary.named_in(before) if value.facet in facets]
        named = list(_NAME.finditer(before[1:]))
        if not old and not new and named and any(map(has_capital, added)):
            old = [(named[-1].start() + 1, named[-1].end() + 1)]
        if not old and (place := _same_place(text, before)):
            old = [place]
        if old:
            start, end = old[-1]
            is_name = any(value.facet in ORGANISATIONS for value, _, _ in new)
            begun = _in_place(before[:start], text[: added[0].start], addition, is_name)
            return [Reading(begun + before[end:])]
        more = text[_ELLIPSIS.match(text).end() :].strip(" ?!.")  # type: ignore[union-attr]
        glued = Reading(with_topic(f"{last.asked.rstrip(' ?!.')} {more}?", last.about))
        things = _things(last.asked)
        if any(map(has_capital, added)):
            return [Reading(f"{addition}?", last.about or " ".join(token.surface for token in things)), glued]
        if not things or _CONDITION.match(more) or not all(is_noun_like(token.word) for token in added):
            return [glued]
        first = len(things) - 1
        while first and things[first].start - things[first - 1].end <= 1:
            first -= 1
        is_name = any(value.facet in ORGANISATIONS for value, _, _ in new)
        begun = _in_place(last.asked[: things[first].start], text[: added[0].start], addition, is_name)
        replaced = begun + last.asked[things[-1].end :]
        return [*([Reading(replaced, last.about)] if last.about else []), Reading(replaced), glued]

    def _topic(self, text: str, last: _Spoken) -> str:
        """What a question points at: who was named in the last answer for a bare "who", else what was spoken of."""
        asks_who = kind_of(text) == "who" and not _OF_WHOM.search(text) and not words_of_substance(text)
        if asks_who and (found := self._named(last.answer)):
            persons = [_bare(last.answer[start:end]) for start, end in persons_in(last.answer)]
            return persons[0] if persons else last.answer[slice(*found[0])]
        others = bool(self._named(text))
        aspect = _ASPECT_OF.search(last.asked)
        named = self._named(last.asked)
        things = [
            (token.start, token.end)
            for token in _things(last.asked)
            if not (aspect and token.start == aspect.start("aspect"))
            and not any(start <= token.start < end for start, end in named)
        ]
        if others:  # another is asked of now
            return _pieces(last.asked, things) or last.about
        if named or not last.about:
            return _pieces(last.asked, sorted([*named, *things[-_MOST_NOUNS:]]))
        if not things or _PRONOUN.search(last.asked) or _THEN.search(last.asked):
            return last.about  # what it points at is spoken of still
        carried = _pieces(last.about, self._named(last.about))
        return " ".join(filter(None, (_pieces(last.asked, things[-_MOST_NOUNS:]), carried)))

    @staticmethod
    def _brought_up(text: str, last: _Spoken, topic: str) -> str:
        """What was spoken of, with what was asked whether there is: a training, after "is daar een training voor?"."""
        brought = _BROUGHT_UP.search(last.asked)
        points_at_it = _PRONOUN.search(text) or _THEN.search(text)
        if not brought or topic != last.about or kind_of(last.asked) != "yes_no" or not points_at_it:
            return ""
        return f"{brought['noun']} {topic}" if is_noun_like(brought["noun"].lower()) else ""

    def _named(self, text: str) -> list[tuple[int, int]]:
        """Where a text names persons, organisations and other values, in order, none within another."""
        spans = [(start, end) for value, start, end in self._vocabulary.named_in(text) if value.facet not in _BESIDE]
        spans += persons_in(text)
        spans += [m.span() for m in _NAME.finditer(text) if m.start() or _is_name(m.group())]
        spans = [(a, b) for a, b in spans if not all(is_stop(t.word) or t.word in LIGHT for t in tokens(text[a:b]))]
        found: list[tuple[int, int]] = []
        for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
            if not any(start < b and a < end for a, b in found):
                found.append((start, end))
        return sorted(found)


def _spoken(history: Sequence[Turn]) -> list[Turn]:
    """The turns that something was said in: without those on an answer itself, thanks, and what nothing answered.

    Where no turn has its answer with it, all of them count.
    """
    turns = [turn for turn in history if not wish_of(turn.question) and not courtesy_in(turn.question)]
    return [turn for turn in turns if turn.answer] or turns


def _in_place(before: str, beside: str, addition: str, is_name: bool) -> str:
    """What stands before the thing that is replaced, and the new one, with the article that stands beside it.

    "en het getouw?" after "wie betaalt de wol?" asks who pays "het getouw"; a name has none.
    """
    own, other = _ARTICLE.search(beside), _ARTICLE.search(before)
    if other and (own or is_name):
        return before[: other.start()] + (own.group() if own else "") + addition
    return before + addition


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Some pieces of a text as one."""
    return " ".join(text[start:end] for start, end in spans)


def _things(asked: str) -> list[Token]:
    """The words of a question that name what it is about: no grammar, no kind of answer, no verb, nothing of how."""
    words = tokens(asked)
    kind_words = TYPE_WORDS.get(kind_of(asked), ())

    def names(before: Token | None, token: Token, after: Token | None) -> bool:
        word = token.word
        general = is_stop(word) or word in LIGHT or is_stop(infinitive(word)) or infinitive(word) in LIGHT
        if general or POINTER.fullmatch(word) or word in kind_words:
            return False
        if has_capital(token):
            return True
        if _OF_HOW.search(word) and not (after and is_noun_like(after.word) and not is_stop(after.word)):
            return False
        return is_noun_like(word) or (infinitive(word) == word and before is not None and before.word in _BEFORE_NOUN)

    around = zip((None, *words), words, (*words[1:], None), strict=False)
    return [token for before, token, after in around if names(before, token, after)]


_OF_HOW = re.compile(r"\w{2}(?:aal|eel|isch|lijk|baar|ief|zaam|matig|loos|ig)$")
"""How adjectives end, which name nothing where no noun follows: "wat krijg ik maximaal?"."""
_BEFORE_NOUN = frozenset("de het een bij van over voor met in op aan door naar zonder the of on about with for".split())
"""Before an infinitive these tell that it is a noun: "bij praktijkleren"."""


def _is_name(capitals: str) -> bool:
    """Whether what begins a text with a capital is a name by itself."""
    first, *others = capitals.split()
    return bool(others) or first[1:2].isupper() or not is_everyday(first.lower())


def _bare(name: str) -> str:
    """A name without the word before it that only has a capital as it begins a sentence, or is a title ("Docent")."""
    words = name.split()
    while len(words) > 2 and is_everyday(words[0].lower()):
        words.pop(0)
    return " ".join(words)


def has_capital(word: Token) -> bool:
    """Whether a word is written as a name: with a capital that does not come from opening the question ("iPhone")."""
    return any(letter.isupper() for letter in (word.surface if word.start > 0 else word.surface[1:]))


def split_topic(text: str) -> tuple[str, str]:
    """A question as it was asked, and what it was made whole with; empty where there is none."""
    match = _TOPIC.search(text)
    return (f"{text[: match.start()]}?", match["topic"]) if match else (text, "")


def with_topic(text: str, topic: str) -> str:
    """A question made whole with what it is about."""
    return f"{text.rstrip(' ?!.')} ({topic})?" if topic else text


_DIFFERS_FROM = re.compile(
    r"\b(?P<difference>verschil(?:len)?|onderscheid) met (?P<other>[^?]+)"
    r"|\b(?P<in_english>differences?) (?:from|with|to) (?P<another>[^?]+)",
    re.IGNORECASE,
)


def set_against(text: str, about: str) -> str:
    """A question that names one side of a comparison, with the other ("verschil met de bbl"); else empty."""
    match = _DIFFERS_FROM.search(text)
    if not match:
        return ""
    dutch = bool(match["other"])
    difference, between, joined = ("difference", "tussen", "en") if dutch else ("in_english", "between", "and")
    other = (match["other"] or match["another"]).strip(" ?!.")
    return f"{text[: match.start()]}{match[difference]} {between} {about} {joined} {other}?"


def _of_each(text: str) -> tuple[str, str] | None:
    """The same question of each of two things that a text names; None where it does not."""
    match = _OF_EACH.match(text)
    if not match:
        return None
    if match["asked"]:
        asked = match["asked"].strip()
        return with_topic(asked, match["one"]), with_topic(asked, match["other"].strip())
    if kind_of(text) in {"compare", "keywords"} or len(tokens(match["same"])) < _SHORTEST_PART:
        return None
    one, other = (f"{match['same']} {match['preposition']} {each.strip()}?" for each in match.group("this", "that"))
    return one, other


def _same_place(text: str, before: str) -> tuple[int, int] | None:
    """Where the question before has what stands behind the preposition of "en in de bachelor?"; None without it."""
    asked = _ELLIPSIS_AT.match(text)
    if not asked:
        return None
    for match in re.finditer(rf"\b{asked['preposition']}\s+{_DETERMINER}", before, re.IGNORECASE):
        behind: list[Token] = []
        for token in tokens(before[match.end() :]):
            if is_stop(token.word) or token.word in LIGHT or len(behind) == _LONGEST_PLACE:
                break
            behind.append(token)
        if behind:
            return match.end() + behind[0].start, match.end() + behind[-1].end
    return None
