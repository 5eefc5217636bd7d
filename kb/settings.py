"""Every setting of Routewijzer, with its default and one line of help.

A setting is read from the environment (`ROUTEWIJZER_…`) or from a `.env` file in the working
directory, once, when the program starts. Nothing is read when this module is imported.
"""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from kb.errors import SettingsError

PROJECT = Path(__file__).resolve().parent.parent
PREFIX = "ROUTEWIJZER_"
SHORTEST_KEY = 8
NO_EMBEDDER = frozenset({"", "none", "geen"})
"""What the setting of the embedding model says where there is to be none."""


def listed(value: str) -> tuple[str, ...]:
    """The parts of a setting that holds several values with commas between them."""
    return tuple(part.strip() for part in value.split(",") if part.strip())


def is_prefix(path: str) -> bool:
    """Whether a path may stand before all addresses of this server: `/kennisbank`, `/a/b`."""
    return bool(re.fullmatch(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,63}){1,8}", path))


def masked(address: str) -> str:
    """An address as it may be shown: without the name and password in it."""
    return re.sub(r"(password=)[^&\s]*", r"\1…", re.sub(r"://.*@", "://…@", address))


class Settings(BaseSettings):
    """The settings of one running Routewijzer; frozen."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    data_dir: Path = Field(Path("data"), description="Folder with everything this installation owns; back it up.")
    corpus_dir: Path = Field(
        PROJECT / "corpus", description="Folder of documents kept in step with the library; an empty folder for none."
    )
    glossary: Path = Field(
        PROJECT / "corpus" / "begrippen.yaml", description="Glossary: abbreviations, synonyms, English equivalents."
    )
    vocabulary: Path = Field(
        PROJECT / "corpus" / "waarden.yaml", description="Controlled values of the front matter and their spellings."
    )
    examples: Path = Field(
        PROJECT / "corpus" / "voorbeeldvragen.yaml", description="Example questions for each kind of visitor."
    )
    route_plan: Path = Field(
        PROJECT / "corpus" / "routeplan.yaml", description="Steps of the plan for a new route, and what each rests on."
    )
    comparison: Path = Field(
        PROJECT / "corpus" / "vergelijking.yaml",
        description="Rows of the comparison of pilots, and where they come from.",
    )
    database_url: str = Field(
        "",
        repr=False,
        description="PostgreSQL for journal, jobs and limits, such as postgresql://name:password@host/routewijzer; "
        "empty: a file of SQLite in the data folder.",
    )
    chroma_url: str = Field(
        "",
        repr=False,
        description="Chroma server for the vectors, such as http://localhost:8001; empty: Chroma in this process. "
        "With a PostgreSQL too, several processes may serve the same data folder.",
    )
    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the server listens on.")
    embedder: str = Field(
        "static",
        description="Embedding model: static (shipped), minilm, none (words only), a folder, or a name on a hub.",
    )
    embedder_query_prefix: str = Field("", description="Text put before a question, for models that ask for it.")
    embedder_document_prefix: str = Field("", description="Text put before a passage, for models that ask for it.")
    vector_weight_nl: float = Field(
        0.35, ge=0, le=1, description="Share of the vector score in hybrid search for Dutch questions."
    )
    vector_weight_en: float = Field(
        0.5, ge=0, le=1, description="Share of the vector score in hybrid search for English questions."
    )
    reranker: str = Field(
        "", description="Cross-encoder that orders the best passages: a folder, or a name on a hub; none when empty."
    )
    reranker_passages: int = Field(
        20, ge=1, le=50, description="Passages that the cross-encoder orders; more takes longer."
    )
    answer_threshold: float = Field(
        0.55, ge=0, le=1, description="Certainty from which a question counts as answered by the documents."
    )
    max_question_chars: int = Field(2000, ge=10, description="Longest question that is accepted, in characters.")
    max_file_mb: int = Field(50, ge=1, description="Largest file that is taken in, in MB.")
    max_unpacked_mb: int = Field(250, ge=1, description="Most that a file may hold once unpacked, in MB.")
    max_pages: int = Field(2000, ge=1, description="Most pages or slides of a document.")
    reader_memory_mb: int = Field(1024, ge=512, description="Memory of the process that reads a file, in MB.")
    reader_seconds: float = Field(45.0, gt=0, description="Longest that reading one file may take, in seconds.")
    reader_processes: int = Field(
        0, ge=0, description="Processes that read files at the same time; 0: one for each processor core."
    )
    ocr: bool = Field(False, description="Recognise pages without a text layer with Tesseract, where it is installed.")
    watch_dir: Path | None = Field(
        None, description="Folder whose files are taken in by a running server, and then moved; none when empty."
    )
    question_days: int = Field(
        90, ge=0, description="Days that the text of a question is kept in the journal; 0 keeps none."
    )
    team_key: str = Field(
        "",
        repr=False,
        description="Key of the programme team; several with commas between them, while one replaces another. "
        "Without it the team's calls are off.",
    )
    read_key: str = Field(
        "",
        repr=False,
        description="Key for asking and reading, by the API and on the page; several with commas between them. "
        "Without it everyone may ask and read. The team's key opens this too.",
    )
    questions_per_minute: int | None = Field(
        None,
        ge=0,
        description="Questions that one client may ask in a minute; 0: no limit; empty: 60, and no limit for "
        "programs on this machine itself.",
    )
    calls_per_minute: int | None = Field(
        None,
        ge=0,
        description="Other calls that one client may make in a minute; 0: no limit; empty: 1200, and no limit for "
        "programs on this machine itself.",
    )
    questions_at_once: int = Field(
        16, ge=1, le=256, description="Questions that are answered at the same time; others wait their turn."
    )
    questions_waiting: int = Field(
        500, ge=0, description="Questions that may wait; who comes after them is asked to come back later."
    )
    cors_origins: str = Field(
        "",
        description="Web sites whose scripts may call the API, such as https://www.example.nl, with commas between "
        "them; * for all; none when empty.",
    )
    root_path: str = Field(
        "", description="Path below which a proxy shows this server, such as /kennisbank; empty for its root."
    )
    proxies: str = Field(
        "127.0.0.1,::1",
        description="Addresses or networks of proxies, with commas between them, that are believed about who calls "
        "(X-Forwarded-For, -Proto and -Prefix).",
    )
    metrics: Literal["off", "team", "open"] = Field(
        "team", description="Who may read the figures at /metrics: nobody (off), who has the team key (team), or all."
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="Form of the log: lines of text, or JSON with a line for each request."
    )
    stop_seconds: int = Field(
        30,
        ge=0,
        description="Longest that answers under way may take to end when the server is told to stop, in seconds.",
    )
    embed_origins: str = Field(
        "",
        description="Web sites that may show the page in a frame of theirs, such as https://www.example.nl, with "
        "commas between them; only this site itself when empty.",
    )
    llm_base_url: str = Field(
        "",
        description="Address of a language model that speaks the OpenAI protocol, such as http://localhost:11434/v1; "
        "without it answers are made of the documents' own sentences.",
    )
    llm_model: str = Field("", description="Name of the language model at that address.")
    llm_api_key: str = Field("", repr=False, description="Key for that address, where it asks for one.")
    llm_seconds: float = Field(
        60.0, gt=0, description="Longest that a language model may take for one answer, in seconds."
    )
    llm_passages: int = Field(
        8, ge=1, le=12, description="Passages that a language model is given; fewer for a model with a small context."
    )
    llm_stream: bool = Field(
        True, description="Show statements while the language model writes; off for an address that cannot stream."
    )

    @field_validator("watch_dir", "questions_per_minute", "calls_per_minute", mode="before")
    @classmethod
    def _none_when_empty(cls, value: object) -> object:
        """An empty setting is no folder; as a path it would be the working directory."""
        return None if value == "" else value

    @field_validator("team_key", "read_key")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        """A key that can be guessed is worse than none, as people rely on it."""
        if any(len(key) < SHORTEST_KEY for key in listed(value)):
            raise ValueError(f"each key has at least {SHORTEST_KEY} characters, such as `openssl rand -hex 24` gives")
        return value

    @field_validator("root_path")
    @classmethod
    def _path(cls, value: str) -> str:
        if value.strip("/") and not is_prefix(f"/{value.strip('/')}"):
            raise ValueError("not a path such as /kennisbank")
        return f"/{value.strip('/')}" if value.strip("/") else ""

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, value: str) -> str:
        """Other databases of SQLAlchemy's have no lock by which processes can agree on who writes."""
        if value and not re.match(r"postgres(ql(\+psycopg)?)?://[^\s]+$", value):
            raise ValueError("not the address of a PostgreSQL, such as postgresql://name:password@host/routewijzer")
        return value

    @field_validator("chroma_url")
    @classmethod
    def _chroma_server(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.path in {"", "/"}
            usable = usable and (parts.port is None or parts.port > 0) and not parts.query and not parts.fragment
        except ValueError:
            usable = False
        if value and not usable:
            raise ValueError("not the address of a Chroma server, such as http://localhost:8001, without a path")
        return value.rstrip("/")

    @field_validator("proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for item in listed(value):
            try:
                ip_network(item)
            except ValueError:
                raise ValueError(f"{item} is no address or network such as 10.0.0.0/8") from None
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: str) -> str:
        for item in listed(value):
            if item != "*" and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?", item):
                raise ValueError(f"{item} is no web site such as https://www.example.nl, without a path")
        return value

    @field_validator("embed_origins")
    @classmethod
    def _web_sites(cls, value: str) -> str:
        """They become part of a header, so that nothing but a web site may stand there."""
        sites = listed(value)
        for site in sites:
            if not re.fullmatch(r"https?://(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::\d{1,5})?", site):
                raise ValueError(f"{site} is no web site such as https://www.example.nl, without a path")
        return ",".join(sites)

    @field_validator("llm_base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        """A name and password in an address would be shown wherever the address is."""
        try:
            parts = urlsplit(value)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
        except ValueError:
            usable = False
        if value and not usable:
            raise ValueError("not a web address such as http://localhost:11434/v1, without a name or password in it")
        return value.rstrip("/")

    @property
    def several(self) -> bool:
        """Whether several processes may serve this data folder at once: nothing they share is held by one of them."""
        embeds = self.embedder.strip().lower() not in NO_EMBEDDER
        return bool(self.database_url) and (bool(self.chroma_url) or not embeds)

    @model_validator(mode="after")
    def _whole_language_model(self) -> Settings:
        """An address without a model, or the other way round, is a setting that was forgotten."""
        if bool(self.llm_base_url) != bool(self.llm_model):
            raise ValueError(f"{PREFIX}LLM_BASE_URL and {PREFIX}LLM_MODEL are set together or not at all")
        return self


def load_settings(**overrides: object) -> Settings:
    """Read the settings from the environment and `.env`; `overrides` win.

    Raises `SettingsError` that names each wrong setting and its value.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        faults = "; ".join(map(_fault, error.errors()))
        raise SettingsError(f"Deze instelling kan niet: {faults}", f"Invalid setting: {faults}") from None


def _fault(fault: ErrorDetails) -> str:
    """One wrong setting in words; its value only where that can hold no secret."""
    name = "_".join(str(part) for part in fault["loc"])
    if not name:  # about several settings at once, of which the input would show all
        return fault["msg"]
    given = str(fault.get("input"))
    value = "…" if "key" in name or "@" in given or "password=" in given else repr(fault.get("input"))
    return f"{PREFIX}{name.upper()}={value}: {fault['msg']}"
