"""What a document may cost; beyond it the file is refused, and the server goes on."""

from __future__ import annotations

from dataclasses import dataclass

from kb.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits for one file."""

    file_mb: int = 50
    """Of the file as it comes in."""
    unpacked_mb: int = 250
    """Of what an archive (DOCX, PPTX, ODT) or an encoded part holds once unpacked, all together."""
    pages: int = 2000
    memory_mb: int = 1024
    """Of the process that reads."""
    seconds: float = 45.0
    """For reading, cleaning and cutting one file."""
    ocr: bool = False
    """Whether pages without a text layer are recognised with Tesseract."""

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits that the settings ask for."""
        return cls(
            file_mb=settings.max_file_mb,
            unpacked_mb=settings.max_unpacked_mb,
            pages=settings.max_pages,
            memory_mb=settings.reader_memory_mb,
            seconds=settings.reader_seconds,
            ocr=settings.ocr,
        )
