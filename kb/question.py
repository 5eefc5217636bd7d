"""What is asked: the language, the kind of answer, the terms that count, and the facets that are named.

A follow-up is first made whole from the history that came with the request ("en in de logistiek?").
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kb.answer_types import ROLES, TYPE_WORDS
from kb.dates import asked_days
from kb.glossary import Glossary, Stems
from kb.language import (
    LIGHT,
    Token,
    fold,
    guess_language,
    infinitive,
    is_dutch_word,
    is_noun_like,
    is_stop,
    rarity,
    stem,
    tokens,
)
from kb.lexicon import Lexicon
from kb.phrasing import asides, asking_part, options
from kb.spelling import Spelling
from kb.types import Language, Question, Term, Turn
from kb.vocabulary import ORGANISATIONS, Vocabulary
from kb.years import YEAR, is_period

# The first pattern that matches decides. `{w}` stands for the start of the question or a preposition before it.
_KINDS: tuple[tuple[str, str], ...] = (
    ("compare", r"\bwat maakt (?:dat|het) uit\b|\bwat is er anders\b|\banders\b.* dan\b|\bverschil(?:len|t)?\b|\bonderscheid\w*\b.*\b(?:tussen|van)\b|\bvergelijk\w*\b|\bvergeleken met\b|\bdifferen\w+\b|\bcompare\b|\bovereenkomsten? tussen\b"),
    ("why", r"\bwaarom\b|\bhoezo\b|\bwhy\b|\breden\b|\bwaardoor\b|\baanleiding\b"),
    ("how_long", r"\bhoe ?lang\b|\bhoeveel (?:jaar|jaren|maand|maanden|week|weken|dag|dagen|uur|uren)\b|\bhow long\b|"
                 r"\bhow many (?:years|months|weeks|days|hours)\b|\b(?:studieduur|looptijd|tijdsduur)\b|\b(?:de|een) duur\b|\bduurt\b"),
    ("contact", r"\b(?:nummer|number)\b.*\b(?:bellen|call)\b|\bop welk nummer\b|\bwie kan ik (?:bellen|mailen)\b|\btelefoon\w*\b|\be-?mail\w*\b|\b(?:post)?adres\b|\bpostcode\b|\bphone\b|\baddress\b"),
    ("amount", r"\bwat (?:kost|reken)\w*\b|\bwhat (?:does|do|did|would|will)\b.*\bcosts?\b|\bwat (?:heeft|hebben|had|hadden|gaat|zal|zou|mag)\b.*\b(?:gekost|kosten)\b|\bwat (?:betaal|krijg|verdien|kreeg|kregen)\w*\b.*\bper\b|\bwat (?:zijn|waren) (?:de |het )?(?:\w+ )?(?:kosten|tarieven|prijzen|bedragen)\b|\bhoe duur\b|\bhow much\b|\bwat verdien\w*\b|"
               r"^(?:en )?(?:wat|welke?|hoe|hoeveel|what|which|how)\b.*\b(?:bedrag|prijs|tarief|collegegeld|percentage|salaris|vergoeding)\b|"
               r"\bhoeveel (?:geld|salaris|loon|subsidie|euro|budget|kost|betaal\w*|verdien\w*|krijg\w*)\b"),
    # "wanneer word je aanbieder" asks for a condition
    ("what", r"^(?:en )?wanneer (?:word\w*|ben|is|zijn|telt|tel|geldt|heet|noem\w*|spreek\w*) (?:je|jij|u|men|we|iets|iemand|er sprake)\b|"
             r"^(?:en )?wanneer (?:is|zijn|word\w*|telt|geldt|heet) een (?:[\w-]+ ){2,}[\w-]+"),
    ("when", r"\bwanneer\b|\b(?:welk|welke|wat) (?:jaar|jaren|datum|data|dag|dagen|week|weken|maand|kwartaal|moment|periode|tijdstip)\b|\bwhen\b|"
             r"\bwhat (?:year|date)\b|\bwhich year\b|\bstartdatum\b"),
    ("how_many", r"\bhoeveel\b|\bhow many\b|\b(?:aantal|number of)\b"),
    ("target", r"\b(?:voor|op) wie\b|\b(?:voor|op) welke (?:mensen|studenten|personen|groepen|leerlingen|doelgroep\w*)\b|\bdoelgroep\w*\b|"
               r"\b(?:for|at) whom\b|\bwho\b.*\b(?:meant|intended|aimed|suitable) (?:for|at)?\b|\btarget group\b|"
               r"\bwho (?:is|are) .* for\b"),
    ("who", r"\bwie\b|\bwiens\b|\bwho\b|\bwhom\b|\bwhose\b|\bhoe heet(?:te|ten)? de\b|\bwelke? "
            rf"\w*(?:{ROLES})\b"),
    ("definition", r"^(?:en )?wat voor (?:een )?\w+ (?:is|zijn)\b|\bwat\b.*\b(?:verstaat|verstaan|bedoelt|bedoelen)\b.*\b(?:onder|met)\b"),
    ("list", r"\bwelke\b|\bwhich\b|\bwat zijn\b|\bwat voor\b|\bnoem\b|\bopsomming\b|\blijst\w*\b|\boverzicht\b|"
             r"\bwhat are\b|\bname the\b|\blist\b|\boverview\b|\ballemaal\b|\bop een rij(?:tje)?\b|\blijstje\b"),
    ("where", r"\bwaar\b(?! (?:gaat|komt|staat .* voor|bestaat))|\bwhere\b|\bwebsite\b|\bwebadres\b|\bop welke site\b|\bwelke (?:stad|plaats|gemeente|locatie)\b"),
    ("definition", r"^(?:en )?wat (?:is|betekent|houdt|wordt bedoeld)\b|^(?:en )?wat (?:de |het |een )?[\w-]+(?: [\w-]+)? (?:is|zijn|betekent|inhoudt)\W*$|^what (?:is|does .* mean)\b|\bwaar staat .* voor\b|"
                   r"\bbetekenis van\b|^leg uit\b|\bwat betekent\b"),
    ("how", r"\bhoe\b|\bhow\b|\bop welke manier\b"),
    ("what", r"\bwat\b|\bwhat\b|\bwelk\b|\bwaar(?:voor|mee|in|aan|op|van|bij|over|toe|uit)?\b"),
    ("yes_no", r"^(?:en )?(?:is|zijn|was|waren|kan|kun|kunnen|mag|mogen|moet|moeten|heeft|hebben|doet|doen|bestaat|bestaan|wordt|"
               r"worden|krijgt|krijgen|gaat|gaan|zit|zitten|werkt|werken|hoort|geldt|staat|staan|does|do|did|is|are|was|were|can|"
               r"has|have|should|must|may)\b"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)
_ELLIPSIS = re.compile(
    r"^(?:en|and|of|or|maar|ook|what about|how about|hoe zit het met|en hoe zit het met)\b", re.IGNORECASE
)
_PRONOUN = re.compile(
    r"\b(?:die|dat|deze|dit|hij|zij|ze|hem|hen|hun|daar|ervan|eraan|erbij|erover|daarvan|daarbij|daarover|daarmee|daaraan|"
    r"daarna|daarop|daarin|daarvoor|hierbij|hiervoor|hierin|hiervan|dezelfde|zo'n|diens|het(?=\W*$)|"
    r"it|they|them|he|she|him|her|that|this|those|these|there|its|their)\b",
    re.IGNORECASE,
)
_ASKS_WORD = r"(?:wie|wat|welke?|wanneer|waar\w*|hoe|hoeveel|who|what|which|when|where|how|why)"
_TWO_PARTS = re.compile(
    r"(?P<first>.+?),? (?:en|and) (?P<second>(?:(?:met|in|van|voor|door|bij|op|uit|aan|with|for|by|of|at) )?"
    rf"{_ASKS_WORD}\b .+)",
    re.IGNORECASE,
)
_OF_EACH = re.compile(
    r"^(?:vergelijk|vergelijken|compare)\s+(?P<one>.+?)\s+(?:eens |even )?(?:met|en|with|and|to)\s+(?P<other>[^:;,?]+)[:;,]\s*"
    rf"(?P<asked>(?:(?:met|in|van|voor|door|bij|op|uit|aan|with|for|by|of|at) )?{_ASKS_WORD}\b[^?]+)"
    r"|^(?P<same>[^,;?]+?)\s(?P<preposition>bij|in|aan|voor|van|op|at|in|for|of)\s(?P<this>[^,;?]+?) (?:en|and) "
    r"(?P=preposition)\s(?P<that>[^,;?]+)",
    re.IGNORECASE,
)
"""One question of two things: "vergelijk A met B: wie …?", "wie doen er mee aan A en aan B?"."""
_APART = 0.6
"""How well a verb stands for one that it is part of: who "meldt" hardly ever means "meldt … aan"."""
_LIGHT_STEMS = frozenset(map(stem, LIGHT))
_DENIED = 0.75
"""How well a word stands for what denies it: who asks whether it may be unpaid is told who pays."""
_SHORTEST_DENIAL = 6
_WHOLE_FROM = 4
"""Turns that are looked back to, for what a question leaves out."""
_SHORTEST_OF_COMPOUND = 4
"""Letters of each of two words that one is made of."""
_ASIDE = 0.7
"""How much a word weighs of what is told beside the question, against one of the question itself."""
_TOO_FEW = 2
"""Words of substance with which a second part leans on the first ("… en met welke bedrijven?")."""
_SHORTEST_PART = 3
"""Words of a question that stands before another: "wie en wat …" is one."""
_FEW_WORDS = 3
"""Words of substance in a question that may leave unsaid what it is about, at most."""
_OF_ALL = re.compile(
    r"\b(?:de|the) \w*(?:leid(?:er|ing)|voorzitter|directeur|coördinator|secretaris|contactpersoon|manager|leader|chair|director|"
    r"coordinator)\b(?! (?:van|of|bij|at|in) )"
    r"|\b(?:doen|doet|deden|neemt|nemen) er(?:aan)? (?:mee|deel)\b(?! (?:aan|met|in|bij) )",
    re.IGNORECASE,
)
"""A person by the role, or who takes part, without a word on where."""
_NAME = re.compile(r"\b[A-Z][\w&’'-]*(?:\s+(?:van|de|der|den|het|en|in|&)\s+[A-Z][\w’'-]*|\s+[A-Z][\w’'-]*)*")
_STATE = re.compile(r"\bhoe (?:(?:staat|gaat) het met\b|(?:staat|staan) .+ ervoor\b)", re.IGNORECASE)
"""How something stands, which a text has below "Stand van zaken"."""
_ASPECT_OF = re.compile(
    r"\b(?:wat (?:is|zijn|was|waren)|welke?|what (?:is|are|was|were)|which) (?:de |het |een |the |an? )?(?P<aspect>[a-zà-ÿ]\w+) "
    r"(?:van|over|of|about) (?=\w)",
    re.IGNORECASE,
)
"""What was asked of a subject ("de conclusies van de nulmeting"): the next question asks something else of it."""
_HEAD_AFTER = re.compile(
    r"\b(?:hoeveel|welke|welk|which|how many|aantal|number of|what|noem|wat zijn)\s+(?:de |het |alle |zijn de |are the |the |all )?", re.IGNORECASE
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WordStatistics:
    """What the words of the collection tell about a question."""

    chunks: int
    frequency: Counter[str]
    """In how many chunks a stem stands."""
    words: Counter[str]
    """How often a folded word stands in the collection."""


class Analyst:
    """Understands questions with the help of the glossary, the controlled values and the collection's words."""

    def __init__(
        self,
        glossary: Glossary,
        vocabulary: Vocabulary,
        statistics: WordStatistics,
        lexicon: Lexicon | None = None,
        mends: bool = True,
    ) -> None:
        """`lexicon`: the shipped one when not given; `mends`: whether typing errors are set right."""
        self.glossary = glossary
        self.vocabulary = vocabulary
        self.statistics = statistics
        self.lexicon = Lexicon() if lexicon is None else lexicon
        self._mends = mends

    def understand(
        self, text: str, history: Sequence[Turn] = (), language: Language | None = None, about: str = ""
    ) -> Question:
        """Analyse a question; `history` is what was asked and answered before, the latest last.

        `about`: what it may be about without a word on it; passages are chosen by that, and need not hold it.
        """
        standalone = self._standalone(text, history)
        whole = len(standalone)
        if not history and not about and self._names_nothing(standalone):
            about = self.glossary.subject
        if about:
            standalone = _with_topic(standalone, about)
        spoken = language or guess_language(standalone if len(tokens(text)) < 3 else text)
        asking = asking_part(standalone)
        kind = kind_of(asking)
        words = self._mended(tokens(standalone), spoken)
        terms = self._as_put(self._terms(words, spoken, standalone), standalone, whole)
        if kind == "target":
            terms = self._with_implied("doelgroep", terms)
        elif _STATE.search(standalone):
            terms = self._with_implied("stand", terms)
        facets = tuple(dict.fromkeys((v.facet, v.name) for v, _, _ in self.vocabulary.named_in(standalone)))
        return Question(
            text=text,
            language=spoken,
            kind=kind,
            terms=terms,
            facets=facets,
            years=tuple(dict.fromkeys(YEAR.findall(standalone))),
            days=tuple(sorted(asked_days(standalone))),
            standalone=standalone,
            head=_head(asking),
            asking=asking if asking != standalone else "",
            told=history[-1].answer if history and standalone != " ".join(text.split()) else "",
        )

    @cached_property
    def _spelling(self) -> Spelling:
        """The words of the collection to compare a mistyped one with; made at the first that is mistyped."""
        return Spelling(self.statistics.words)

    def parts(self, text: str, history: Sequence[Turn] = ()) -> tuple[str, str] | None:
        """The two questions in "wie betaalt de wol, en wanneer begint de les?", each made whole; None where it is one."""
        whole = " ".join(text.split())
        if of_each := _of_each(whole):
            return of_each
        match = _TWO_PARTS.match(whole)
        if not match or kind_of(whole) == "compare" or kind_of(match["first"]) == "keywords":
            return None
        if len(tokens(match["first"])) < _SHORTEST_PART:
            return None
        first = self._standalone(f"{match['first']}?", history)
        second = match["second"]
        content = [t for t in tokens(second) if not is_stop(t.word) and t.word not in LIGHT]
        leans = len(content) <= _TOO_FEW and kind_of(second) != "definition" and not _NAME.search(second)
        if leans or _PRONOUN.search(second):
            topic = self._topic(second, Turn(first))
            second = _with_topic(second, topic)
        return first, second

    # --- follow-ups -------------------------------------------------------------------------------------------

    def _standalone(self, text: str, history: Sequence[Turn]) -> str:
        """The question with what it leaves out, taken from the turn before."""
        text = " ".join(text.split())
        if not history:
            return text
        last = self._last(history)
        content = [t for t in tokens(text) if not is_stop(t.word)]
        short = len(content) <= 3
        if _ELLIPSIS.match(text) and short and kind_of(text) in {"keywords", "yes_no"}:
            return self._with_replacement(text, last.question, content)
        bare = not content and kind_of(text) != "keywords"  # "Hoeveel?"
        if bare or (short and (_ELLIPSIS.match(text) or _PRONOUN.search(text))):
            return _with_topic(text, self._topic(text, last))
        return text

    def _last(self, history: Sequence[Turn]) -> Turn:
        """The turn before, made whole where it was a follow-up itself, or may have been one."""
        last, before = history[-1], history[-_WHOLE_FROM:-1]
        whole = self._standalone(last.question, before)
        return Turn(_with_topic(whole, self.continued(whole, before)), last.answer)

    def continued(self, text: str, history: Sequence[Turn]) -> str:
        """What a short question may be about that names nothing and points at nothing: the subject of the one before.

        "Hoeveel geld kun je krijgen?" after "Wat is SLIM?". Empty where it stands by itself for certain.
        """
        whole = " ".join(text.split())
        if not history or self._standalone(whole, history) != whole:
            return ""
        content = [t for t in tokens(whole) if not is_stop(t.word) and t.word not in LIGHT]
        named = self.vocabulary.named_in(whole) or any(_has_capital(t) for t in content)
        if named or len(content) > _FEW_WORDS or kind_of(whole) in {"keywords", "definition", "compare"}:
            return ""
        return self._topic(whole, self._last(history))

    def _with_replacement(self, text: str, before: str, content: Sequence[Token]) -> str:
        """So "en in de logistiek?" after "welke pilots zijn er in de bouw?": the new value in the old one's place."""
        if not content:
            return before
        added = [t for t in content if not _OWNER.fullmatch(t.word)] or content
        addition = text[added[0].start : added[-1].end]
        new = self.vocabulary.named_in(text)
        facets = {value.facet for value, _, _ in new} or {*ORGANISATIONS, "sector"}
        old = [(a, b) for value, a, b in self.vocabulary.named_in(before) if value.facet in facets]
        named = list(_NAME.finditer(before[1:]))
        if not old and not new and named and any(map(_has_capital, added)):
            old = [(named[-1].start() + 1, named[-1].end() + 1)]
        if not old and (place := _same_place(text, before)):
            old = [place]
        if not old:
            asked_before, topic = _without_topic(before)
            more = text[_ELLIPSIS.match(text).end() :].strip(" ?!.")  # type: ignore[union-attr]
            return _with_topic(f"{asked_before.rstrip(' ?!.')} {more}?", topic)
        start, end = old[-1]
        return before[:start] + addition + before[end:]

    def _topic(self, text: str, last: Turn) -> str:
        """What a pronoun points at: the names in the last answer for "who", else the subject of the last question."""
        answer = re.sub(r"\[\d+\]", "", last.answer)
        asks_more = any(not is_stop(t.word) and t.word not in LIGHT for t in tokens(text))
        if kind_of(text) == "who" and not asks_more and (names := [m.group() for m in _NAME.finditer(answer)]):
            return max(names, key=len)
        asked_before, carried = _without_topic(last.question)
        aspect = _ASPECT_OF.search(asked_before)
        others = self._names(text)
        named = [match.span() for match in _NAME.finditer(asked_before)] if others else []
        subject = [
            t
            for t in tokens(asked_before)
            if not is_stop(t.word)
            and t.word not in LIGHT
            and not _POINTER.fullmatch(t.word)
            and t.word not in TYPE_WORDS.get(kind_of(asked_before), ())
            and not (aspect and t.start == aspect.start("aspect"))
            and not any(start <= t.start < end for start, end in named if start)  # another is asked of now
        ]
        things = [
            t for t in subject if is_noun_like(t.word) or _has_capital(t) or infinitive(t.word) == t.word
        ] or subject
        return " ".join((*(t.surface for t in things), *([carried] if carried and not (others and things) else [])))

    def _names(self, text: str) -> bool:
        """Whether a question names somebody or something itself."""
        return bool(_NAME.search(text[1:]) or self.vocabulary.named_in(text))

    def _names_nothing(self, text: str) -> bool:
        """Whether a question says of nothing what it is about ("wie is de projectleider?"), so that all is meant.

        That is what the glossary calls the subject, as far as the documents know it.
        """
        about = [t for t in tokens(self.glossary.subject) if not is_stop(t.word)]
        if not about or any(not self.statistics.frequency[t.stem] for t in about):
            return False
        asking = asking_part(text)
        named = [text[start:end] for _, start, end in self.vocabulary.named_in(text)]
        if kind_of(asking) in {"keywords", "definition", "compare"} or any(
            stem(fold(n)) != about[0].stem for n in named
        ):
            return False
        content = [t for t in tokens(asking) if not is_stop(t.word) and t.word not in LIGHT]
        if len(content) > _FEW_WORDS or any(_has_capital(t) for t in content):
            return False
        return bool(_OF_ALL.search(asking)) or any(
            t.stem == about[0].stem
            and re.search(rf"\b(?:de|het|dit|deze|the|this)\s+{re.escape(t.surface)}\b(?! \w+-)", asking)
            for t in content
        )

    # --- terms ------------------------------------------------------------------------------------------------

    def _mended(self, words: list[Token], language: Language) -> list[Token]:
        """The words with typing errors set right, where a word of the collection or the glossary is near enough."""
        return [self._mend(word, language) for word in words] if self._mends else words

    def _mend(self, token: Token, language: Language) -> Token:
        word = token.word
        if len(word) < 5 or not word.isalpha() or is_stop(word) or word in self.statistics.words:
            return token
        if self._is_known(token, language):
            return token
        everyday = rarity(word) < 0.65 or (language == "en" and rarity(word, "en") < 0.65)
        if everyday or (language == "en" and self.lexicon.knows(word)):
            return token
        near = self._spelling.near(word, 1 if len(word) < 7 or is_dutch_word(word) else 2)
        if near:
            best = min(near, key=lambda hit: (hit[1], -self.statistics.words[hit[0]], hit[0]))[0]
            return Token(token.start, token.end, token.surface, best, stem(best))
        simple = word.replace("k", "c") if "k" in word else word
        respelled = _undouble(simple)
        for candidate in (simple, respelled, _undouble(word)):
            if candidate != word and is_dutch_word(candidate):
                return Token(token.start, token.end, token.surface, candidate, stem(candidate))
        return token

    def _terms(self, words: Sequence[Token], language: Language, text: str) -> list[tuple[int, Term]]:
        """The terms, each with the place where it begins."""
        terms: list[tuple[int, Term]] = []
        verbs = _separable_verbs(words) if language == "nl" else {}
        at = 0
        while at < len(words):
            length = self._phrase_length(words, at, language, text)
            piece = words[at : at + length]
            at += length
            if length == 1 and (is_stop(piece[0].word) or (len(piece[0].word) == 1 and not piece[0].word.isdigit())):
                continue
            if length == 1 and _POINTER.fullmatch(piece[0].word):
                continue  # "daaraan" says nothing by itself
            if piece[-1].word in _YEARS and _period_at(words, at, text):
                continue  # "studiejaar 2023-2024" is that period
            apart = self._taken_apart(piece[0]) if length == 1 and language == "nl" else ()
            pieces: list[Sequence[Token]] = [(part,) for part in apart]
            for one in pieces or [piece]:
                term = self._term(one, language, text, verbs.get(piece[0].start))
                if all(term.stems != other.stems for _, other in terms):
                    terms.append((piece[0].start, term))
        return terms

    def _taken_apart(self, token: Token) -> tuple[Token, ...]:
        """The two words of a compound that no document knows, where documents or the glossary know both.

        Readers have names of their own: "de transportpilot".
        """
        word = token.word
        if len(word) < 2 * _SHORTEST_OF_COMPOUND or not word.isalpha() or not is_noun_like(word):
            return ()
        if self._is_known(token, "nl"):
            return ()
        for at in range(len(word) - _SHORTEST_OF_COMPOUND, _SHORTEST_OF_COMPOUND - 1, -1):
            second = Token(token.start + at, token.end, token.surface[at:], word[at:], stem(word[at:]))
            if not self._is_known_noun(second):
                continue
            for joined in ("", "s"):
                end = at - len(joined)
                first = Token(token.start, token.start + end, token.surface[:end], word[:end], stem(word[:end]))
                if word[end:at] == joined and end >= _SHORTEST_OF_COMPOUND and self._is_known_noun(first):
                    return first, second
        return ()

    def _is_known(self, token: Token, language: Language) -> bool:
        """Whether documents or the glossary know a word."""
        return bool(self.statistics.frequency[token.stem]) or self.glossary.knows((token.stem,), language)

    def _is_known_noun(self, part: Token) -> bool:
        """The same, for a part of a word that is a noun by itself."""
        noun = is_dutch_word(part.word) and is_noun_like(part.word) and not is_stop(part.word)
        return noun and self._is_known(part, "nl")

    def _as_put(self, terms: Sequence[tuple[int, Term]], text: str, whole: int) -> tuple[Term, ...]:
        """The terms, from those with the places where they begin: what is told beside less weighty, two options as one.

        `whole`: where the question ends; behind that stands what it leaves unsaid.
        """
        beside = asides(text)
        terms = [(at, replace(term, light=True, name=False) if at >= whole else term) for at, term in terms]
        kept: list[tuple[int, Term]] = []
        for place, term in terms:
            aside = any(start <= place < end for start, end in beside)
            kept.append((place, replace(term, aside=True, weight=_ASIDE * term.weight) if aside else term))
        asking = sum(not (term.light or term.aside) for _, term in kept)
        valued = any(term.aside and self.vocabulary.spelled_by(term.stems) for _, term in kept)
        if asking < _TOO_FEW and not (asking and valued):
            kept = list(terms)  # "Is er bij ons in de buurt iets?" is asked of what was told before
        offered = options(text)
        if offered and len(kept) > _TOO_FEW:
            one, other = ([i for i, (at, _) in enumerate(kept) if start <= at < end] for start, end in offered)
            if len(one) == len(other) == 1:
                first, second = kept[one[0]][1], kept[other[0]][1]
                ways = {**dict(second.alternatives), second.stems: 1.0, **dict(first.alternatives)}
                merged = replace(first, alternatives=tuple(sorted(ways.items(), key=lambda item: -item[1])))
                kept[one[0]] = kept[one[0]][0], merged
                del kept[other[0]]
            elif len(one) + len(other) == 1:  # the other is "wij" or "u"
                place = (one or other)[0]
                kept[place] = kept[place][0], replace(kept[place][1], light=True)
        return tuple(term for _, term in kept)

    def _with_implied(self, word: str, terms: tuple[Term, ...]) -> tuple[Term, ...]:
        """The terms and one that the form of the question implies ("voor wie" asks for a target group)."""
        stems = (stem(word),)
        if any(stems == t.stems or stems in [way for way, _ in t.alternatives] for t in terms):
            return terms
        return (*terms, Term(word, stems, 0.3, self.glossary.alternatives(stems, "nl")))

    def _phrase_length(self, words: Sequence[Token], at: int, language: Language, text: str) -> int:
        """How many words from here form one phrase of the glossary or the controlled values; 1 where none do."""
        for length in range(min(max(self.glossary.longest, 5), len(words) - at), 1, -1):
            stems = tuple(word.stem for word in words[at : at + length])
            if is_stop(words[at].word) or is_stop(words[at + length - 1].word):
                continue
            if self.glossary.knows(stems, language) or self.vocabulary.spelled_by(stems):
                return length
        return 2 if at + 1 < len(words) and _one_thing(words[at], words[at + 1], text) else 1

    def _term(self, piece: Sequence[Token], language: Language, text: str, whole_verb: str | None) -> Term:
        stems = tuple(word.stem for word in piece)
        light = len(piece) == 1 and piece[0].word in LIGHT
        plain = light or infinitive(piece[0].word) in LIGHT
        if plain and whole_verb is not None and whole_verb not in LIGHT:
            light = False  # "krijg … mee" says what "krijg" does not, and a text with the latter alone does not meet it
        alternatives = dict(self.glossary.alternatives(stems, language))
        if whole_verb is not None:
            apart, stems = stems, (stem(whole_verb),)
            alternatives |= dict(self.glossary.alternatives(stems, language))
            if not light and apart != stems and apart[0] not in _LIGHT_STEMS:
                alternatives[apart] = _APART  # a text may take it apart too: "levert … op"
        if len(piece) == 1 and (positive := _without_denial(piece[0].word)):
            alternatives[(stem(positive),)] = max(alternatives.get((stem(positive),), 0.0), _DENIED)
        for other in self.vocabulary.other_spellings(stems):
            alternatives[other] = max(alternatives.get(other, 0.0), 0.95)
        translations = self.lexicon.translations(piece[0].word) if language == "en" and len(piece) == 1 else ()
        for dutch, how_well in translations:
            if dutch != stems:
                alternatives[dutch] = max(alternatives.get(dutch, 0.0), how_well)
        surface = text[piece[0].start : piece[-1].end]
        capital = any(_has_capital(word) for word in piece) or is_period(surface)
        named = any(value.facet in ORGANISATIONS for value in self.vocabulary.spelled_by(stems))
        return Term(
            text=surface,
            stems=stems,
            weight=0.15 if light else self._weight(piece, stems, tuple(alternatives)),
            alternatives=tuple(sorted(alternatives.items(), key=lambda item: -item[1])),
            name=(capital or named) and not light,
            light=light,
            translated=bool(translations),
            noun=any(is_noun_like(word.word) for word in piece) and not light,
        )

    def _weight(self, piece: Sequence[Token], stems: Stems, alternatives: Sequence[Stems]) -> float:
        """How much a term says: half by its rarity in Dutch, half by its rarity in this collection."""
        general = max(rarity(word.word) for word in piece)
        rarest = min((self.statistics.frequency[s] for s in stems), default=0)
        if not rarest:
            rarest = max(
                (min(self.statistics.frequency[s] for s in other) for other in alternatives if other), default=0
            )
        total = max(self.statistics.chunks, 2)
        local = math.log((total + 1) / (rarest + 0.5)) / math.log((total + 1) / 0.5)
        return max(0.1, min(1.0, 0.5 * general + 0.5 * local))


def _has_capital(word: Token) -> bool:
    """Whether a word is written as a name: with a capital that does not come from opening the question ("iPhone")."""
    return any(letter.isupper() for letter in (word.surface if word.start > 0 else word.surface[1:]))


def without_topic(text: str) -> str:
    """A question as it was asked, without the subject that it was made whole with."""
    return _without_topic(text)[0]


def _without_topic(text: str) -> tuple[str, str]:
    """The same, and that subject; empty where there is none."""
    match = _TOPIC.search(text)
    return (f"{text[: match.start()]}?", match["topic"]) if match else (text, "")


def _with_topic(text: str, topic: str) -> str:
    """A question made whole with what it is about."""
    return f"{text.rstrip(' ?!.')} ({topic})?" if topic else text


_TOPIC = re.compile(r" \((?P<topic>[^()]*)\)\?$")
_POINTER = re.compile(r"(?:daar|hier|er|waar)(?:aan|bij|door|in|mee|na|naast|om|op|over|toe|uit|van|voor)")


def _of_each(text: str) -> tuple[str, str] | None:
    """The same question of each of two things that a text names; None where it does not."""
    match = _OF_EACH.match(text)
    if not match:
        return None
    if match["asked"]:
        asked = match["asked"].strip()
        return f"{asked} ({match['one']})?", f"{asked} ({match['other'].strip()})?"
    if kind_of(text) in {"compare", "keywords"} or len(tokens(match["same"])) < _SHORTEST_PART:
        return None
    return tuple(f"{match['same']} {match['preposition']} {each.strip()}?" for each in match.group("this", "that"))  # type: ignore[return-value]


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


_DETERMINER = r"(?:(?:de|het|een|onze?|deze|dit|the|an?|our) )?"
_ELLIPSIS_AT = re.compile(
    r"^(?:en|and|of|maar)\s+(?:hoe zit het |what about )?(?P<preposition>in|bij|voor|aan|met|van|op|als|tijdens|for|at|with|of|as)\s",
    re.IGNORECASE,
)
_OWNER = re.compile(r"onze?|jullie|mijn|our|my", re.IGNORECASE)
_LONGEST_PLACE = 3
"""Words that stand for one thing."""


def kind_of(text: str) -> str:
    """The kind of answer that a question asks for; `keywords` where it is no question."""
    plain = " ".join(fold(text).split())
    for kind, pattern in _COMPILED:
        if pattern.search(plain):
            return kind
    return "keywords"


def _head(text: str) -> tuple[str, ...]:
    """The stems of the words after "welke", "hoeveel" and the like, from the noun on; empty without such a word."""
    match = _HEAD_AFTER.search(text)
    if not match:
        return ()
    words = [token for token in tokens(text[match.end() :])[:5] if token.word not in _ADJECTIVES]
    while words and is_stop(words[0].word):
        words.pop(0)
    return tuple(word.stem for word in words[:3])


_YEARS = frozenset("jaar jaren studiejaar schooljaar collegejaar cursusjaar year".split())
_PARTICLES = frozenset(("op uit aan af in mee bij door toe over voor na terug samen weg deel om onder").split())


_BEHIND_PARTICLE = frozenset("om en of dat die voor van aan bij met tegen als tot".split())
"""What may stand behind the particle of a verb: "draait … op voor"."""
_PRONOMINAL = frozenset("waar daar er hier".split())


def _separable_verbs(words: Sequence[Token]) -> dict[int, str]:
    """The verbs that stand apart, by where they begin: "levert … op" is "opleveren"."""
    found: dict[int, str] = {}
    if any(word.word in _PRONOMINAL for word in words):
        return found  # "waar gaat het over" asks what about
    for at, particle in enumerate(words):
        ends = at + 1 == len(words) or words[at + 1].word in _BEHIND_PARTICLE
        if not ends or particle.word not in _PARTICLES:
            continue
        for verb in words[:at]:
            whole = particle.word + infinitive(verb.word)
            if not is_stop(verb.word) and not is_noun_like(verb.word) and is_dutch_word(whole):
                found[verb.start] = whole
                break
    return found


_ADJECTIVES = frozenset(
    ("andere nieuwe verschillende bestaande landelijke regionale soort soorten other new different").split()
)


def _period_at(words: Sequence[Token], at: int, text: str) -> bool:
    """Whether two words from here on are a period."""
    return at + 1 < len(words) and is_period(text[words[at].start : words[at + 1].end])


def _one_thing(first: Token, second: Token, text: str) -> bool:
    """Whether two words are joined into one name or period: "Noord-Nederland" is not "Noord-Brabant"."""
    if _period_at((first, second), 0, text):
        return True
    joined = text[first.end : second.start] == "-"
    return joined and all(
        t.surface[:1].isupper() and len(t.surface) > 1 and not is_stop(t.word) for t in (first, second)
    )


def _without_denial(word: str) -> str:
    """The word that "on-" denies: "betaald" for "onbetaald"; empty where it denies none."""
    positive = word[2:] if word.startswith("on") and len(word) > _SHORTEST_DENIAL else ""
    return positive if positive and is_dutch_word(positive) and is_dutch_word(word) else ""


def _undouble(word: str) -> str:
    return re.sub(r"(.)\1", r"\1", word)
