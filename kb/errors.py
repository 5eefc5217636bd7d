"""Every error that Routewijzer raises on purpose.

RoutewijzerError
├─ SettingsError                 a setting has a value that cannot be used
│  └─ RouteTemplateError         the steps of a route are not in form; carries all faults at once
├─ DocumentError                 carries the path and, where known, the line
│  ├─ UnsupportedFormat          no reader for this kind of file
│  ├─ UnreadableDocument         the bytes are not what the name says, or are damaged
│  ├─ EmptyDocument              nothing to read in it
│  ├─ UnsafeDocument             made to do harm, or not what it says it is; its `code` says how
│  ├─ LimitExceeded              over a limit of size, pages, memory or time; its `code` says which
│  └─ FrontMatterError           wrong or unknown keys; carries all faults at once
├─ UnknownDocument               no document, or no version of it, by that id
├─ UnknownPage                   a document has no such page, or no pages that can be drawn
├─ UnknownJob                    no job by that id
├─ StoreError
│  ├─ LibraryInUse               another process holds the data folder
│  ├─ DatabaseUnavailable        the database cannot be reached
│  └─ IndexUnavailable           the vector index cannot be reached or read
├─ DiskRefuses                   the disk is full or takes no writing
├─ ModelUnavailable              the embedding model is not there, not whole or not what it should be
├─ LanguageModelFailed           the language model gave no answer, or not a whole one; its `code` says how
├─ InvalidRequest                a request over HTTP that lacks something
└─ InvalidQuestion               a question that cannot be asked (empty, too long)

Each carries `code`, a stable word for programs, and a message for people in Dutch and English.
The HTTP status of each stands in one table, `api/app.py`; the exit code in `ui/cli.py`.
"""

from __future__ import annotations

import errno
from pathlib import Path


class RoutewijzerError(Exception):
    """Something a person can understand and act on; never shown with a traceback."""

    code = "error"

    def __init__(self, nl: str, en: str) -> None:
        super().__init__(nl)
        self.nl = nl
        self.en = en

    def message(self, language: str = "nl") -> str:
        """The message in Dutch (`nl`) or English (anything else)."""
        return self.nl if language == "nl" else self.en


class SettingsError(RoutewijzerError):
    """A setting has a value that cannot be used."""

    code = "invalid_setting"


class RouteTemplateError(SettingsError):
    """The steps of a route are not in form; `faults` holds all that is wrong, each with its line."""

    code = "invalid_route_plan"

    def __init__(self, path: Path | str, faults: list[tuple[int, str, str]]) -> None:
        self.faults = faults
        where = Path(path).name
        nl = "; ".join(f"{where}, regel {line}: {text}" for line, text, _ in faults)
        en = "; ".join(f"{where}, line {line}: {text}" for line, _, text in faults)
        super().__init__(nl, en)


class DocumentError(RoutewijzerError):
    """A document cannot be taken in; `path` says which."""

    code = "document_error"

    def __init__(self, path: Path | str, nl: str, en: str) -> None:
        super().__init__(nl, en)
        self.path = str(path)


class UnsupportedFormat(DocumentError):
    """There is no reader for this kind of file."""

    code = "unsupported_format"


class UnreadableDocument(DocumentError):
    """The bytes are damaged, too many, or not what the file's name says."""

    code = "unreadable"


class EmptyDocument(DocumentError):
    """The file holds no text."""

    code = "empty"


class UnsafeDocument(DocumentError):
    """The file is made to do harm, or pretends to be what it is not.

    `code` is one of `wrong_format` (the content is of another kind than the name says), `polyglot` (two kinds at
    once), `unsafe_xml` (entities or a document type), `unsafe_archive` (path tricks), `unsafe_address` (a web
    address inside the network), `encrypted` (a password is needed), `unsafe_name`.
    """

    code = "unsafe"

    def __init__(self, path: Path | str, code: str, nl: str, en: str) -> None:
        super().__init__(path, nl, en)
        self.code = code


class LimitExceeded(DocumentError):
    """The file goes over a limit.

    `code` is one of `too_large`, `too_many_pages`, `unpacks_too_large`, `too_much_memory`, `too_slow`, `too_deep`.
    """

    code = "over_limit"

    def __init__(self, path: Path | str, code: str, nl: str, en: str) -> None:
        super().__init__(path, nl, en)
        self.code = code


class FrontMatterError(DocumentError):
    """The front matter has faults; `faults` holds them all, each with its line."""

    code = "front_matter"

    def __init__(self, path: Path | str, faults: list[tuple[int, str, str]]) -> None:
        self.faults = faults
        where = Path(path).name
        nl = "; ".join(f"{where}, regel {line}: {text}" for line, text, _ in faults)
        en = "; ".join(f"{where}, line {line}: {text}" for line, _, text in faults)
        super().__init__(path, nl, en)


class UnknownDocument(RoutewijzerError):
    """No document, or no such version of it, by that id."""

    code = "unknown_document"

    def __init__(self, document_id: str, version: str | None = None) -> None:
        nl = f"Er is geen document '{document_id}'" + (f" met versie {version}." if version else ".")
        en = f"There is no document '{document_id}'" + (f" with version {version}." if version else ".")
        super().__init__(nl, en)


class UnknownPage(RoutewijzerError):
    """The document has no such page, or no pages that can be drawn."""

    code = "unknown_page"

    def __init__(self, document_id: str, page: int) -> None:
        super().__init__(
            f"'{document_id}' heeft geen bladzijde {page} die getoond kan worden.",
            f"'{document_id}' has no page {page} that can be shown.",
        )


class UnknownJob(RoutewijzerError):
    """There is no job by that id."""

    code = "unknown_job"

    def __init__(self, job_id: str) -> None:
        super().__init__(f"Er is geen taak '{job_id}'.", f"There is no job '{job_id}'.")


class StoreError(RoutewijzerError):
    """What is stored cannot be reached or is in use."""

    code = "store_error"


class LibraryInUse(StoreError):
    """Another process works in this data folder."""

    code = "library_in_use"

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(
            f"De datamap {folder} is in gebruik door een ander proces ({holder}). "
            "Er is niets gewijzigd. Stop dat proces, of kies met ROUTEWIJZER_DATA_DIR een andere map.",
            f"The data folder {folder} is in use by another process ({holder}). "
            "Nothing was changed. Stop that process, or choose another folder with ROUTEWIJZER_DATA_DIR.",
        )


class DatabaseUnavailable(StoreError):
    """The database does not answer; what was asked of it was not done."""

    code = "database_unavailable"

    def __init__(self) -> None:
        super().__init__(
            "De database is nu niet bereikbaar; er is niets opgeslagen. Vragen stellen kan nog wel. "
            "Probeer het over een minuut opnieuw.",
            "The database cannot be reached now; nothing was stored. Questions are still answered. "
            "Try again in a minute.",
        )


class IndexUnavailable(StoreError):
    """The vector index cannot be reached or read."""

    code = "index_unavailable"


class DiskRefuses(RoutewijzerError):
    """The disk is full, or takes no writing; what was to be kept is not, and what was there still is."""

    code = "disk_full"

    def __init__(self) -> None:
        super().__init__(
            "De schijf van de server is vol of kan niet worden beschreven; er is niets opgeslagen. "
            "Vragen stellen kan nog wel. Meld dit aan de beheerder.",
            "The server's disk is full or cannot be written; nothing was stored. "
            "Questions are still answered. Tell who runs the server.",
        )

    @classmethod
    def of(cls, error: BaseException) -> DiskRefuses | None:
        """One of these, where an error of the system or the database says that the disk takes nothing; else None."""
        if isinstance(error, OSError):
            return cls() if error.errno in _DISK else None
        if getattr(getattr(error, "orig", error), "sqlstate", None) == _POSTGRESQL_FULL:
            return cls()
        # SQLite's own words (sqlite.org/rescode.html), also where SQLAlchemy passes them on
        said = str(getattr(error, "orig", error)).lower()
        kind = type(getattr(error, "orig", error)).__name__
        return cls() if kind == "OperationalError" and any(words in said for words in _SQLITE) else None


_DISK = frozenset({errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EFBIG})
_POSTGRESQL_FULL = "53100"
_SQLITE = ("disk is full", "readonly database", "disk i/o error", "unable to open database")


class ModelUnavailable(RoutewijzerError):
    """The embedding model is not there, not whole, or not what it should be."""

    code = "model_unavailable"


class LanguageModelFailed(RoutewijzerError):
    """The language model gave no answer, or not a whole one.

    It never reaches a reader as an error: the answer from sentences takes its place, with the message as a note.
    `code` is one of `unreachable`, `unauthorized`, `busy`, `endpoint_error`, `slow`, `cut_off`, `endless`, `empty`,
    `paused`, `crowded`.
    """

    code = "language_model_failed"

    def __init__(self, code: str, nl: str, en: str) -> None:
        super().__init__(nl, en)
        self.code = code


class InvalidRequest(RoutewijzerError):
    """A request lacks something, or has something wrong in it."""

    code = "invalid_request"


class InvalidQuestion(RoutewijzerError):
    """A question that cannot be asked: empty, or longer than the limit."""

    code = "invalid_question"
