"""A cross-encoder, where the settings name one, orders the best passages: it reads question and passage together.

It is loaded in the background and never stands in the way: until it is there, and where it fails, passages keep the
order that search gave them. Torch is imported only where a model is named.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np

from kb.embedding import cross_encoder
from kb.errors import RoutewijzerError
from kb.settings import Settings
from kb.types import Question, ScoredChunk

_LOG = logging.getLogger("routewijzer")
_LEAST = 1e-6
"""The lowest score, as what was found never scores nothing."""

State = Literal["off", "waiting", "loading", "ready", "failed"]


class Reranker(Protocol):
    """Tells how well each of some passages answers a question."""

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """A score from 0 to 1 for each passage."""


class CrossEncoderReranker:
    """Any sentence-transformers cross-encoder with one output: a folder, or a name on a model hub."""

    def __init__(self, name: str) -> None:
        """Load the model on the CPU. Raises `ModelUnavailable` with the reason, offline included."""
        self._model = cross_encoder(name)
        # a fast tokenizer cannot be used by two threads at once
        self._one_at_a_time = threading.Lock()

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """The outputs of the model, squashed to 0..1."""
        from torch.nn import Identity

        pairs = [(question, passage) for passage in passages]
        with self._one_at_a_time:
            outputs = self._model.predict(pairs, activation_fn=Identity(), show_progress_bar=False, batch_size=32)
        squashed = 1 / (1 + np.exp(-np.clip(np.asarray(outputs, dtype=np.float64), -50, 50)))
        if not np.isfinite(squashed).all():
            raise ValueError("the model gives no numbers")
        return [float(score) for score in squashed]


class Reranking:
    """The reranker that the settings name, from when it is first wanted."""

    def __init__(self, settings: Settings) -> None:
        self._name = settings.reranker.strip()
        self.passages = settings.reranker_passages if self._name else 0
        """How many of the best passages are reranked."""
        self._starting = threading.Lock()
        self._loading: threading.Thread | None = None
        self._reranker: Reranker | None = None
        self.state: State = "waiting" if self._name else "off"
        self.message = ""
        """Why it failed, in Dutch; empty where it did not."""

    def start(self) -> None:
        """Load the model in the background, where one is named and nobody did so before."""
        with self._starting:
            if self.state == "waiting":
                self.state = "loading"
                self._loading = threading.Thread(target=self._load, name="reranker", daemon=True)
                self._loading.start()

    def wait(self, seconds: float | None = None) -> None:
        """Load the model and wait until it is there or has failed; for who asks one question and goes."""
        self.start()
        if self._loading is not None:
            self._loading.join(seconds)

    def _load(self) -> None:
        try:
            self._reranker = CrossEncoderReranker(self._name)
        except RoutewijzerError as error:
            self._failed(error.nl, error.en)
        except Exception as error:  # of a damaged installation; answers go on without it
            self._failed(f"Het herordeningsmodel '{self._name}' kan niet worden geladen: {error}", str(error))
        else:
            self.state = "ready"

    def _failed(self, nl: str, en: str) -> None:
        self.state, self.message = "failed", nl
        _LOG.warning("passages are not reranked: %s", en)

    def reranked(self, question: Question, hits: Sequence[ScoredChunk]) -> list[ScoredChunk]:
        """The best passages by the score of the model, the others after them; as they are while there is no model."""
        self.start()
        best, rest = hits[: self.passages], hits[self.passages :]
        if self._reranker is None or not best:
            return list(hits)
        try:
            scores = self._reranker.scores(question.standalone or question.text, [_text(hit) for hit in best])
        except Exception as error:  # whatever the model raises must not cost a reader the answer
            _LOG.warning("passages were not reranked: %s", error)
            return list(hits)
        scored = [hit._replace(score=max(score, _LEAST)) for hit, score in zip(best, scores, strict=True)]
        scored.sort(key=lambda hit: -hit.score)
        # below the worst of the reranked ones, in their own order
        scale = scored[-1].score / max(best[-1].score, _LEAST)
        return [*scored, *(hit._replace(score=scale * hit.score) for hit in rest)]


def _text(hit: ScoredChunk) -> str:
    """A passage with the headings that it stands under."""
    return "\n".join(dict.fromkeys(filter(None, (hit.chunk.metadata.title, *hit.chunk.section, hit.chunk.text))))
