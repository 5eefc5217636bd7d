"""The questions with known answers, each set with the documents that it is asked to.

The corpus is always there; the brochure and the real documents stand beside the project (`../shared/`), and what is
not there is left out.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.workspace import Workspace
from kb.evaluation import Case, load_cases
from kb.settings import PROJECT, load_settings

SHARED = PROJECT.parent / "shared"
BROCHURE = SHARED / "brochure" / "mkb-route-brochure.txt"
_BENCH = PROJECT / "bench"


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Question files and the documents that they are about; no documents means the corpus."""

    name: str
    files: tuple[Path, ...]
    documents: tuple[Path, ...] = ()

    def cases(self) -> list[Case]:
        """All its questions, of the files that are there."""
        return [case for file in self.files if file.is_file() for case in load_cases(file)]

    @contextmanager
    def workspace(self, embedder: str) -> Iterator[Workspace]:
        """Its documents, taken into a folder that is gone afterwards."""
        with tempfile.TemporaryDirectory() as scratch:
            empty = Path(scratch) / "empty"
            empty.mkdir()
            corpus = {"corpus_dir": empty} if self.documents else {}
            settings = load_settings(data_dir=Path(scratch) / "data", embedder=embedder, **corpus)
            with Workspace.open(settings) as workspace:
                if self.documents:
                    workspace.add(list(self.documents))
                workspace.load_vectors()
                yield workspace


def question_sets() -> list[QuestionSet]:
    """The sets whose documents are at hand."""
    brochure = (*(_BENCH / f"vragen_brochure{name}.jsonl" for name in ("", "_gemengd", "_2", "_getypt_leren")),
                SHARED / "eval" / "brochure_dev.jsonl")  # fmt: skip
    every = [
        QuestionSet(
            "corpus",
            (
                *sorted((PROJECT / "corpus" / "vragen").glob("*.jsonl")),
                *(_BENCH / f"vragen_corpus_{name}.jsonl" for name in ("ver", "getypt", "getypt_leren")),
            ),
        ),
        QuestionSet("brochure", brochure, (BROCHURE,)),
        *(
            QuestionSet(
                f"documents{number}",
                tuple(_BENCH / f"vragen_documenten{number}{part}.jsonl" for part in ("", "_leren", "_getypt_leren")),
                _listed(f"documenten{number}.txt"),
            )
            for number in ("", "_2", "_3")
        ),
    ]
    return [one for one in every if all(path.is_file() for path in one.documents)]


def _listed(name: str) -> tuple[Path, ...]:
    lines = (_BENCH / name).read_text(encoding="utf-8").splitlines()
    return tuple(SHARED / "realdocs" / line for line in lines if line)
