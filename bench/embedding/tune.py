"""Tune the static embedding with questions: a question learns to lie near the sentence that answers it.

    .venv/bin/python -m bench.embedding.tune DATA_DIR BASE_DIR OUT_DIR [--without NAME]

DATA_DIR holds the pairs and the sections, BASE_DIR what `train.py` wrote. The questions are those of
`bench/embedding/minidocumenten/` (each below its sentence) and those that the authors of the corpus expect (each of a
section, of which any sentence may answer). Among the sentences of a pool the right one, or one of them, must be the
likeliest (the logarithm of its share of a softmax); beside that, headings stay near their sections, a Dutch text near
its English, and texts as near one another as they were. Writes the model to OUT_DIR. With `--without` the file of that
name is not learned from, but measured with: how often the right one of its sentences comes first, and among ten.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

from bench.embedding.data import Written, read_minidocuments, read_pairs, read_sections
from bench.embedding.train import SCALE, SECTIONS, Bag, Texts, save_matrix, section_loss, section_pairs
from bench.question_sets import question_sets
from kb.expected import headed
from kb.language import fold
from kb.meaning import read_below

EPOCHS = 3
LEARNING_RATE = 0.003
QUESTION_BATCH, SECTION_BATCH, PAIR_BATCH = 256, 384, 512
SENTENCES = 1_500
"""The most sentences among which the right one is sought in a step."""
LEFT_OUT = 0.2
"""Share of the tokens of a question that a step leaves out, so that no single one decides."""
PAIRS, KEPT = 0.6, 3.0
"""Weights in the loss of the parallel pairs, and of staying as near one another as before."""
PARALLEL = 120_000
"""Parallel pairs that are drawn from."""


@dataclass(frozen=True)
class Pool:
    """Sentences, and questions with the places of the sentences that answer each."""

    sentences: Texts
    questions: Texts
    answers: list[np.ndarray]


class Static(nn.Module):
    """A vector a token, summed and normalised."""

    def __init__(self, matrix: np.ndarray) -> None:
        super().__init__()
        self.vectors = nn.EmbeddingBag.from_pretrained(torch.from_numpy(matrix.copy()), freeze=False, mode="sum")

    def forward(self, bag: Bag) -> torch.Tensor:
        """Unit vectors for a batch of texts."""
        return functional.normalize(self.vectors(*bag), dim=1)


def read_pools(tokenizer: Tokenizer, written: list[Written]) -> list[Pool]:
    """The questions with their sentences, each read in two ways: below its own heading, and below all and the title.

    The second is how they are compared (`kb/meaning.py`).
    """
    pools = []
    for whole in (False, True):
        for sentences, asked in written:
            texts = [read_below(above if whole else above[-1:], sentence) for above, sentence in sentences]
            questions = Texts(tokenizer, [question for question, _ in asked])
            pools.append(Pool(Texts(tokenizer, texts), questions, [np.array(sorted(places)) for _, places in asked]))
    return pools


def expected_questions() -> Written:
    """The sentences of the corpus with what stands above them; its expected questions with those of their section."""
    corpus = next(part for part in question_sets() if not part.documents)
    sentences: list[tuple[tuple[str, ...], str]] = []
    asked: list[tuple[str, list[int]]] = []
    with corpus.workspace("none") as workspace:
        snapshot = workspace.knowledge.snapshot
        for document_id in dict.fromkeys(chunk.document_id for chunk in snapshot.chunks):
            document, context = snapshot.document(document_id), snapshot.context(document_id)
            begin = len(sentences)
            sentences += [((context.title, *unit.headings), unit.text) for unit in context.units]
            places = headed(document.sections)
            for expected in document.metadata.questions:
                section = document.sections[places[fold(expected.section)]]
                held = [begin + unit.place for unit in context.units if unit.headings == section.headings]
                asked += [(question, held) for question in expected.questions]
    return sentences, asked


def measure(model: Static, pool: Pool) -> str:
    """How often the right sentence of a pool is the nearest to a question, and one of the ten nearest."""
    with torch.no_grad():
        questions = model(pool.questions.bag(np.arange(len(pool.answers))))
        near = (questions @ model(pool.sentences.bag(np.arange(len(pool.sentences.starts)))).T).numpy()
    nearer = np.array([(row > row[right].max()).sum() for row, right in zip(near, pool.answers, strict=True)])
    return f"first {(nearer < 1).mean():.3f}, among ten {(nearer < 10).mean():.3f}"


def question_loss(model: Static, pool: Pool, chosen: np.ndarray, random: np.random.Generator) -> torch.Tensor:
    """How unlikely the sentences that answer the chosen questions are, among sentences of the pool."""
    needed = np.unique(np.concatenate([pool.answers[i] for i in chosen]))
    others = np.setdiff1d(np.arange(len(pool.sentences.starts)), needed)
    some = random.choice(others, min(len(others), max(0, SENTENCES - len(needed))), replace=False)
    among = np.concatenate([needed, some])
    place = {sentence: column for column, sentence in enumerate(among)}
    right = torch.zeros(len(chosen), len(among), dtype=torch.bool)
    for row, question in enumerate(chosen):
        right[row, [place[sentence] for sentence in pool.answers[question]]] = True
    questions = model(thinned(pool.questions.bag(chosen), random))
    shares = functional.log_softmax(SCALE * questions @ model(pool.sentences.bag(among)).T, dim=1)
    return -torch.logsumexp(shares.masked_fill(~right, -1e4), dim=1).mean()


def thinned(bag: Bag, random: np.random.Generator) -> Bag:
    """Texts without some of their tokens; one that would have none left is left as it is."""
    ids, offsets = (part.numpy() for part in bag)
    texts = np.split(ids, offsets[1:])
    left = [kept if len(kept := text[random.random(len(text)) > LEFT_OUT]) else text for text in texts]
    starts = np.cumsum([0, *(len(text) for text in left[:-1])])
    return torch.from_numpy(np.concatenate(left)), torch.from_numpy(starts)


def pair_loss(model: Static, before: Static, dutch: Bag, english: Bag) -> torch.Tensor:
    """How far Dutch texts are from their English, and how much nearer or further texts are than they were."""
    left, right = model(dutch), model(english)
    with torch.no_grad():
        was_left, was_right = before(dutch), before(english)
    moved = sum(
        functional.mse_loss(a @ b.T, was_a @ was_b.T)
        for a, b, was_a, was_b in (
            (left, left, was_left, was_left),
            (right, right, was_right, was_right),
            (left, right, was_left, was_right),
        )
    )
    return PAIRS * section_loss(left, right) + KEPT * moved


def steps(pools: list[Pool], random: np.random.Generator) -> Iterator[tuple[Pool, np.ndarray]]:
    """The batches of one epoch, in any order; a batch is of one pool."""
    batches = []
    for pool in pools:
        order = random.permutation(len(pool.answers))
        batches += [(pool, part) for part in np.array_split(order, max(1, round(len(order) / QUESTION_BATCH)))]
    yield from (batches[i] for i in random.permutation(len(batches)))


def main() -> None:
    """Tune and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "base", "out"):
        parser.add_argument(name, type=Path)
    files = read_minidocuments()
    parser.add_argument("--without", choices=files)
    given = parser.parse_args()
    data, base, out = given.data, given.base, given.out
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    matrix = load_file(str(base / "model.safetensors"))["embeddings"].astype(np.float32)
    left_out = read_pools(tokenizer, [files.pop(given.without)])[-1] if given.without else None
    pools = read_pools(tokenizer, [*files.values(), expected_questions()])
    left, right = (
        Texts(tokenizer, texts) for texts in section_pairs(read_sections(data / "heading_section_nl.tsv.gz"))
    )
    pairs = read_pairs(data / "parallel_nl_en.tsv.gz")
    drawn = np.random.default_rng(0).permutation(len(pairs.dutch))[:PARALLEL]
    dutch = Texts(tokenizer, [pairs.dutch[i] for i in drawn])
    english = Texts(tokenizer, [pairs.english[i] for i in drawn])
    model, before = Static(matrix), Static(matrix)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    planned = [batch for _ in range(EPOCHS) for batch in steps(pools, random)]
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: max(0.0, 1 - step / len(planned)))
    begin = time.time()
    print(f"{sum(len(pool.answers) for pool in pools) // 2} questions, {len(planned)} steps", flush=True)
    for step, (pool, chosen) in enumerate(planned):
        loss = question_loss(model, pool, chosen, random)
        some = random.choice(len(left.starts), SECTION_BATCH, replace=False)
        loss = loss + SECTIONS * section_loss(model(left.bag(some)), model(right.bag(some)))
        some = random.choice(len(drawn), PAIR_BATCH, replace=False)
        loss = loss + pair_loss(model, before, dutch.bag(some), english.bag(some))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 50 == 0:
            print(f"{step}/{len(planned)} loss {loss.item():.3f} {time.time() - begin:.0f} s", flush=True)
    if left_out is not None:
        print(f"{given.without}: {measure(before, left_out)}; after: {measure(model, left_out)}")
    save_matrix(model.vectors.weight.detach().numpy(), out)
    for name in ("tokenizer.json", "config.json"):
        if base.resolve() != out.resolve():
            shutil.copyfile(base / name, out / name)


if __name__ == "__main__":
    main()
