"""What the documents do not answer: questions about one thing together, by their words and by their meaning.

Words alone keep questions in other words apart, meaning alone brings "zorg" and "horeca" together; words with a share
of meaning do better than either (`python -m bench.gaps`). In a group each question is like each other one, so that no
chain of small steps leads from one subject to the next. Questions with the same stems are one from the start.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
import numpy.typing as npt

from kb.embedding import Embedder
from kb.journal import Miss
from kb.knowledge_base import KnowledgeBase
from kb.language import is_stop, similarity, tokens
from kb.types import Citation, Question, Term

NEAR = 0.28
"""Likeness that all questions of a group have at least: best on the dev half of `bench/lacunes.yaml`."""
NEAR_BY_WORDS = 0.22
"""The same where there are no vectors."""
MEANING = 0.4
"""Share of the vectors in the likeness of two questions."""
ENOUGH = 0.5
"""Likeness from which one word stands for another."""
COMPARED = 600
"""Different questions that are compared with each other, the latest; older ones are grouped by their stems alone."""

LOOKED_UP = 50
"""Groups of which is looked up what comes closest now, the first ones; each takes as long as a question."""

Understand = Callable[[str], Question]
Now = tuple[bool, tuple[Citation, ...]]
"""Whether a question would be answered now, and what comes closest to it."""
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GapGroup:
    """Questions about one thing that went unanswered, or whose answer was voted down."""

    misses: tuple[Miss, ...]
    """In the order in which they were asked."""

    @property
    def id(self) -> str:
        """The id of the first question."""
        return self.misses[0].id

    @property
    def open(self) -> tuple[Miss, ...]:
        """Those that were not marked as solved: of a group that came back, those that were asked after it was."""
        return tuple(miss for miss in self.misses if miss.resolved_at is None)

    @property
    def resolved_at(self) -> datetime.datetime | None:
        """When it was last marked as solved."""
        return max((miss.resolved_at for miss in self.misses if miss.resolved_at), default=None)

    @property
    def counted(self) -> tuple[Miss, ...]:
        """What the figures of the group are about: what is open of it, or all of it once it is solved."""
        return self.open or self.misses

    @property
    def questions(self) -> tuple[tuple[str, int], ...]:
        """The questions as they were typed, with how often; most asked first, of those the latest."""
        counts = Counter(miss.text for miss in self.counted)
        latest = {miss.text: miss.asked_at for miss in self.counted}
        return tuple(sorted(counts.items(), key=lambda item: (item[1], latest[item[0]]), reverse=True))


def gap_groups(knowledge: KnowledgeBase) -> list[GapGroup]:
    """The gaps of an installation, those that are solved too; by words alone until its vectors are there."""
    return grouped(knowledge.journal.misses(), knowledge.snapshot.analyst.understand, knowledge.embedder)


def open_gaps(knowledge: KnowledgeBase) -> list[tuple[GapGroup, Now | None]]:
    """The gaps that are not solved, most asked first, with how the first of them stand now."""
    groups = [group for group in gap_groups(knowledge) if group.open]
    now = [knowledge.nearest(group.questions[0][0]) for group in groups[:LOOKED_UP]]
    return list(zip_longest(groups, now))


def grouped(misses: Sequence[Miss], understand: Understand, embedder: Embedder | None = None) -> list[GapGroup]:
    """The questions in groups, most asked first."""
    by_subject: dict[frozenset[str], list[Miss]] = {}
    for miss in misses:
        by_subject.setdefault(_subject(miss.text), []).append(miss)
    heaps = sorted(by_subject.values(), key=lambda heap: heap[-1].asked_at, reverse=True)
    near = [understand(heap[-1].text) for heap in heaps[:COMPARED]]
    clusters = [[heaps[place] for place in cluster] for cluster in _clusters(near, embedder)]
    groups = [
        GapGroup(tuple(sorted((miss for heap in cluster for miss in heap), key=lambda miss: (miss.asked_at, miss.id))))
        for cluster in (*clusters, *([heap] for heap in heaps[COMPARED:]))
    ]
    return sorted(groups, key=lambda group: (len(group.open), group.misses[-1].asked_at), reverse=True)


def _subject(text: str) -> frozenset[str]:
    """The stems that carry the subject of a question; two questions with the same ones are taken as one."""
    return frozenset(token.stem for token in tokens(text) if not is_stop(token.word)) or frozenset({text.lower()})


def _clusters(questions: Sequence[Question], embedder: Embedder | None) -> list[list[int]]:
    """Complete linkage: two groups become one as long as each question is like each other one."""
    if len(questions) < 2:
        return [[place] for place in range(len(questions))]
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    distances = squareform(np.clip(1 - alike(questions, embedder), 0, None), checks=False)
    near = NEAR if embedder is not None else NEAR_BY_WORDS
    labels = fcluster(linkage(distances, "complete"), 1 - near, "distance")
    clusters: dict[int, list[int]] = {}
    for place, label in enumerate(labels):
        clusters.setdefault(int(label), []).append(place)
    return list(clusters.values())


def alike(questions: Sequence[Question], embedder: Embedder | None) -> Matrix:
    """How alike each question is to each, from 0 to 1."""
    likeness = _by_words(questions)
    if embedder is not None:
        vectors = embedder.embed_queries([question.text for question in questions]).astype(np.float64)
        likeness = (1 - MEANING) * likeness + MEANING * np.clip(vectors @ vectors.T, 0, 1)
    return np.where(_same_values(questions), likeness, 0.0)


def _same_values(questions: Sequence[Question]) -> npt.NDArray[np.bool_]:
    """Which questions name the same sectors, organisations and levels: another sector is another gap."""
    named = [frozenset(pair for pair in question.facets if pair[0] != "soort") for question in questions]
    return np.array([[one == other for other in named] for one in named])


def _by_words(questions: Sequence[Question]) -> Matrix:
    """The share of what two questions ask, by weight, that the other says too: in a synonym, or part of a compound."""
    said = [_subject(question.text) for question in questions]
    stems = sorted(frozenset().union(*said))
    place = {stem: n for n, stem in enumerate(stems)}
    spoken = np.zeros((len(questions), len(stems)), dtype=bool)
    for row, mine in enumerate(said):
        spoken[row, [place[stem] for stem in mine]] = True
    met: dict[Term, Matrix] = {}
    likeness = np.zeros((len(questions), len(questions)))
    for row, question in enumerate(questions):
        for term in question.terms:
            if term not in met:
                found = np.array([_met(term, stem) for stem in stems])
                met[term] = np.where(spoken, found, 0.0).max(axis=1)
            # squared: "salaris" tells two questions about students apart, "student" does not bring them together
            likeness[row] += term.weight**2 * met[term]
        likeness[row] /= sum(term.weight**2 for term in question.terms) or 1.0
    both: Matrix = (likeness + likeness.T) / 2
    return both


def _met(term: Term, stem: str) -> float:
    """How far a stem stands for a term, in itself or by a synonym or translation of one word."""
    ways = (((stem_of,), 1.0) for stem_of in term.stems)
    value = max(
        (weight * similarity(way[0], stem) for way, weight in (*ways, *term.alternatives) if len(way) == 1), default=0.0
    )
    return value if value >= ENOUGH else 0.0
