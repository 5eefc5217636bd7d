"""On the wire: that the server lives, and what it can answer now."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class HealthOut(BaseModel):
    """The process runs."""

    status: Literal["ok"] = "ok"


class ReadyOut(BaseModel):
    """What can be answered now, and what is still on its way."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ready": True,
                    "documents": 63,
                    "chunks": 771,
                    "method": "hybrid",
                    "model": "ready",
                    "model_message": "",
                    "vectors_pending": 0,
                    "reranker": "off",
                    "reranker_message": "",
                    "language_model": "off",
                    "language_model_failure": "",
                    "writable": True,
                    "stopping": False,
                    "database": "file",
                    "leads": True,
                }
            ]
        }
    )

    ready: bool
    documents: int
    chunks: int
    method: str = Field(description="How passages are found now: words, or hybrid.")
    model: str = Field(description="The embedding model: loading, ready, off or failed.")
    model_message: str
    vectors_pending: int
    reranker: str = Field("off", description="The cross-encoder: off, waiting, loading, ready or failed.")
    reranker_message: str = ""
    language_model: str = Field(
        "off",
        description="The language model that writes: off, untried, ok, failing (its last answer), or paused.",
    )
    language_model_failure: str = Field("", description="What went wrong with it last, as a code; empty for nothing.")
    writable: bool = Field(
        True, description="Whether the data folder takes files; where not, questions are answered on."
    )
    stopping: bool = Field(False, description="Whether the server was told to stop.")
    database: str = Field(
        "file",
        description="Where questions and jobs are noted: file (SQLite), ok (PostgreSQL), or gone (PostgreSQL that does "
        "not answer: questions are answered on, writing is refused).",
    )
    leads: bool = Field(True, description="Whether this process writes the library; of several that share it, one.")
