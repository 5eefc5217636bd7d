"""Documents made up by hypothesis or by hand, for tests of what is done with any document."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from ingest.blocks import Block, assemble
from ingest.library import version_of
from kb.types import Document, Metadata

_WORDS = st.sampled_from(
    [
        "werk",
        "de",
        "leerling",
        "i.s.m.",
        "bijv.",
        "Gilde",
        "1.500",
        "één",
        "mbo'ers",
        "zij-",
        "(ook)",
        "|",
        "2031",
        "–",
        "x",
    ]
)
_SENTENCE = st.builds(
    lambda words, end: " ".join(["De", *words]) + end,
    st.lists(_WORDS, max_size=14),
    st.sampled_from([".", "?", ":", ""]),
)
_SHORT = st.lists(_SENTENCE, min_size=1, max_size=3).map(" ".join)
_LONG = st.lists(_SENTENCE, min_size=1, max_size=40).map(" ".join)
_ANY = st.one_of(_SHORT, st.text(min_size=1, max_size=40))


def make_document(blocks: Sequence[Block], document_id: str = "proeven/een", title: str = "Een proef") -> Document:
    """A document of some blocks, as the library would make it."""
    laid = assemble(blocks)
    text, pages, sections = laid.text, laid.pages, laid.sections
    metadata = Metadata(title=title)
    return Document(document_id, version_of(text, metadata), metadata, text, pages, sections, "een.md")


def some_documents(long: bool = False) -> st.SearchStrategy[Document]:
    """Documents of any shape; `long` ones have ordinary sentences and sections that must be cut."""
    text = st.one_of(_SHORT, _LONG) if long else st.one_of(_ANY, _LONG)
    block = st.one_of(
        st.builds(Block, st.just("heading"), _SHORT if long else _ANY, level=st.integers(1, 3)),
        st.builds(Block, st.just("paragraph"), text),
        st.builds(Block, st.just("item"), text, ordinal=st.one_of(st.none(), st.integers(1, 9))),
        st.builds(Block, st.just("row"), text.map(lambda cell: f"{cell} | 1")),
    )
    return st.lists(block, min_size=1, max_size=12).map(make_document)
