"""The line of steps from a question to an answer: understand, find, answer or refuse, check, note.

`KnowledgeBase` takes its parts; `open` builds the real ones. It answers from the first moment on by words alone;
vectors join when `attach` says that the index is complete.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from itertools import pairwise, zip_longest
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from kb import answerability, extractive, near_miss, recency
from kb.answer_types import counts
from kb.catalogue import Catalogue, Listing, opening
from kb.citations import cite
from kb.comparison import Comparison, Comparisons
from kb.conversation import Reading, split_topic
from kb.courtesy import Courtesy, courtesy_in, reply_to
from kb.documents import Shelf
from kb.embedding import Embedder
from kb.errors import IndexUnavailable, InvalidQuestion, RoutewijzerError
from kb.evidence import Evidence
from kb.examples import Examples
from kb.extractive import Draft
from kb.finding import Finder
from kb.generation import Generation, choose_passages
from kb.glossary import Glossary
from kb.journal import Journal
from kb.language_model import LanguageModel
from kb.meaning import Meaning
from kb.near_identical import Passage, once
from kb.presence import ALIKE
from kb.reranking import Reranking
from kb.retrieval import ExpectingRetriever, HybridRetriever, Retriever, VectorRetriever, WordRetriever, passes
from kb.route_answers import Answers
from kb.route_plan import RoutePlan, RoutePlanner
from kb.route_template import RouteTemplate
from kb.settings import Settings
from kb.snapshot import Snapshot
from kb.store import ChunkStore
from kb.types import (
    ASIDE,
    Answer,
    AnswerDone,
    AnswerEvent,
    Chunk,
    Citation,
    Document,
    Explanation,
    Filters,
    Language,
    Mode,
    Question,
    ScoredChunk,
    Searched,
    SourcesFound,
    Statement,
    StatementMade,
    Turn,
)
from kb.units import Unit
from kb.vocabulary import Vocabulary
from kb.wishes import Wish
from kb.writing import Writing

_LOG = logging.getLogger("routewijzer")
PASSAGES = 12
"""Chunks that are searched for sentences."""
CLOSEST = 3
SURELY = 0.8
"""Certainty from which what a search finds may stand in a plan, where nobody asked; nearly all else is refused."""
FOR_CERTAIN = 0.9
"""Certainty from which a question is answered without what it seems to point at."""
SPOKEN_OF = 0.5
"""How well a passage holds what was spoken of before, from which it has to do with that."""
_LEADING = 3 * CLOSEST
"""Units of which the closest are chosen, as some may say what others say."""
_GLIMPSE = 0.2
"""Share of a question of unknown words that is met by words like them, where a passage may be about its subject."""
_JUST_THAT = 0.95
"""How much a question is one that an author expects of a section, from which that is what answers it."""
_MANY = 12
"""Values of a listing above which such a section answers better: the names of all are no answer to read."""
_FEW_SENTENCES = 3
"""Sentences that are quoted in the place of the names in them, at most."""
_BY_PARTS = 2.0
"""Score of the word search from which a passage shares parts of rare words, as with a word that is badly mistyped."""
_AT_WORK = min(4, max(2, os.cpu_count() or 1))
"""Questions that are worked out at the same moment; waiting for a language model is not counted.

It is work for the processor: more at once get no further together, and all else in this process waits for each."""
EXPLAINED = 5
"""Terms that are explained with one answer, at most."""


class _State(NamedTuple):
    """What belongs together at one moment; replaced as a whole, never changed."""

    snapshot: Snapshot
    catalogue: Catalogue
    words: WordRetriever
    retriever: Retriever
    method: str
    meaning: Meaning | None


class Worked(NamedTuple):
    """What was worked out for a question, before anything is said."""

    question: Question
    draft: Draft
    listing: Listing | None
    figures: dict[str, float]
    timings: dict[str, float]
    """Milliseconds for each step."""
    hits: list[ScoredChunk]
    """The passages that were found, best first."""
    lacking: Listing | None = None
    """A listing without matches: what the records hold no item of."""


class Prepared(NamedTuple):
    """A question that is ready to be answered, with all that it was worked out from."""

    worked: Worked
    certainty: float
    threshold: float
    answerable: bool
    """Whether anything is answered at all; settled before a language model is asked."""
    writing: Writing
    snapshot: Snapshot
    words: WordRetriever
    retriever: Retriever
    by_meaning: bool
    """Whether the certainty was worked out with nearness of meaning."""


class KnowledgeBase:
    """Answers questions from the documents of a shelf."""

    def __init__(
        self,
        shelf: Shelf,
        glossary: Glossary,
        vocabulary: Vocabulary,
        journal: Journal,
        examples: Examples,
        settings: Settings,
        language_model: LanguageModel | None = None,
        routes: RouteTemplate | None = None,
        comparisons: Comparisons | None = None,
    ) -> None:
        self.shelf = shelf
        self.glossary = glossary
        self.vocabulary = vocabulary
        self.journal = journal
        self.examples = examples
        self.language_model = language_model
        self.routes = routes or RouteTemplate()
        self.comparisons = comparisons or Comparisons()
        self.watchers: list[Callable[[Answer], None]] = []
        """Called with each answer once it is complete; for who counts."""
        self._settings = settings
        self.reranking = Reranking(settings)
        self._vectors: tuple[ChunkStore, Embedder] | None = None
        self._built: _State | None = None
        self._planner: tuple[_State, RoutePlanner] | None = None
        self._building = threading.Lock()
        self._at_work = threading.BoundedSemaphore(_AT_WORK)

    @classmethod
    def open(cls, settings: Settings, shelf: Shelf) -> KnowledgeBase:
        """Build the real parts from the settings."""
        return cls(
            shelf=shelf,
            glossary=Glossary.load(settings.glossary),
            vocabulary=Vocabulary.load(settings.vocabulary),
            journal=Journal.of(settings),
            examples=Examples.load(settings.examples),
            settings=settings,
            language_model=LanguageModel.open(settings),
            routes=RouteTemplate.load(settings.route_plan),
            comparisons=Comparisons.load(settings.comparison),
        )

    def refresh(self) -> None:
        """Take up the documents as they are on the shelf now; only what changed is read and indexed.

        Before the first question there is nothing to refresh: all documents are taken up then.
        """
        with self._building:
            if self._built is not None:
                self._take_up()

    def _take_up(self) -> None:
        before = self._built.snapshot if self._built is not None else None
        live = {
            document_id: version
            for document_id in self.shelf.ids()
            if (version := self.shelf.current(document_id)) and not self.shelf.quarantined(document_id, version)
        }
        documents: dict[str, Document] = {}
        new: list[Chunk] = []
        for document_id, version in live.items():
            if before is not None and before.versions.get(document_id) == version:
                documents[document_id] = before.document(document_id)
                continue
            try:
                document, chunks = self.shelf.document(document_id, version), self.shelf.chunks(document_id, version)
            except RoutewijzerError as error:  # damaged, which `verify` names; or removed by another process just now
                _LOG.warning("%s", error.en)
                continue
            documents[document_id] = document
            new += chunks
        snapshot = Snapshot(documents, new, self.glossary, self.vocabulary, before)
        words = WordRetriever(snapshot.index)
        self._built = _State(snapshot, Catalogue.build(snapshot), words, *self._with_vectors(snapshot, words))
        self._planner = None

    def attach(self, store: ChunkStore, embedder: Embedder) -> None:
        """Let vectors join the search: the store is complete for the documents on the shelf."""
        self.reranking.start()
        with suppress(IndexUnavailable):  # a search that fails says so
            store.prepare()
        with self._building:
            self._vectors = store, embedder
            state = self._built
            if state is not None:
                joined = self._with_vectors(state.snapshot, state.words)
                self._built = _State(state.snapshot, state.catalogue, state.words, *joined)

    def _with_vectors(self, snapshot: Snapshot, words: WordRetriever) -> tuple[Retriever, str, Meaning | None]:
        expected = snapshot.expected
        if self._vectors is None:
            return ExpectingRetriever(words, expected), "words", None
        store, embedder = self._vectors
        vectors = VectorRetriever(store, embedder, snapshot.chunks)
        settings = self._settings
        hybrid = HybridRetriever(words, vectors, settings.vector_weight_nl, settings.vector_weight_en)
        meaning = Meaning(embedder) if embedder.cheap else None
        return ExpectingRetriever(hybrid, expected, meaning), "hybrid", meaning

    @property
    def built(self) -> bool:
        """Whether the documents were taken up at all: that is done when they are first asked for."""
        return self._built is not None

    @property
    def _state(self) -> _State:
        if self._built is None:
            with self._building:
                if self._built is None:
                    self._take_up()
        assert self._built is not None
        return self._built

    @property
    def snapshot(self) -> Snapshot:
        """The documents as they are answered from now."""
        return self._state.snapshot

    @property
    def catalogue(self) -> Catalogue:
        """The records of the documents."""
        return self._state.catalogue

    @property
    def method(self) -> str:
        """How passages are found now: `words` or `hybrid`."""
        return self._method(self._state)

    def _method(self, state: _State) -> str:
        """As it was made, unless the vectors are at a server that is gone."""
        reached = self._vectors is None or self._vectors[0].reachable
        return state.method if reached else "words"

    def compare(self, ids: Sequence[str]) -> Comparison:
        """Some documents side by side. Raises `UnknownDocument`."""
        return self.comparisons.compare(self.snapshot, ids)

    @property
    def embedder(self) -> Embedder | None:
        """What turns texts into vectors, once it is loaded."""
        return self._vectors[1] if self._vectors is not None else None

    def searched(self, filters: Filters) -> Searched:
        """In how many documents, and how, an answer is looked for now."""
        state = self._state
        documents = (state.snapshot.document(document_id) for document_id in state.snapshot.versions)
        return Searched(sum(passes(document.metadata, filters) for document in documents), self._method(state), filters)

    def nearest(self, text: str) -> tuple[bool, tuple[Citation, ...]]:
        """Whether a question would be answered now, and what comes closest to it; nothing is noted in the journal."""
        prepared = self.prepare(text, mode="extractive")
        return prepared.answerable, _numbered(_leading(prepared))

    def search(
        self, text: str, k: int = 10, filters: Filters | None = None, method: str = "hybrid"
    ) -> list[ScoredChunk]:
        """The chunks that match a text, best first; `method` is `words`, or `hybrid` where vectors are there."""
        state = self._state
        question = state.snapshot.analyst.understand(self._checked(text))
        finder = Finder(state.words) if method == "words" else Finder(state.retriever, self.reranking)
        return finder.find(question, k, filters or Filters())

    def ask(
        self,
        text: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        language: Language | None = None,
        mode: Mode = "auto",
        noted: bool = True,
    ) -> Answer:
        """The whole answer to a question; `noted`: whether the journal holds it. Raises `InvalidQuestion`."""
        for event in self.stream(text, history, filters, language, mode, noted):
            if isinstance(event, AnswerDone):
                return event.answer
        raise AssertionError("a stream ends with AnswerDone")

    def stream(
        self,
        text: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        language: Language | None = None,
        mode: Mode = "auto",
        noted: bool = True,
    ) -> Iterator[AnswerEvent]:
        """The answer in parts: the sources first, then the statements, then the whole. Raises `InvalidQuestion`."""
        started = time.perf_counter()
        if courtesy := courtesy_in(self._checked(text)):
            yield from self._word_back(courtesy, text, language)
            return
        prepared = self.prepare(text, history, filters, language, mode)
        worked, written = prepared.worked, prepared.writing
        question = worked.question
        leading = _leading(prepared)
        yield SourcesFound(leading, question.language)

        writing = time.perf_counter()
        statements: list[Statement] = []
        for statement in written.statements() if prepared.answerable else ():
            known = {number for made in statements for number in made.citations}
            statements.append(statement)
            wanted = set(statement.citations) - known
            yield StatementMade(statement, tuple(c for c in written.citations.citations if c.number in wanted))
        answer = Answer(
            question_id=uuid.uuid4().hex,
            statements=tuple(statements),
            citations=tuple(written.citations.citations),
            answered=bool(statements),
            certainty=round(prepared.certainty, 3),
            language=question.language,
            mode=written.mode,
            closest=() if statements else _numbered(leading),
            suggestions=self.examples.near(question, exclude=text),
            timings_ms={
                **worked.timings,
                "write": _ms(writing, time.perf_counter()),
                "total": _ms(started, time.perf_counter()),
            },
            understood=question.standalone,
            explanations=self._explanations(question, statements),
            note=_noted(prepared) if statements else self._said_of_nothing(prepared, leading),
            withheld=written.withheld,
        )
        try:
            if noted:
                self.journal.record(text, answer)
        except SQLAlchemyError:  # a journal that cannot be written must not cost a reader the answer
            _LOG.exception("a question was not noted in the journal")
        for watch in tuple(self.watchers):
            watch(answer)
        yield AnswerDone(answer)

    def _word_back(self, courtesy: Courtesy, text: str, language: Language | None) -> Iterator[AnswerEvent]:
        """What is said to who asks nothing of the documents, with examples for who is to begin; nothing is noted."""
        note, spoken = reply_to(courtesy, text, language)
        question = self._state.snapshot.analyst.understand(text, language=spoken)
        leaves = courtesy in {"thanks", "farewell"}
        answer = Answer(
            question_id=uuid.uuid4().hex,
            statements=(),
            citations=(),
            answered=False,
            certainty=0.0,
            language=spoken,
            mode=ASIDE,
            suggestions=() if leaves else self.examples.near(question, exclude=text),
            understood=question.standalone,
            note=note,
        )
        yield SourcesFound((), spoken)
        for watch in tuple(self.watchers):
            watch(answer)
        yield AnswerDone(answer)

    @staticmethod
    def _said_of_nothing(prepared: Prepared, leading: Sequence[Citation]) -> str:
        """What a reader is told with a refusal: what the model did, if one was asked, and what is missing."""
        closest = [" ".join((*citation.section, citation.quote)) for citation in leading]
        titles = [citation.title for citation in leading]
        question, lacking = prepared.worked.question, prepared.worked.lacking
        missing = near_miss.none_recorded(lacking, question.language) if lacking else ""
        missing = missing or near_miss.remark(question, closest, prepared.snapshot, titles)
        return " ".join(filter(None, (prepared.writing.note, missing)))

    def prepare(
        self,
        text: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        language: Language | None = None,
        mode: Mode = "auto",
    ) -> Prepared:
        """All that comes before the first statement. Raises `InvalidQuestion`."""
        state = self._state
        checked = self._checked(text)
        back = state.snapshot.analyst.conversation.turned_back(checked, history)
        if back:
            checked, history, mode = self._checked(back.question), back.history, "extractive"
        with self._at_work:
            worked = self._best_read(state, checked, history, filters or Filters(), language)
            parts = state.snapshot.analyst.conversation.parts(checked, history)
            of_parts = [self._work_out(state, part, (), filters or Filters(), language) for part in parts or ()]
        by_meaning = state.meaning is not None
        threshold = self._settings.answer_threshold
        certainty = answerability.certainty(worked.figures, by_meaning=by_meaning)
        unsure_of = ""
        if parts:
            sure = [answerability.certainty(part.figures, by_meaning=by_meaning) for part in of_parts]
            less, more = sorted(range(len(parts)), key=sure.__getitem__)
            if sure[less] >= threshold:
                worked, certainty = _joined(worked, of_parts[0], of_parts[1], of_parts[less].figures), sure[less]
            elif sure[more] >= threshold:
                unsure_of = split_topic(parts[less])[0]
                if certainty < threshold:
                    worked = of_parts[more]._replace(question=worked.question)
                certainty = max(threshold, sum(sure) / 2)  # half of an answer is never sure to be the answer
        if back:
            shown = extractive.heart if back.wish == "shorter" else extractive.without_further
            worked = worked._replace(draft=shown(worked.draft))
        return Prepared(
            worked=worked,
            certainty=certainty,
            threshold=threshold,
            answerable=certainty >= threshold and bool(worked.draft.units),
            writing=self._writing(state.snapshot, worked, certainty, mode, unsure_of, back.wish if back else None),
            snapshot=state.snapshot,
            words=state.words,
            retriever=state.retriever,
            by_meaning=by_meaning,
        )

    def _best_read(
        self, state: _State, text: str, history: Sequence[Turn], filters: Filters, language: Language | None
    ) -> Worked:
        """The question as it can be answered: of its readings the first that surely is, else the surest.

        One that leaves unsaid what it is about counts where the best passage is about that.
        """
        surest: tuple[float, Worked] | None = None
        for reading in state.snapshot.analyst.conversation.readings(text, history):
            worked = self._work_out(state, text, history, filters, language, reading)
            sure = answerability.certainty(worked.figures, by_meaning=state.meaning is not None)
            if reading.about and not _is_about(worked, reading.about):
                sure = 0.0
            if sure >= (FOR_CERTAIN if reading.doubted else self._settings.answer_threshold):
                return worked
            if surest is None or (sure > surest[0] and not reading.doubted):
                surest = sure, worked
        assert surest is not None  # there is always a reading
        return surest[1]

    def _writing(
        self, snapshot: Snapshot, worked: Worked, certainty: float, mode: Mode, unsure_of: str, wish: Wish | None
    ) -> Writing:
        """Who writes: a model where there is one, but what the records answer completely is left to them."""
        question, draft, listing = worked.question, worked.draft, worked.listing
        generation = None
        if self.language_model and listing is None and mode != "extractive":
            passages = choose_passages(worked.hits, draft, self._settings.llm_passages)
            generation = Generation(self.language_model, question, passages, snapshot)
        missing = mode == "generated" and self.language_model is None
        return Writing(question, draft, listing, snapshot, certainty, generation, missing, unsure_of, wish)

    def _explanations(self, question: Question, statements: Sequence[Statement]) -> tuple[Explanation, ...]:
        """The terms that the glossary explains, those of the question first."""
        texts = (question.standalone, *(statement.text for statement in statements))
        entries = dict.fromkeys(entry for text in texts for entry in self.glossary.explain(text))
        return tuple(
            Explanation(f"{e.term} ({e.spelled_out})" if e.spelled_out else e.term, e.explanation)
            for e in entries
            if e.explanation
        )[:EXPLAINED]

    def route_planner(self) -> RoutePlanner:
        """Makes plans from the documents as they are now; the same one until they change."""
        state = self._state
        kept = self._planner
        if kept is None or kept[0] is not state:
            kept = self._planner = (state, RoutePlanner(self.routes, state.snapshot, self._found_surely))
        return kept[1]

    def route_plan(self, answers: Answers, language: Language = "nl") -> RoutePlan:
        """The plan for a new route that fits these answers."""
        return self.route_planner().plan(answers, language)

    def _found_surely(self, text: str) -> list[tuple[str, Citation]]:
        """What surely answers a question that no visitor asked, so that the journal does not hold it either."""
        prepared = self.prepare(text, language="nl", mode="extractive")
        if not prepared.answerable or prepared.certainty < SURELY:
            return []
        statements = list(prepared.writing.statements())
        by_number = {citation.number: citation for citation in prepared.writing.citations.citations}
        return [(statement.text, by_number[statement.citations[0]]) for statement in statements]

    def work_out(self, text: str, history: Sequence[Turn] = ()) -> Worked:
        """All that is worked out for a question before the answer is written; for training and for tracing."""
        return self._work_out(self._state, self._checked(text), history, Filters(), None)

    def _work_out(
        self,
        state: _State,
        text: str,
        history: Sequence[Turn],
        filters: Filters,
        language: Language | None,
        reading: Reading | None = None,
    ) -> Worked:
        """Understand the question, find passages, draft the answer, and weigh whether it is one."""
        clock = [time.perf_counter()]
        snapshot = state.snapshot
        question = snapshot.analyst.understand(text, history, language, reading)
        clock.append(time.perf_counter())
        hits = Finder(state.retriever, self.reranking).find(question, PASSAGES, filters)
        clock.append(time.perf_counter())
        draft = extractive.write(question, hits, snapshot, state.meaning)
        catalogue = state.catalogue
        if filters != Filters():
            catalogue = catalogue.narrowed(lambda i: passes(snapshot.document(i).metadata, filters))
        listing, listed = catalogue.answer(question), False
        if listing is not None and listing.matches and draft.best and catalogue.said_at_once(listing, draft.best.unit):
            listing, draft, listed = None, Draft((draft.best.unit,), draft.ranked), True
        if listing is not None and _better_said(question, listing, draft, snapshot):
            listing = None
        lacking = listing if listing is not None and not listing.matches else None
        if lacking is not None:
            listing = None
        if listing is not None:
            listed = True
            draft, by_sentences = _as_listed(question, listing, draft)
            listing = None if by_sentences else listing
        figures = answerability.features(question, draft, snapshot, listed=listed)
        figures["none_fits"] = float(lacking is not None)
        clock.append(time.perf_counter())
        steps = zip(("understand", "retrieve", "answer"), pairwise(clock), strict=True)
        return Worked(question, draft, listing, figures, {name: _ms(a, b) for name, (a, b) in steps}, hits, lacking)

    def _checked(self, text: str) -> str:
        plain = " ".join(text.split())
        limit = self._settings.max_question_chars
        if not any(c.isalnum() for c in plain):
            raise InvalidQuestion("Typ een vraag van ten minste één woord.", "Type a question of at least one word.")
        if len(plain) > limit:
            raise InvalidQuestion(
                f"De vraag is te lang: {len(plain)} tekens, ten hoogste {limit}.",
                f"The question is too long: {len(plain)} characters, at most {limit}.",
            )
        return plain


def _joined(whole: Worked, first: Worked, second: Worked, figures: dict[str, float]) -> Worked:
    """The answers to the two parts of a question behind one another; `figures`: those of the part that is less sure."""
    drafts = (first.draft, second.draft)
    leading = _distinct([unit for draft in drafts for unit in draft.units[: draft.leading]])
    further = [u for draft in drafts for u in draft.units[len(draft.units[: draft.leading]) :] if u not in leading]
    ranked = {(e.unit.document_id, e.unit.place): e for e in (*first.draft.ranked, *second.draft.ranked)}
    hits = {hit.chunk.id: hit for pair in zip_longest(first.hits, second.hits) for hit in pair if hit is not None}
    draft = Draft(
        units=(*leading, *_distinct(further)),
        ranked=tuple(sorted(ranked.values(), key=lambda e: -e.score)),
        leading=len(leading),
    )
    timings = {step: sum(worked.timings[step] for worked in (whole, first, second)) for step in whole.timings}
    return Worked(whole.question, draft, None, figures, timings, list(hits.values()))


def _is_about(worked: Worked, topic: str) -> bool:
    """Whether the best passage has to do with what was spoken of, which the question does not name."""
    best = worked.draft.best
    spoken = [i for i, term in enumerate(worked.question.terms) if term.light and term.text in topic]
    return best is not None and any(best.found[i] >= SPOKEN_OF for i in spoken)


def _said_in_numbers(question: Question, draft: Draft) -> bool:
    return draft.best is not None and draft.best.typed and counts(question, draft.best.unit.text)


def _listed_as_asked(question: Question, draft: Draft, snapshot: Snapshot) -> bool:
    """Whether a sentence that has all that was asked introduces a list: "De volgende branches doen mee: …".

    It names what is asked for with the reader's own word: a list of branches need not have all sectors.
    """
    best = draft.best
    if best is None or best.unit.kind != "sentence" or not snapshot.context(best.unit.document_id).items(best.unit):
        return False
    named = not question.head or question.head[0] in best.unit.stems
    return named and _all_said(question, draft)


def _noted(prepared: Prepared) -> str:
    """What a reader is told with an answer: how it came about, that it is old, or that a word is in no document."""
    written = prepared.writing
    old = recency.remark(prepared.worked.question, written.citations.citations, date.today())
    worked = prepared.worked
    absent = "" if worked.listing else near_miss.in_no_document(worked.question, worked.draft.best, prepared.snapshot)
    return " ".join(filter(None, (written.note, old, absent)))


def _better_said(question: Question, listing: Listing, draft: Draft, snapshot: Snapshot) -> bool:
    """Whether the documents answer with words of their own what a listing would answer from the records."""
    if not listing.matches and not listing.by_value and _all_said(question, draft):
        return True
    if listing.asked == "count":  # the number with its date
        return not listing.by_value and _said_in_numbers(question, draft)
    if listing.asked != "items":
        expected = draft.best is not None and draft.best.figures["expected"] >= _JUST_THAT and not listing.constrained
        return (expected and len(listing.matches) > _MANY) or _listed_as_asked(question, draft, snapshot)
    return question.kind == "yes_no" and len(listing.matches) == 1 and _denied(question, draft)


def _as_listed(question: Question, listing: Listing, draft: Draft) -> tuple[Draft, bool]:
    """What shows a listing, and whether that is read in its place: it says what one is, or with what reserve."""
    if question.kind == "definition":
        return _led_by(opening(listing.matches[0].item), draft.ranked), True
    shown = Draft(_distinct([match.unit for match in listing.matches]), draft.ranked)
    return (_led_by(shown.units, draft.ranked), True) if _told_of_one(listing, shown) else (shown, False)


def _led_by(units: tuple[Unit, ...], ranked: Sequence[Evidence]) -> Draft:
    """A draft of some units, with the first of them for the best of what was weighed."""
    return Draft(units, tuple(sorted(ranked, key=lambda evidence: evidence.unit != units[0])))


def _told_of_one(listing: Listing, draft: Draft) -> bool:
    """Whether what is listed are the parties of one item, which a few of its sentences name."""
    items = {(match.item.document_id, match.item.section) for match in listing.matches}
    of_values = listing.asked not in {"items", "count"} and listing.constrained
    return (
        of_values
        and len(items) == 1
        and len(draft.units) <= _FEW_SENTENCES
        and all(unit.kind == "sentence" for unit in draft.units)
    )


def _denied(question: Question, draft: Draft) -> bool:
    """Whether the best unit has all that was asked, and denies it: "er is nog geen pilot vastgesteld"."""
    return _all_said(question, draft) and draft.best is not None and "geen" in draft.best.unit.words


def _all_said(question: Question, draft: Draft) -> bool:
    """Whether the best unit has all that was asked in words of its own."""
    best = draft.best
    pairs = zip(question.terms, best.direct, strict=True) if best else ()
    return best is not None and all(met >= ALIKE for term, met in pairs if not term.light)


def _leading(prepared: Prepared) -> tuple[Citation, ...]:
    """What comes closest to an answer, each of which says something else; nothing where nothing is near."""
    if not _is_near(prepared):
        return ()
    snapshot = prepared.snapshot
    units = extractive.closest(prepared.worked.draft, _LEADING)
    about = [Passage(u.text, u.document_id, u.headings, snapshot.document(u.document_id).metadata) for u in units]
    chosen: list[Citation] = []
    said: list[str] = []
    for unit in (units[place] for _, place in once(about, _LEADING)):
        if len(chosen) == CLOSEST:
            break
        if any(_inside(unit, other) for other in chosen):
            continue
        document = snapshot.document(unit.document_id)
        start, end = snapshot.context(unit.document_id).surrounding(unit)
        again = any(text in document.text[start:end] for text in said)  # what stands around it was shown already
        chosen.append(cite(document, unit, span=None if again else (start, end)))
        said.append(unit.text)
    return tuple(chosen)


def _inside(unit: Unit, citation: Citation) -> bool:
    own = (unit.document_id, unit.version) == (citation.document_id, citation.version)
    return own and citation.start <= unit.start and unit.end <= citation.end


def _is_near(prepared: Prepared) -> bool:
    """Whether any passage has to do with the question.

    Nearness of meaning finds something for every question. Where no document knows any of its words, in whatever form,
    and none resembles one much, what is found that way is about something else.
    """
    figures = prepared.worked.figures
    if prepared.answerable or figures.get("unknown", 0.0) < 0.999 or figures["found"] >= _GLIMPSE:
        return True
    best = prepared.words.retrieve(prepared.worked.question, 1, Filters())
    return bool(best) and best[0].score >= _BY_PARTS


def _numbered(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """The citations, numbered from 1."""
    return tuple(replace(c, number=n) for n, c in enumerate(citations, start=1))


def _distinct(units: Sequence[Unit]) -> tuple[Unit, ...]:
    return tuple({(unit.document_id, unit.place): unit for unit in units}.values())


def _ms(start: float, end: float) -> float:
    return round((end - start) * 1000, 2)
