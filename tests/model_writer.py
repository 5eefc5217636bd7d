"""The program that `test_model_change.py` kills: it makes the vectors of another model, and says each batch it wrote.

Called with a data folder, a corpus folder and the name of the model. Each batch is followed by a pause, so that there
is time to be killed between two of them.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from conftest import make_settings

from ingest.workspace import Workspace
from kb.embedding import Vectors
from kb.store import ChunkStore


def main(folder: Path, corpus: Path, embedder: str) -> None:
    """Make the vectors, a line on standard output for each batch."""
    real = ChunkStore.upsert

    def slow(store: ChunkStore, ids: list[str], vectors: Vectors) -> None:
        real(store, ids, vectors)
        os.write(1, f"{store.name} {len(ids)}\n".encode())
        time.sleep(0.3)

    ChunkStore.upsert = slow  # type: ignore[assignment, method-assign]
    with Workspace.open(make_settings(folder, corpus, embedder=embedder)) as workspace:
        workspace.load_vectors()
        os.write(1, b"done\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
