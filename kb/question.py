"""What is asked: the language, the kind of answer, the terms that count, and the facets that are named.

A follow-up is first made whole from the history that came with the request ("en in de logistiek?").
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kb.conversation import FEW_WORDS, POINTER, Conversation, Reading, has_capital, set_against, with_topic
from kb.dates import asked_days
from kb.glossary import Glossary, Stems
from kb.kinds import kind_of, question_word_meant
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
    words_of_substance,
)
from kb.lexicon import Lexicon
from kb.phrasing import asides, asking_part, options
from kb.spelling import Spelling
from kb.types import Language, Question, Term, Turn
from kb.vocabulary import ORGANISATIONS, Value, Vocabulary
from kb.years import YEAR, is_period

_APART = 0.6
"""How well a verb stands for one that it is part of: who "meldt" hardly ever means "meldt … aan"."""
_GENERAL = LIGHT - {"vinden", "gaan"}
"""Infinitives of which every form says something general; who "vindt" something has an opinion, which must be told."""
_LIGHT_STEMS = frozenset(map(stem, LIGHT))
_DENIED = 0.75
"""How well a word stands for what denies it: who asks whether it may be unpaid is told who pays."""
_SHORTEST_DENIAL = 6
_SHORTEST_OF_COMPOUND = 4
"""Letters of each of two words that one is made of."""
_ASIDE = 0.7
"""How much a word weighs of what is told beside the question, against one of the question itself."""
_TELLS = 0.5
"""Weight of a word from which it asks something by itself, whatever was told beside it."""
_UNSAID = 0.5
"""The same, for a word of what the question leaves unsaid."""
_TOO_FEW = 2
"""Words of substance with which a second part leans on the first ("… en met welke bedrijven?")."""
_OF_ALL = re.compile(
    r"\b(?:de|the) \w*(?:leider|(?<!op)leiding|voorzitter|directeur|coördinator|secretaris|contactpersoon|manager|leader|chair|director|"
    r"coordinator)\b(?! (?:van|of|bij|at|in) )"
    r"|\b(?:doen|doet|deden|neemt|nemen) er(?:aan)? (?:mee|deel)\b(?! (?:aan|met|in|bij) )",
    re.IGNORECASE,
)
"""A person by the role, or who takes part, without a word on where."""
_COMPARES = re.compile(r"verschil|onderscheid|anders\b|vergel[ei]|overeenkomsten\b|differ|compar", re.IGNORECASE)
"""Words that only ask to compare: a text that tells of both sides need not say that they differ."""
_IMPLIES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), word)
    for pattern, word in (
        (r"\bhoe (?:(?:staat|gaat) het met\b|(?:staat|staan) .+ ervoor\b)", "stand"),
        (
            r"\bhoe (?:heb|hebt|heeft|hebben|had|hadden|is|zijn|was|waren|werd|werden) "
            r".*\b(?:gedaan|aangepakt|onderzocht|gemeten|uitgevoerd|verzameld|uitgezocht)\b",
            "methode",
        ),
        (r"\bwat (?:kwam|kwamen|komt|is|was) (?:er|daar) ?uit\b", "conclusie"),
    )
)
"""How a question is put that asks for something it does not name, which a text has below a word for it."""
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
        recorded: Collection[str] = (),
    ) -> None:
        """`lexicon`: the shipped one when not given; `mends`: whether typing errors are set right.

        `recorded`: the values of facets that documents have in their metadata.
        """
        self.glossary = glossary
        self.vocabulary = vocabulary
        self.statistics = statistics
        self.lexicon = Lexicon() if lexicon is None else lexicon
        self._mends = mends
        self._recorded = frozenset(recorded)
        self.conversation = Conversation(vocabulary, glossary.subject)

    def understand(
        self,
        text: str,
        history: Sequence[Turn] = (),
        language: Language | None = None,
        reading: Reading | None = None,
    ) -> Question:
        """Analyse a question; `history` is what was asked and answered before, the latest last.

        `reading`: one of those that `conversation` gives; the likeliest when not given.
        """
        if reading is None:
            reading = self.conversation.readings(text, history)[0]
        standalone, about = reading.text, reading.about
        if not history and self._subject:
            standalone = set_against(standalone, self.glossary.subject) or standalone
        whole = len(standalone)
        if not history and self._names_nothing(standalone):
            about = self.glossary.subject
        standalone = with_topic(standalone, about)
        spoken = language or guess_language(standalone if len(tokens(text)) < 3 else text)
        asking = asking_part(standalone)
        kind = kind_of(asking)
        words = self._mended(tokens(standalone), spoken)
        terms = self._without_subject(self._as_put(self._terms(words, spoken, standalone), standalone, whole))
        if kind == "compare":
            terms = tuple(replace(t, light=True) if _COMPARES.match(t.text) else t for t in terms)
        for pattern, word in _IMPLIES:
            if pattern.search(standalone):
                terms = self._with_implied(word, terms)
        if kind == "target":
            terms = self._with_implied("doelgroep", terms)
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

    @cached_property
    def _subject(self) -> tuple[str, ...]:
        """The stems of what the documents are about, as far as they know it."""
        about = tuple(t.stem for t in tokens(self.glossary.subject) if not is_stop(t.word))
        return about if all(self.statistics.frequency[s] for s in about) else ()

    def _without_subject(self, terms: tuple[Term, ...]) -> tuple[Term, ...]:
        """The terms; that all is about the subject, no passage needs to say ("wat doet de academie in het programma")."""
        subject = self._subject

        def names_it(term: Term) -> bool:
            return term.stems == subject[:1] or (len(term.stems) > 1 and set(term.stems) <= set(subject))

        if not subject or not any(not (term.light or term.aside or names_it(term)) for term in terms):
            return terms
        return tuple(replace(term, light=True) if names_it(term) else term for term in terms)

    def _names_nothing(self, text: str) -> bool:
        """Whether a question says of nothing what it is about ("wie is de projectleider?"), so that all is meant.

        That is what the glossary calls the subject, as far as the documents know it.
        """
        if not self._subject:
            return False
        asking = asking_part(text)
        named = [text[start:end] for _, start, end in self.vocabulary.named_in(text)]
        if kind_of(asking) in {"keywords", "definition", "compare"} or any(
            stem(fold(n)) != self._subject[0] for n in named
        ):
            return False
        content = words_of_substance(asking)
        if len(content) > FEW_WORDS or any(has_capital(t) for t in content):
            return False
        return bool(_OF_ALL.search(asking)) or any(
            t.stem == self._subject[0]
            and re.search(rf"\b(?:de|het|dit|deze|the|this)\s+{re.escape(t.surface)}\b(?! \w+-)", asking)
            for t in content
        )

    # --- terms ------------------------------------------------------------------------------------------------

    def _mended(self, words: list[Token], language: Language) -> list[Token]:
        """The words with typing errors set right, where a word of the collection or the glossary is near enough."""
        return [self._mend(word, language) for word in words] if self._mends else words

    def _mend(self, token: Token, language: Language) -> Token:
        word = token.word
        if meant := question_word_meant(word):
            return Token(token.start, token.end, token.surface, meant, stem(meant))
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
            if length == 1 and (
                _is_grammar(piece[0].word) or (len(piece[0].word) == 1 and not piece[0].word.isdigit())
            ):
                continue
            if length == 1 and POINTER.fullmatch(piece[0].word):
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
        if (numbered := _NUMBERED.fullmatch(word)) and not self._is_known(token, "nl"):
            at = numbered.end("name")
            first = Token(token.start, token.start + at, token.surface[:at], word[:at], stem(word[:at]))
            second = Token(token.start + at, token.end, token.surface[at:], word[at:], stem(word[at:]))
            return (first, second) if self._is_known(first, "nl") and self._is_known(second, "nl") else ()
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
        terms = [
            (at, replace(term, light=True, name=False, weight=_UNSAID * term.weight) if at >= whole else term)
            for at, term in terms
        ]
        kept: list[tuple[int, Term]] = []
        for place, term in terms:
            aside = any(start <= place < end for start, end in beside)
            kept.append((place, replace(term, aside=True, weight=_ASIDE * term.weight) if aside else term))
        asking = sum(not (term.light or term.aside) for _, term in kept)
        telling = any(term.weight >= _TELLS and not (term.light or term.aside) for _, term in kept)
        valued = any(term.aside and self.vocabulary.spelled_by(term.stems) for _, term in kept)
        if asking < _TOO_FEW and not telling and not (asking and valued):
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
        light = all(word.word in LIGHT or infinitive(word.word) in _GENERAL for word in piece)
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
        if len(piece) == 1 and (written := _in_words(piece[0], text)):
            alternatives[(stem(written),)] = 1.0
        for other in self.vocabulary.other_spellings(stems):
            alternatives[other] = max(alternatives.get(other, 0.0), 0.95)
        translations = self.lexicon.translations(piece[0].word) if language == "en" and len(piece) == 1 else ()
        for dutch, how_well in translations:
            if dutch != stems:
                alternatives[dutch] = max(alternatives.get(dutch, 0.0), how_well)
        surface = text[piece[0].start : piece[-1].end]
        version = _VERSION.fullmatch(surface) is not None
        capital = any(has_capital(word) for word in piece) or is_period(surface) or version
        named = any(v.facet in ORGANISATIONS or self._is_nowhere(v) for v in self.vocabulary.spelled_by(stems))
        return Term(
            text=surface,
            stems=stems,
            weight=0.15 if light else max(_TELLS_VERSION * version, self._weight(piece, stems, tuple(alternatives))),
            alternatives=tuple(sorted(alternatives.items(), key=lambda item: -item[1])),
            name=(capital or named) and not light,
            light=light,
            translated=bool(translations),
            noun=any(is_noun_like(word.word) for word in piece) and not light,
        )

    def _is_nowhere(self, value: Value) -> bool:
        """Whether a value is one that no document speaks of, so that nothing else may stand for it."""
        if value.name in self._recorded:
            return False
        frequency = self.statistics.frequency
        spellings = ([token.stem for token in tokens(spelling)] for spelling in value.spellings)
        return not any(all(frequency[stem] for stem in stems) for stems in spellings)

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


def _is_grammar(word: str) -> bool:
    """Whether a word carries grammar only, in whatever form: "moest" as "moet"."""
    return is_stop(word) or (not is_noun_like(word) and is_stop(infinitive(word)))


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
    """Whether two words are one name, period or version: "Noord-Nederland" is not "Noord-Brabant", nor 2.0 2.1."""
    if _period_at((first, second), 0, text) or _VERSION.fullmatch(text[first.start : second.end]):
        return True
    joined = text[first.end : second.start] == "-"
    return joined and all(
        t.surface[:1].isupper() and len(t.surface) > 1 and not is_stop(t.word) for t in (first, second)
    )


_ORDINALS = dict(
    zip("1234567890", "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende".split(), strict=True)
)
_DECADES = dict(zip("23456789", "twintig dertig veertig vijftig zestig zeventig tachtig negentig".split(), strict=True))


def _in_words(token: Token, text: str) -> str:
    """A number as a text may write it out: "tweede" for "2e", "negentig" in "de jaren 90"; empty for any other word."""
    if match := re.fullmatch(r"(\d)(?:e|de|ste)|10e", token.word):
        return _ORDINALS[match[1] or "0"]
    decade = re.fullmatch(r"([2-9])0", token.word)
    return _DECADES[decade[1]] if decade and re.search(r"\bjaren ['’]?$", text[: token.start], re.IGNORECASE) else ""


_NUMBERED = re.compile(r"(?P<name>[a-z]{2,})\d+")
"""A name and its number without the space between them."""
_VERSION = re.compile(r"\d{1,2}\.\d{1,2}")
_TELLS_VERSION = 0.5
"""What a version weighs, whose two numbers are everywhere."""


def _without_denial(word: str) -> str:
    """The word that "on-" denies: "betaald" for "onbetaald"; empty where it denies none."""
    positive = word[2:] if word.startswith("on") and len(word) > _SHORTEST_DENIAL else ""
    return positive if positive and is_dutch_word(positive) and is_dutch_word(word) else ""


def _undouble(word: str) -> str:
    return re.sub(r"(.)\1", r"\1", word)
