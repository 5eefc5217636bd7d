"""The examples of the published contract: one for each record that a call takes or gives, about a made-up pilot."""

from __future__ import annotations

from typing import Any

_ID, _VERSION = "pilots/voorbeeld-ad-techniek", "0123456789ab"
_QUOTE = "De opleiding duurt twee jaar en wordt in deeltijd gevolgd."
_QUESTION_ID = "5d41402abc4b2a76b9719d911017c592"

_CITATION: dict[str, Any] = {
    "number": 1,
    "document_id": _ID,
    "version": _VERSION,
    "title": "Ad Techniek van Voorbeeld Hogeschool",
    "kind": "pilot",
    "section": ["Ad Techniek van Voorbeeld Hogeschool", "Opleiding en niveau"],
    "page": None,
    "quote": _QUOTE,
    "start": 412,
    "end": 412 + len(_QUOTE),
    "url": "https://www.example.nl/pilot",
    "link": f"/api/documents/{_ID}/text?version={_VERSION}",
    "date": "2024-03-01",
}
_DOCUMENT: dict[str, Any] = {
    "id": _ID,
    "version": _VERSION,
    "title": "Ad Techniek van Voorbeeld Hogeschool",
    "kind": "pilot",
    "summary": "Een Associate degree in deeltijd, met mkb-bedrijven in de regio.",
    "sector": ["techniek"],
    "institutions": ["Voorbeeld Hogeschool"],
    "partners": ["Branchevereniging Voorbeeld"],
    "levels": ["Ad"],
    "region": ["Overijssel"],
    "period": "2022-2024",
    "status": "lopend",
    "language": "nl",
    "date": "2024-03-01",
    "sources": [{"title": "Verslag van de pilot", "url": "https://www.example.nl/pilot", "date": "2024-03-01"}],
}
_JOB: dict[str, Any] = {
    "id": "9a0364b9e99bb480dd25e1f0284c8555",
    "kind": "add",
    "state": "done",
    "subject": ["verslag.pdf"],
    "created": "2026-01-05T09:30:00",
    "finished": "2026-01-05T09:30:02",
    "progress": {"step": "", "done": 0, "total": 0},
    "report": {
        "added": [{"path": "verslag.pdf", "id": "pilots/verslag", "version": _VERSION}],
        "replaced": [],
        "unchanged": [],
        "removed": [],
        "failed": [],
        "warnings": [],
    },
}

EXAMPLES: dict[str, Any] = {
    "AnswerOut": {
        "question_id": _QUESTION_ID,
        "answer": f"{_QUOTE} [1]",
        "answered": True,
        "certainty": 0.93,
        "language": "nl",
        "mode": "extractive",
        "note": "",
        "withheld": 0,
        "statements": [{"text": _QUOTE, "citations": [1]}],
        "leading": 1,
        "citations": [_CITATION],
        "closest": [],
        "suggestions": ["Welke pilots zijn er in de techniek?"],
        "understood": "Hoe lang duurt de Ad Techniek?",
        "explanations": [{"term": "Ad (Associate degree)", "text": "Een opleiding van twee jaar in het hbo."}],
        "timings_ms": {"understand": 1.2, "retrieve": 4.1, "answer": 6.0, "write": 0.4, "total": 12.3},
    },
    "FeedbackIn": {"question_id": _QUESTION_ID, "verdict": "down", "comment": "De duur staat er niet bij."},
    "DocumentsOut": {"documents": [_DOCUMENT], "facets": {"kind": {"pilot": 1}, "sector": {"techniek": 1}}},
    "DocumentDetail": {
        **_DOCUMENT,
        "versions": [_VERSION],
        "superseded": False,
        "superseded_by": None,
        "quarantined": False,
        "pages": 0,
        "drawable": False,
        "questions": [{"section": "Duur", "questions": ["Hoeveel jaar ben ik met de opleiding bezig?"]}],
    },
    "TextOut": {"text": f"Ad Techniek\n\n{_QUOTE}", "version": _VERSION, "superseded_by": None},
    "PilotsOut": {"pilots": [_DOCUMENT], "total": 7, "facets": {"sector": {"techniek": 1}, "level": {"Ad": 1}}},
    "ComparisonOut": {
        "pilots": [_DOCUMENT],
        "rows": [
            {
                "name": "duur",
                "label": "Duur",
                "cells": [
                    {
                        "text": "twee jaar",
                        "values": [{"text": "twee jaar", "citations": [1]}],
                        "citations": [1],
                        "citation": _CITATION,
                    }
                ],
            },
            {"name": "geld", "label": "Geld", "cells": [None]},
        ],
        "citations": [_CITATION],
    },
    "RoutePlanOut": {
        "answers": {"role": "hogeschool", "sector": "techniek", "level": "Ad", "situation": ["nieuw"]},
        "language": "nl",
        "note": "",
        "phases": [{"id": "verkennen", "title": "Verkennen"}],
        "steps": [
            {
                "number": 1,
                "id": "vraag-peilen",
                "phase": "verkennen",
                "title": "Peil de vraag",
                "actions": [{"text": _QUOTE, "points": [], "citations": [1], "literal": True}],
                "partners": ["de branche"],
                "question": {"to": "de branche", "text": "Hoeveel bedrijven willen meedoen?"},
                "example_pilots": [],
                "citations": [_CITATION],
                "covered": True,
            }
        ],
        "pilots": [],
        "citations": [_CITATION],
    },
    "JobOut": _JOB,
    "JobsOut": {"jobs": [_JOB]},
    "DocumentReportOut": {
        "id": "pilots/verslag",
        "version": _VERSION,
        "quarantined": False,
        "described_by": "guess",
        "inspection": {"pages": 4, "language": "nl"},
        "proposal": {},
        "near": [],
        "notices": [],
    },
    "GapsOut": {
        "gaps": [
            {
                "id": "8f14e45fceea",
                "questions": ["Wat kost de opleiding?"],
                "count": 3,
                "unanswered": 2,
                "voted_down": 1,
                "comments": ["Ik zocht het collegegeld."],
                "first": "2026-01-05T09:30:00",
                "last": "2026-01-19T14:02:00",
                "closest": [_ID],
            }
        ],
        "expired": 4,
        "weeks": [{"monday": "2026-01-05", "asked": 40, "answered": 31, "refused": 9, "voted_down": 2}],
    },
    "HealthOut": {"status": "ok"},
    "ModelOut": {"id": "routewijzer", "object": "model", "created": 0, "owned_by": "routewijzer"},
    "ErrorOut": {
        "error": {
            "code": "too_many_requests",
            "message": "Dit ging te vaak achter elkaar. Probeer het over 4 seconden opnieuw.",
            "detail": None,
        }
    },
    "OpenAIErrorOut": {
        "error": {
            "message": "Dit model is er niet; kies uit routewijzer, routewijzer-extractive.",
            "type": "not_found_error",
            "param": None,
            "code": "model_not_found",
        }
    },
}

LISTS: dict[str, Any] = {
    "ChunkOut": [
        {
            "score": 0.91,
            "found_by": ["words", "vectors"],
            "document_id": _ID,
            "version": _VERSION,
            "title": "Ad Techniek van Voorbeeld Hogeschool",
            "section": ["Ad Techniek van Voorbeeld Hogeschool", "Opleiding en niveau"],
            "page": None,
            "start": 412,
            "end": 412 + len(_QUOTE),
            "text": _QUOTE,
        }
    ]
}
"""For calls that give a list: by the record that it is a list of."""

PARAMETERS: dict[str, tuple[str, Any]] = {
    "kind": ("Kinds of documents; several widen.", ["pilot"]),
    "sector": ("Sectors, in any spelling; several widen.", ["techniek"]),
    "institution": ("Institutions, in any spelling; several widen.", ["Voorbeeld Hogeschool"]),
    "level": ("Levels, in any spelling; several widen.", ["Ad"]),
    "status": ("States of a pilot, in any spelling; several widen.", ["lopend"]),
    "document_id": ("The id of a document; it may hold slashes.", _ID),
    "version": ("A version that is kept; without it the live one.", _VERSION),
    "number": ("The number of a page, from 1.", 3),
    "start": ("Where the passage to mark begins in the text of that version, in characters.", 412),
    "end": ("Where it ends.", 470),
    "count": ("How many at most.", 50),
    "job_id": ("The id that a call was accepted with.", _JOB["id"]),
    "partner": ("Partners, in any spelling; several widen.", ["Branchevereniging Voorbeeld"]),
    "region": ("Regions, in any spelling; several widen.", ["Overijssel"]),
    "order": ("What the pilots are ordered by.", "title"),
    "ids": ("The documents to compare.", [_ID, "pilots/voorbeeld-bachelor"]),
    "format": ("The kind of file.", "xlsx"),
    "language": ("The language of what is written.", "nl"),
    "q": ("What to look for.", "duur van de opleiding"),
    "k": ("How many passages at most.", 10),
}
"""What a parameter of this name means in every call, where the call itself does not say, with an example."""

STREAMS: dict[str, str] = {
    "/api/ask": 'event: statement\ndata: {"statement": {"text": "De opleiding duurt twee jaar.", "citations": [1]}, '
    '"citations": [{"number": 1}]}\n\n',
    "/v1/chat/completions": 'data: {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": '
    '"De opleiding duurt twee jaar. [1]"}}]}\n\ndata: [DONE]\n\n',
}
"""A piece of each stream."""
