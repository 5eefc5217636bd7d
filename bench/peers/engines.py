"""What is compared: anything that finds passages for a question, and what all of them are given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from kb.embedding import MINILM_SHA256, SentenceTransformerEmbedder, Vectors, packaged_minilm
from kb.types import Chunk


class Engine(Protocol):
    """Finds passages."""

    def search(self, text: str, k: int) -> list[str]:
        """The ids of at most `k` passages, best first."""


@dataclass(frozen=True, slots=True)
class Material:
    """The passages of one set with their vectors, and a folder to keep an index in."""

    passages: Sequence[Chunk]
    vectors: Vectors
    folder: Path

    def home(self, name: str) -> Path:
        """A folder of an engine's own."""
        folder = self.folder / name
        folder.mkdir(parents=True)
        return folder


Builder = Callable[[Material], Engine]


@lru_cache(maxsize=1)
def minilm() -> SentenceTransformerEmbedder:
    """The model that every engine embeds with, on one thread: on few cores that is as fast, and less disturbed."""
    import torch

    torch.set_num_threads(1)
    return SentenceTransformerEmbedder(str(packaged_minilm()), revision=MINILM_SHA256)


class Vectorised:
    """Vectors of passages, worked out once a text: embedding is the same for all, so it is not done for each."""

    def __init__(self) -> None:
        self._known: dict[str, Vectors] = {}

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """The vectors of some texts, in their order."""
        new = sorted({text for text in texts if text not in self._known}, key=len)
        if new:
            self._known.update(zip(new, minilm().embed_documents(new), strict=True))
        return np.stack([self._known[text] for text in texts])
