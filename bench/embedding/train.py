"""Train the static embedding: a vector a token, summed with a learned weight a token, then normalised.

    .venv/bin/python -m bench.embedding.train DATA_DIR SCRATCH_DIR OUT_DIR

DATA_DIR holds the pairs and the sections, SCRATCH_DIR what `teach.py` wrote. The student learns to put a Dutch text
where the teacher puts its English translation, and a heading near its section. Writes the model to OUT_DIR.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from torch import nn
from torch.nn import functional

from bench.embedding.data import Pairs, read_pairs, read_sections

VOCABULARY = 32_000
EPOCHS = 7
BATCH = 1024
SECTION_BATCH = 384
LEARNING_RATE = 0.005
SCALE = 20.0
CONTRASTIVE, TO_TEACHER, SIMILARITIES, SECTIONS = 0.3, 3.0, 5.0, 0.5
"""Weights of the parts of the loss."""
SMOOTHING = 0.001
"""a in a/(a+p), with which token weights start: Arora et al. (2017), "A simple but tough-to-beat baseline"."""
MAX_TOKENS = 160
DIMENSIONS = 352
"""Of the 384 that are trained: a hundredth of what they hold is lost, no figure changes, and it fits in 25 MB."""

Bag = tuple[torch.Tensor, torch.Tensor]


class Student(nn.Module):
    """Token vectors and token weights."""

    def __init__(self, tokens: int, dimension: int, weights: torch.Tensor) -> None:
        super().__init__()
        self.vectors = nn.EmbeddingBag(tokens, dimension, mode="sum", sparse=False)
        nn.init.normal_(self.vectors.weight, std=0.05)
        self.log_weight = nn.Parameter(weights.log())

    def forward(self, bag: Bag) -> torch.Tensor:
        """Unit vectors for a batch of texts."""
        ids, offsets = bag
        summed = self.vectors(ids, offsets, per_sample_weights=self.log_weight.exp()[ids])
        return functional.normalize(summed, dim=1)


def train_tokenizer(pairs: Pairs, sections: list[tuple[str, str]]) -> Tokenizer:
    """WordPiece on both languages, Dutch counted twice; lower case, without accents."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=VOCABULARY, special_tokens=["[PAD]", "[UNK]"], min_frequency=3, show_progress=False
    )
    text = [*pairs.dutch, *pairs.dutch, *pairs.english, *(f"{h} {s}" for h, s in sections)]
    tokenizer.train_from_iterator(text, trainer)
    return tokenizer


class Texts:
    """Token ids of many texts, ready to be taken as bags."""

    def __init__(self, tokenizer: Tokenizer, texts: list[str]) -> None:
        encoded = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        rows = [np.asarray(e.ids[:MAX_TOKENS] or [1], dtype=np.int32) for e in encoded]
        self.ids = np.concatenate(rows)
        lengths = np.array([len(row) for row in rows])
        self.ends = np.cumsum(lengths)
        self.starts = self.ends - lengths

    def bag(self, chosen: np.ndarray) -> Bag:
        """The ids of the chosen texts one after the other, and where each begins."""
        pieces = [self.ids[self.starts[i] : self.ends[i]] for i in chosen]
        lengths = np.array([len(piece) for piece in pieces])
        offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        return torch.from_numpy(np.concatenate(pieces).astype(np.int64)), torch.from_numpy(offsets.astype(np.int64))


def loss_of(dutch: torch.Tensor, english: torch.Tensor, teacher: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
    """How far the student is from the teacher for one batch; `same` masks pairs with the same English side."""
    scores = (SCALE * dutch @ english.T).masked_fill(same, -1e4)
    target = torch.arange(len(dutch))
    contrastive = functional.cross_entropy(scores, target) + functional.cross_entropy(scores.T, target)
    to_teacher = (1 - (dutch * teacher).sum(1)).mean() + (1 - (english * teacher).sum(1)).mean()
    wanted = teacher @ teacher.T
    similarities = sum(
        functional.mse_loss(a @ b.T, wanted) for a, b in ((dutch, dutch), (english, english), (dutch, english))
    )
    return CONTRASTIVE * contrastive + TO_TEACHER * to_teacher + SIMILARITIES * similarities


def section_loss(headings: torch.Tensor, sections: torch.Tensor) -> torch.Tensor:
    """A heading should be nearer to its own section than to those of others."""
    scores = SCALE * headings @ sections.T
    target = torch.arange(len(headings))
    return functional.cross_entropy(scores, target) + functional.cross_entropy(scores.T, target)


def section_pairs(sections: list[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """Heading and section; and the first sentence of a section with the rest of it."""
    left, right = [], []
    for heading, text in sections:
        left.append(heading)
        right.append(text)
        first, dot, rest = text.partition(". ")
        if dot and len(first.split()) >= 4 and len(rest.split()) >= 8:
            left.append(first)
            right.append(rest)
    return left, right


def main() -> None:
    """Train and write."""
    data, scratch, out = (Path(argument) for argument in sys.argv[1:4])
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    pairs = read_pairs(data / "parallel_nl_en.tsv.gz")
    sections = read_sections(data / "heading_section_nl.tsv.gz")
    tokenizer = train_tokenizer(pairs, sections)
    dutch, english = Texts(tokenizer, pairs.dutch), Texts(tokenizer, pairs.english)
    left, right = (Texts(tokenizer, texts) for texts in section_pairs(sections))
    rows = {text: i for i, text in enumerate(dict.fromkeys(pairs.english))}
    row_of = np.array([rows[text] for text in pairs.english])
    taught = np.load(scratch / "teacher.npy")
    # a teacher that was stopped early leaves rows of zeros (it takes the shortest first): those pairs are left out
    kept = np.flatnonzero(np.abs(taught).max(axis=1)[row_of] > 0)
    counts = np.bincount(np.concatenate([dutch.ids, dutch.ids, english.ids]), minlength=tokenizer.get_vocab_size())
    share = torch.from_numpy(counts / counts.sum()).float()
    student = Student(tokenizer.get_vocab_size(), taught.shape[1], SMOOTHING / (SMOOTHING + share))
    optimizer = torch.optim.Adam(student.parameters(), lr=LEARNING_RATE)
    steps = EPOCHS * (len(kept) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.0, 1 - step / steps))
    begin, step = time.time(), 0
    for _ in range(EPOCHS):
        order = random.permutation(kept)
        for start in range(0, len(order) - BATCH + 1, BATCH):
            chosen = order[start : start + BATCH]
            teacher = torch.from_numpy(taught[row_of[chosen]].astype(np.float32))
            ids = torch.from_numpy(row_of[chosen])
            same = (ids[:, None] == ids[None, :]) & ~torch.eye(len(chosen), dtype=torch.bool)
            loss = loss_of(student(dutch.bag(chosen)), student(english.bag(chosen)), teacher, same)
            some = random.choice(len(left.starts), SECTION_BATCH, replace=False)
            loss = loss + SECTIONS * section_loss(student(left.bag(some)), student(right.bag(some)))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            if step % 100 == 0:
                print(f"{step}/{steps} loss {loss.item():.3f} {time.time() - begin:.0f} s", flush=True)
            step += 1
    write(student, tokenizer, out)


def write(student: Student, tokenizer: Tokenizer, out: Path) -> None:
    """Write one matrix (vector times weight, in half precision), the tokenizer and what they are.

    The form is model2vec's; half precision is what model2vec and sentence-transformers both take (int8 is not).
    """
    with torch.no_grad():
        matrix = (student.vectors.weight * student.log_weight.exp()[:, None]).numpy()
    save_matrix(principal(matrix, DIMENSIONS), out)
    tokenizer.save(str(out / "tokenizer.json"))
    config: dict[str, Any] = {"model_type": "model2vec", "normalize": True, "hidden_dim": DIMENSIONS}
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def save_matrix(matrix: np.ndarray, out: Path) -> None:
    """Write the vectors of the tokens in half precision, scaled to it: the scale is free, as sums are normalised."""
    from safetensors.numpy import save_file

    matrix /= np.quantile(np.abs(matrix), 0.9999)
    out.mkdir(parents=True, exist_ok=True)
    save_file({"embeddings": matrix.astype(np.float16)}, str(out / "model.safetensors"))


def principal(matrix: np.ndarray, dimensions: int) -> np.ndarray:
    """The rows on the directions in which they differ most; not centred, as cosines are what must stay."""
    _, directions = np.linalg.eigh(matrix.T @ matrix)
    return matrix @ directions[:, ::-1][:, :dimensions]


if __name__ == "__main__":
    main()
