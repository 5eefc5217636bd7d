"""Help for who writes documents: check them before they go in, and start a new one from a form."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest import front_matter
from ingest.blocks import assemble, plain
from ingest.front_matter import KINDS, SCHEMA_VERSION
from ingest.library import slug
from ingest.readers import SUFFIXES, read
from kb.comparison import Comparisons
from kb.errors import DocumentError, FrontMatterError, RouteTemplateError, RoutewijzerError, SettingsError
from kb.evaluation import load_cases
from kb.examples import Examples
from kb.glossary import Glossary
from kb.language import fold
from kb.route_template import UNKNOWN_LEVEL, Place, RouteTemplate
from kb.types import DocumentKind
from kb.vocabulary import Vocabulary

FOLDERS = {
    DocumentKind.PROGRAMME: "programma",
    DocumentKind.PILOT: "pilots",
    DocumentKind.GOOD_PRACTICE: "good-practices",
    DocumentKind.GUIDE: "handreiking",
    DocumentKind.CONCEPT: "begrippen",
}
"""The folder of the corpus in which each kind of document stands."""


_WRITTEN = {".md", ".markdown", ".txt"}
"""Formats of which the front matter is checked, as people write them by hand."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to mend: in which file, on which line where that is known, and what."""

    path: str
    line: int | None
    message: str


def check(
    paths: Sequence[Path], vocabulary: Vocabulary, prepare: Callable[[bytes, Path], object] = lambda data, path: None
) -> tuple[int, list[Fault]]:
    """Check documents, glossary, values, examples and question files; gives how many were checked, and all faults.

    `prepare` reads a file of a format that people don't write by hand, and raises a `DocumentError` where that fails.
    """
    files = [file for path in paths for file in (_inside(path) if path.is_dir() else [path])]
    faults: list[Fault] = []
    for file in files:
        faults += _faults_of(file, vocabulary, prepare)
    return len(files), faults


def documents_in(folder: Path, every: bool = False) -> list[Path]:
    """The documents below a folder, in order; `every` takes unknown formats too, so that they can be reported."""
    found: list[str] = []
    for home, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "_"))]
        found += (f"{home}/{name}" for name in files if _is_document(home, name, every))
    return sorted(Path(name) for name in found)


def _is_document(home: str, name: str, every: bool) -> bool:
    stem, suffix = os.path.splitext(name)
    if name.startswith((".", "_")) or stem.lower() == "readme" or not (every or suffix.lower() in SUFFIXES):
        return False
    return os.path.isfile(f"{home}/{name}")


def _inside(folder: Path) -> list[Path]:
    data = [p for p in folder.rglob("*") if p.suffix in {".yaml", ".yml", ".jsonl"} and not p.name.startswith(".")]
    return sorted({*documents_in(folder), *data})


def _faults_of(path: Path, vocabulary: Vocabulary, prepare: Callable[[bytes, Path], object]) -> list[Fault]:
    try:
        if path.suffix == ".jsonl":
            load_cases(path)
        elif path.suffix in {".yaml", ".yml"}:
            return _load_data(path, vocabulary)
        elif path.suffix.lower() in _WRITTEN:
            return _document_faults(path, vocabulary)
        else:
            prepare(path.read_bytes(), path)
    except (FrontMatterError, RouteTemplateError) as error:
        return [Fault(str(path), line, nl) for line, nl, _ in error.faults]
    except RoutewijzerError as error:
        return [Fault(str(path), _line_in(error.nl), error.nl)]
    except OSError as error:
        return [Fault(str(path), None, f"kan niet worden gelezen ({error.strerror})")]
    except UnicodeDecodeError:
        return [Fault(str(path), None, "is niet als UTF-8 opgeslagen")]
    return []


def _load_data(path: Path, vocabulary: Vocabulary) -> list[Fault]:
    """Load one of the files of the corpus that are no documents, by what is in it."""
    text = path.read_text(encoding="utf-8")
    if re.search(r"^groepen:", text, re.MULTILINE):
        Examples.load(path)
    elif re.search(r"^rijen:", text, re.MULTILINE):
        Comparisons.load(path)
    elif re.search(r"^(?:begrippen|woorden):", text, re.MULTILINE):
        Glossary.load(path)
    elif re.search(r"^fasen:", text, re.MULTILINE):
        return _route_faults(path, RouteTemplate.load(path), vocabulary)
    else:
        Vocabulary.load(path)
    return []


def _route_faults(path: Path, template: RouteTemplate, vocabulary: Vocabulary) -> list[Fault]:
    """Values that are not known, and sentences that do not stand, to the letter, in the documents beside the file."""
    faults: dict[tuple[int, str], Fault] = {}
    texts: dict[str, list[str]] = {}
    levels, states = ({value.name for value in vocabulary.of(facet)} for facet in ("niveau", "status"))
    unknown = [
        (step.line, name) for step in template.steps for name in step.condition.levels - levels - {UNKNOWN_LEVEL}
    ]
    unknown += [(1, name) for option in template.options for name in option.status - states]
    for line, name in unknown:
        faults[line, name] = Fault(str(path), line, f"'{name}' staat niet in waarden.yaml")
    for step in template.steps:
        for place in (*(place for action in step.actions for place in action.places), *step.examples):
            if place.document not in texts:
                texts[place.document] = _blocks_beside(path, place.document)
            if wrong := _misplaced(place, texts[place.document]):
                faults.setdefault((place.line, place.sentence), Fault(str(path), place.line, wrong))
    return list(faults.values())


def _blocks_beside(path: Path, document_id: str) -> list[str]:
    """The paragraphs and list items of a document beside a list of the corpus; none where it is not there."""
    beside = path.parent / f"{document_id}.md"
    if not beside.is_file():
        return []
    return [plain(f"- {b.text}" if b.kind == "item" else b.text) for b in read(beside.read_bytes(), beside).blocks]


def _misplaced(place: Place, blocks: Sequence[str]) -> str:
    """What is wrong with a sentence that a step rests on; empty for nothing."""
    if not blocks:
        return f"er is geen document '{place.document}' naast dit bestand"
    at = next((n for n, text in enumerate(blocks) if place.sentence in text.removeprefix("- ")), None)
    if at is not None:
        listed = place.listed and not (at + 1 < len(blocks) and blocks[at + 1].startswith("- "))
        return f"onder deze zin staat geen lijst in '{place.document}'" if listed else ""
    wanted = set(fold(place.sentence).split())
    nearest = max(blocks, key=lambda text: len(wanted & set(fold(text).split())))
    return f"deze zin staat niet (meer) in '{place.document}'; het dichtst in de buurt komt: {nearest[:200]}"


def _document_faults(path: Path, vocabulary: Vocabulary) -> list[Fault]:
    reading = read(path.read_bytes(), path)
    faults: list[Fault] = []
    if reading.front_matter is None:
        faults.append(Fault(str(path), 1, "er staat geen kop met gegevens boven (tussen twee regels '---')"))
    else:
        try:
            metadata = front_matter.parse(reading.front_matter, path, vocabulary)
            astray = front_matter.astray_questions(metadata, assemble(reading.blocks).sections)
            faults += [Fault(str(path), None, notice.nl) for notice in astray]
        except FrontMatterError as error:
            faults += [Fault(str(path), line, nl) for line, nl, _ in error.faults]
    headings = [block for block in reading.blocks if block.kind == "heading"]
    if not headings:
        faults.append(Fault(str(path), None, "er staat geen enkele tussenkop in ('## …'); lezers zoeken op koppen"))
    return faults


def _line_in(message: str) -> int | None:
    found = re.search(r"regel (\d+)", message)
    return int(found[1]) if found else None


def new_document(corpus: Path, kind: str, title: str, today: str) -> Path:
    """Write a document to start from; gives its path. Raises `DocumentError` where there is one already."""
    title = " ".join(title.split())
    folder = corpus / FOLDERS.get(KINDS[kind], "overig")
    path = folder / f"{slug(title)}.md"
    if not title:
        raise SettingsError("Geef een titel.", "Give a title.")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(new_text(kind, title, today))
    except FileExistsError:
        raise DocumentError(path, f"{path} bestaat al; er is niets gewijzigd.", f"{path} exists already.") from None
    return path


def new_text(kind: str, title: str, today: str, asked: Sequence[str] = ()) -> str:
    """The text of a document to start from; the first question that was `asked` is its heading."""
    title = " ".join(title.split())
    questions = ["".join(c for c in " ".join(question.split()) if c.isprintable()) for question in asked]
    wanted = "".join(f"#   {question}\n" for question in questions)
    return _FORM.format(
        version=SCHEMA_VERSION,
        quoted=json.dumps(title, ensure_ascii=False),  # a JSON string is a YAML string
        title=title,
        kind=kind,
        today=today,
        asked=f"# Dit vroegen lezers:\n{wanted}" if wanted else "",
        heading=questions[0] if questions else "Een kop met woorden waarop iemand zoekt",
    )


_FORM = """\
---
versie: {version}
titel: {quoted}
soort: {kind}
samenvatting: "Eén zin die zegt waar dit document over gaat."
# Haal het hekje weg voor wat u weet, en laat weg wat u niet weet. De mogelijke waarden staan in waarden.yaml.
# sector: [bouw]
# hogescholen: []
# partners: []
# niveau: [Ad]
# regio: []
# periode: "vanaf 2020"
# status: lopend
datum: {today}
taal: nl
bronnen:
  - titel: "Wie het schreef en waarover"
    # url: https://
    # datum: "2024"
# Vragen die een kopje beantwoordt, in de woorden van lezers; zo wordt het ook met andere woorden gevonden.
# vragen:
#   Een kop met woorden waarop iemand zoekt:
#     - Hoe zou een lezer dit vragen?
{asked}---

# {title}

Schrijf hier in een of twee zinnen waar dit over gaat. Noem in elke zin het onderwerp bij naam, zodat de zin ook los te
lezen is.

## {heading}

Schrijf hele zinnen, en zet bij bedragen en aantallen het jaar.
"""
