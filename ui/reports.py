"""The report of a document on the command line."""

from __future__ import annotations

from rich.console import Console

from api.job_schemas import DocumentReportOut


def show_report(report: DocumentReportOut, console: Console) -> None:
    """Print it."""
    console.print(report.model_dump_json(indent=2), markup=False)
