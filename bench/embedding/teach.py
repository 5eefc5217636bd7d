"""Embed the English side with the teacher, once; training then needs no transformer.

    .venv/bin/python -m bench.embedding.teach DATA_DIR SCRATCH_DIR

DATA_DIR holds `parallel_nl_en.tsv.gz`. Writes `teacher.npy` (float16, a row for each different English string, in
order of first appearance) and `english.txt`. Takes some forty minutes on two cores; run again, it goes on where it was
stopped.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from bench.embedding.data import read_pairs

MAX_TOKENS = 96
BATCH = 256


def main() -> None:
    """Embed and write."""
    from sentence_transformers import SentenceTransformer

    from kb.embedding import packaged_minilm

    source, scratch = Path(sys.argv[1]), Path(sys.argv[2])
    scratch.mkdir(parents=True, exist_ok=True)
    texts = list(dict.fromkeys(read_pairs(source / "parallel_nl_en.tsv.gz").english))
    model = SentenceTransformer(str(packaged_minilm()), device="cpu")
    model.max_seq_length = MAX_TOKENS
    taught = scratch / "teacher.npy"
    vectors = (
        np.load(taught)
        if taught.is_file()
        else np.zeros((len(texts), model.get_embedding_dimension()), dtype=np.float16)
    )
    # the shortest first, so that a batch holds texts of one length
    order = sorted(np.flatnonzero(~vectors.any(axis=1)).tolist(), key=lambda i: len(texts[i]))
    begin = time.time()
    for batch, start in enumerate(range(0, len(order), BATCH)):
        rows = order[start : start + BATCH]
        vectors[rows] = model.encode([texts[i] for i in rows], batch_size=64, normalize_embeddings=True)
        if batch % 50 == 49:
            np.save(taught, vectors)
            print(f"{start + len(rows)}/{len(order)} {time.time() - begin:.0f} s", flush=True)
    np.save(taught, vectors)
    (scratch / "english.txt").write_text("\n".join(text.replace("\n", " ") for text in texts), encoding="utf-8")


if __name__ == "__main__":
    main()
