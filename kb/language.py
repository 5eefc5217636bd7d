"""Text analysis for Dutch and English: language guess, sentences, words, stems.

Both search and the choice of sentences use the same analysis, so that a word that is found is also a
word that counts. Stems are Porter's for Dutch on top of a lemma dictionary (measured in `bench/`:
the dictionary joins "gedeeld" and "delen", which no suffix rule does).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from threading import local
from typing import NamedTuple

import simplemma
import Stemmer
from wordfreq import zipf_frequency

from kb.types import Language

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

_NUMBERS_NL = (
    "twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien "
    "achttien negentien twintig"
)
_NUMBERS_EN = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
NUMBER_WORDS = {
    **{word: str(n) for words in (_NUMBERS_NL, _NUMBERS_EN) for n, word in enumerate(words.split(), start=2)},
    "dertig": "30", "veertig": "40", "vijftig": "50", "zestig": "60", "zeventig": "70", "honderd": "100",
    "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "hundred": "100",
}  # fmt: skip

# Words that carry grammar, not subject. Kept small: a word that could be the subject is not in it.
STOP_NL = frozenset(
    (
        "de het een en of maar want dus dat die dit deze er daar hier ik je jij u we wij ze zij hij men zich mij "
        "ons hun haar zijn is was waren ben bent wordt worden werd geworden heeft hebben had hebt heb kan kunnen "
        "kon mag mogen moet moeten zal zullen zou zouden wil willen ga gaat gaan te om aan af als al ook nog niet "
        "geen wel dan toch zo zo'n in op van voor met bij door over uit naar tot tussen tegen onder na per via "
        "binnen welke welk wie wat waar wanneer waarom hoe hoeveel waarvoor waarmee waarin waaraan waarop waarvan "
        "waarbij hiervoor hiermee hierin daarvoor daarmee daarin daarbij daarvan ervan ermee erin ervoor erbij "
        "eraan eens even graag mijn jouw uw zo'n doet doen deed gedaan alle allemaal iets iemand niets iedereen "
        "elk elke ieder iedere andere ander verder namelijk eigenlijk precies ongeveer momenteel nu vertel uitleg "
        "leg geef noem graag toch hoezo waardoor volgende overzicht kun zo'n mee kunt uitleggen vertellen volgens "
        "zelf zelfs jullie onze nou daarna ooit gewoon ja nee toen weer ergens net niks zoiets voordat nadat paar ineens soms meestal echt trouwens inmiddels straks meteen zulke toelichten"
    ).split()
)
STOP_EN = frozenset(
    (
        "the a an and or but so that this these those there here i you we they he she it its my your our their me "
        "us them be is are was were been being has have had do does did can could may might must shall should "
        "will would to of in on at by for from with about into over under between through per as if than then not "
        "no yes also still just what which who whom whose where when why how many much long get gets any some all "
        "each every other more most please tell give name explain exactly currently now"
    ).split()
)

# Words that predicate something general of a subject ("welke pilots zijn geschikt voor …"): they help to
# choose between passages, but their absence says nothing about whether the passage answers.
LIGHT = frozenset(
    (
        "doen meedoen mee deelnemen deelneemt meedoet gaan bestaan bestaat vinden vind staan staat komen komt "
        "zitten zit maken maakt geven geeft krijgen krijgt hebben betrokken actief geschikt bedoeld betreft "
        "belangrijk belangrijkste voornaamste heet heten genoemd noemen gebruiken gebruikt betekent betekenen "
        "betekenis afkorting inhoudt houdt inhouden definitie begrip zoal soort soorten weten weet kennen ken informatie "
        "meer bepaalde zeggen zegt geldt bekend aantal mogelijk nodig nieuw nieuwe eerste goed goede beste vraag "
        "vragen antwoord brochure document documenten tekst gezegd take takes part participate participates "
        "involved exist exists find found about suitable meant called mean means important main number kind kinds "
        "know information role does available brochure document text say says vertegenwoordigt vertegenwoordigen "
        "bedoelen bedoelt verstaan verstaat alleen terecht gebied gebeurt gebeuren gebeurd eerst later "
        "vertegenwoordigde namens represents represent represented behalf speelt spelen speelde vervult vervullen stelt stellen stelde"
    ).split()
)

_ABBREVIATIONS = (
    r"dr|drs|ir|ing|mr|prof|dhr|mw|mevr|bijv|bv|o\.a|m\.b\.t|i\.s\.m|i\.v\.m|t\.a\.v|t\.b\.v|t/m|m\.n|d\.w\.z|e\.d|"
    r"enz|etc|nr|blz|pag|art|ca|resp|incl|excl|max|min|st|jl|a\.s|z\.g|zgn|vgl|vs|eds?|fig|tel|jr|sr|h\.o|m\.u\.v|"
    r"mrs|ms|no|(?:[a-zA-Z]\.)*[a-zA-Z]"
)
_SENTENCE_END = re.compile(r"""(?:[.!?…]+["'”’»)\]]*)(?=\s|$)""")
_ABBREVIATION = re.compile(rf"(?:^|[\s(\[“‘\"'])(?:{_ABBREVIATIONS})\.$", re.IGNORECASE)
_LONGER = 20
_SHORT_NAME = 4
"""Letters of a name that an abbreviation may be like."""
_NOT_SPACE = re.compile(r"\S")
_stemmers = local()


class Token(NamedTuple):
    """One word of a text with its place, its plain form and its stem."""

    start: int
    end: int
    surface: str
    word: str
    stem: str


def fold(text: str) -> str:
    """Lower case without diacritics: "Coördinatie" becomes "coordinatie"."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of one folded word; numbers in words become digits ("zeven" is "7"), stop words stay as they are."""
    if word in NUMBER_WORDS:
        return NUMBER_WORDS[word]
    if word.isdigit() or len(word) < 3 or word in STOP_NL:
        return word
    lemma = simplemma.lemmatize(word, lang="nl")
    if lemma[:1].isupper() and len(word) <= _SHORT_NAME and fold(lemma) == word:
        return word  # "Hans" is not the HAN
    lemma = fold(lemma)
    stemmer = getattr(_stemmers, "nl", None)
    if stemmer is None:
        stemmer = _stemmers.nl = Stemmer.Stemmer("dutch_porter")
    return str(stemmer.stemWord(lemma)).replace("_", "")


@lru_cache(maxsize=200_000)
def plain(surface: str) -> tuple[str, str]:
    """The plain form and the stem of a word as it stands in a text; "mbo'ers" counts as "mbo"."""
    word = fold(surface).replace("’", "'")
    if "'" in word and word not in STOP_NL:
        head, _, tail = word.rpartition("'")
        word = head if tail in {"er", "ers", "s", "en", "tje", "tjes"} and head else word.replace("'", "")
    return word, stem(word)


def tokens(text: str) -> list[Token]:
    """The words of a text in order, with code-point offsets; "mbo'ers" counts as "mbo"."""
    found = []
    for match in WORD.finditer(text):
        surface = match.group()
        found.append(Token(match.start(), match.end(), surface, *plain(surface)))
    return found


def plain_words(text: str) -> list[tuple[str, str]]:
    """The plain form and the stem of each word of a text, in order: `tokens` without places, in a fifth of the time."""
    return [plain(surface) for surface in WORD.findall(text)]


def stems(text: str) -> list[str]:
    """The stems of a text's words, in order, stop words included."""
    return [token.stem for token in tokens(text)]


def is_stop(word: str) -> bool:
    """Whether a folded word carries grammar only, in Dutch or English."""
    return word in STOP_NL or word in STOP_EN


def words_of_substance(text: str) -> list[Token]:
    """The words of a question that ask for something of their own: no grammar, nothing general as "meedoen"."""
    return [token for token in tokens(text) if not is_stop(token.word) and token.word not in LIGHT]


def guess_language(text: str) -> Language:
    """Dutch or English, by the function words that only one of them has; Dutch when in doubt."""
    words = [fold(match.group()) for match in WORD.finditer(text)]
    dutch = sum(word in STOP_NL and word not in STOP_EN for word in words)
    english = sum(word in STOP_EN and word not in STOP_NL for word in words)
    if english == dutch:
        dutch = sum(zipf_frequency(w, "nl") > zipf_frequency(w, "en") for w in words)
        english = sum(zipf_frequency(w, "en") > zipf_frequency(w, "nl") + 0.5 for w in words)
    return "en" if english > dutch else "nl"


def rarity(word: str, language: Language = "nl") -> float:
    """How much a word says, from 0 (everyday) to 1 (never seen), by its frequency in the language at large.

    Zipf frequencies run from 0 (unseen) to about 7.5 ("de"); 6 and above say nothing here.
    Source: the `wordfreq` package, Speer (2022), doi 10.5281/zenodo.7199437.
    """
    return max(0.0, min(1.0, (6.0 - float(zipf_frequency(word, language))) / 5.0))


@lru_cache(maxsize=50_000)
def is_everyday(word: str) -> bool:
    """Whether a folded word is an everyday word of the dictionary ("techniek"), and so hardly part of a person's name.

    The dictionary writes names with a capital ("Hans"); of those only the most common, which are places, count.
    """
    if not simplemma.is_known(word, lang="nl"):
        return False
    lemma = simplemma.lemmatize(word, lang="nl")
    return float(zipf_frequency(lemma, "nl")) >= (5.0 if lemma[:1].isupper() else 3.9)


def is_common_noun(word: str) -> bool:
    """Whether a folded word is an everyday word that the dictionary writes without a capital: no place, no person."""
    return is_everyday(word) and not simplemma.lemmatize(word, lang="nl")[:1].isupper()


def is_dutch_word(word: str) -> bool:
    """Whether Dutch at large knows the word (spelling dictionary or seen in use)."""
    return bool(simplemma.is_known(word, lang="nl")) or zipf_frequency(word, "nl") >= 2.0


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a paragraph as (start, end), without the white space around them.

    Dutch abbreviations ("bijv.", "i.s.m.", initials) and numbers ("1.500") don't end a sentence.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        end = match.end()
        # longer than any abbreviation, so that "^" of the pattern is the beginning of the sentence and of no cut
        before = text[max(start, match.start() - _LONGER) : match.start() + 1]
        if match.group().startswith(".") and not match.group().startswith("..") and _ABBREVIATION.search(before):
            continue
        follows = _NOT_SPACE.search(text, end)
        if follows and follows.group().islower():
            continue
        _append(spans, text, start, end)
        start = end
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        offset = start + len(piece) - len(piece.lstrip())
        spans.append((offset, offset + len(stripped)))


def sentence_pieces(text: str) -> list[str]:
    """The text cut after each sentence; the pieces add up to the text (for LlamaIndex's splitter)."""
    starts = [start for start, _ in sentences(text)]
    if not starts:
        return [text] if text else []
    borders = [0, *starts[1:], len(text)]
    return [text[a:b] for a, b in pairwise(borders)]


@lru_cache(maxsize=100_000)
def grams(word: str, n: int = 5) -> frozenset[str]:
    """The character n-grams of a stem, with its borders marked; a short stem is its own gram."""
    marked = f"^{word}$"
    if len(marked) <= n:
        return frozenset((marked,))
    return frozenset(marked[i : i + n] for i in range(len(marked) - n + 1))


ALIKE_BY = 4
"""Characters of the parts by which stems are compared: two that share none are not alike at all."""
_VERB_PREFIXES = frozenset({"ver", "be", "ge", "ont", "her", "er", "mis", "on"})


@lru_cache(maxsize=500_000)
def similarity(asked: str, found: str) -> float:
    """How far a stem that was found stands for one that was asked, from 0 to 1.

    1 for the same stem. Where the asked one begins or ends the found one, as in a compound, 0.8 ("branche" is met by
    "installatiebranche"), though it be short, where what stands before it is a word itself ("programmateam"). The other way round it is 0.8 when nearly all of it is there, else 0.4: "modebranche" is
    hardly met by "branche". Otherwise the share of 4-grams that both have (Dice), if that is over a half, times 0.8.
    """
    if asked == found:
        return 1.0
    short, long = (asked, found) if len(asked) <= len(found) else (found, asked)
    if short.isdigit() or len(short) < 4:
        return 0.0
    ends = long.endswith(short) and long.removesuffix(short) not in _VERB_PREFIXES
    enough = len(short) >= 0.35 * len(long)
    if (enough and (long.startswith(short) or ends)) or (ends and is_dutch_word(long.removesuffix(short))):
        return 0.8 if short == asked or len(short) >= 0.75 * len(long) else 0.4
    if 3 * len(short) <= len(long) + 2:
        return 0.0  # however many grams they share, it is no half
    a, b = grams(asked, ALIKE_BY), grams(found, ALIKE_BY)
    if a.isdisjoint(b):
        return 0.0
    dice = 2 * len(a & b) / (len(a) + len(b))
    return 0.8 * dice if dice > 0.5 else 0.0


def infinitive(word: str) -> str:
    """The dictionary form of a folded word: "levert" is "leveren"."""
    return str(simplemma.lemmatize(word, lang="nl")).lower()


@lru_cache(maxsize=50_000)
def is_noun_like(word: str) -> bool:
    """Whether a folded word names a thing rather than an act: its dictionary form is no infinitive."""
    lemma = simplemma.lemmatize(word, lang="nl").lower()
    return not (lemma.endswith("en") and len(lemma) > 4)
