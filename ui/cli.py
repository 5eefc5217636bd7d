"""The command `routewijzer`: everything a person can do without the page.

Exit codes: 0 done; 1 done in part, refused or not answered; 2 wrong use. With `--json`, standard output is one JSON
value and nothing else. A person's mistake gives a sentence, never a traceback.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ingest.front_matter import KINDS
from ingest.intake import readable
from ingest.reader_pool import ReaderPool
from ingest.workspace import Workspace
from kb.citations import SEE_ALSO
from kb.embedding import is_light
from kb.errors import InvalidQuestion, RoutewijzerError, SettingsError
from kb.settings import PREFIX, Settings, load_settings, masked
from kb.types import IngestReport, IngestWarning, Turn
from ui import journal_commands

app = typer.Typer(
    help="Routewijzer: vragen over de mkb-route in het hbo, beantwoord uit de documenten, met bron.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(journal_commands.app, name="journal")
_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)

ProgressShown = Callable[[str, int, int], None]
Json = Annotated[bool, typer.Option("--json", help="Schrijf één JSON-waarde naar standaarduitvoer.")]


def main() -> None:
    """Run the command; turn our own errors into a sentence and exit code 1."""
    try:
        app(standalone_mode=True)
    except RoutewijzerError as error:
        _err.print(error.nl, markup=False)
        sys.exit(2 if isinstance(error, (SettingsError, InvalidQuestion)) else 1)
    except KeyboardInterrupt:
        _err.print("Gestopt.")
        sys.exit(1)


@contextmanager
def _workspace(as_json: bool, sync: bool = True, vectors: bool | None = False) -> Iterator[Workspace]:
    """The data folder, opened for this command, with a progress bar on a terminal.

    `vectors`: whether the embedding model is loaded; None is only where that takes but a moment.
    """
    settings = load_settings()
    finds = vectors is not False
    if vectors is None:
        vectors = is_light(settings.embedder)
    with (
        _progress(as_json) as progress,
        Workspace.open(settings, sync=sync, progress=progress, answers=False) as workspace,
    ):
        if vectors:
            workspace.load_vectors(progress)
        if finds:
            workspace.knowledge.reranking.wait()
        yield workspace


@contextmanager
def _progress(as_json: bool) -> Iterator[ProgressShown | None]:
    if as_json or not sys.stderr.isatty():
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_err, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield show


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Adres waarop de server luistert.")] = None,
    port: Annotated[int | None, typer.Option(help="Poort waarop de server luistert.")] = None,
) -> None:
    """Start de pagina en de API."""
    import uvicorn

    from ui.serving import Server, end_politely, set_up_log, share_fairly
    from ui.web import build

    overrides = {key: value for key, value in (("host", host), ("port", port)) if value is not None}
    settings = load_settings(**overrides)
    set_up_log(settings.log_format)
    end_politely()
    share_fairly()
    listening = _bound(settings)
    with listening, _progress(False) as progress, Workspace.open(settings, progress=progress) as workspace:
        _report_failures(workspace.startup)
        shown = f"http://{settings.host}:{settings.port}"
        _err.print(f"Routewijzer: {len(workspace.knowledge.snapshot.versions)} documenten. Open {shown}", markup=False)
        built = build(settings, workspace)
        config = uvicorn.Config(
            built, host=settings.host, port=settings.port, log_level="warning", log_config=None, access_log=False,
            proxy_headers=False, server_header=False, timeout_graceful_shutdown=settings.stop_seconds,
        )  # fmt: skip
        with suppress(KeyboardInterrupt):
            Server(config, built.state).run(sockets=[listening])


def _bound(settings: Settings) -> socket.socket:
    """The address of the server, taken before anything else is done. Raises `SettingsError` where it is not free."""
    bound = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((settings.host, settings.port))
    except OSError as error:
        bound.close()
        where = f"{settings.host}:{settings.port}"
        raise SettingsError(
            f"Op {where} kan de server niet luisteren ({error.strerror}). Kies een andere poort met --port.",
            f"The server cannot listen on {where} ({error.strerror}). Choose another port with --port.",
        ) from None
    return bound


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="De vraag.")],
    after: Annotated[str, typer.Option("--after", help="De vraag ervoor, als dit een vervolgvraag is.")] = "",
    explain: Annotated[
        bool, typer.Option("--explain", help="Toon stap voor stap hoe het antwoord tot stand komt.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Stel een vraag."""
    from api.schemas import AnswerOut
    from ui.texts import NL

    history = [Turn(readable(after))] if after.strip() else []
    with _workspace(as_json, vectors=None) as workspace:
        if explain:
            _explain(workspace, readable(question), history, as_json)
        answer = workspace.knowledge.ask(readable(question), history)
    if as_json:
        _print_json(AnswerOut.of(answer).model_dump(mode="json"))
    elif answer.answered:
        for place, statement in enumerate(answer.statements):
            if statement.further and place == len(answer.leading):
                _out.print(f"\n{SEE_ALSO[answer.language]}", markup=False)
            numbers = "".join(f"[{n}]" for n in statement.citations)
            _out.print(f"- {statement.text} {numbers}", markup=False)
        _out.print()
        for citation in answer.citations:
            where = " > ".join(dict.fromkeys((citation.title, *citation.section)))
            _out.print(f"[{citation.number}] {where} ({citation.document_id}@{citation.version})", markup=False)
        if answer.note:
            _out.print(f"\n{answer.note}", markup=False)
    elif answer.aside:
        _out.print(answer.note, markup=False)
    else:
        said, below = NL.refused(answer)
        _out.print(said, markup=False)
        if answer.note:
            _out.print(answer.note, markup=False)
        if answer.closest:
            _out.print(below, markup=False)
        for citation in answer.closest:
            _out.print(f"- {citation.quote} ({citation.title})", markup=False)
    raise typer.Exit(0 if answer.answered else 1)


def _explain(workspace: Workspace, question: str, history: list[Turn], as_json: bool) -> NoReturn:
    """Show how a question is answered, without noting it; exit 1 when it is not."""
    from kb.trace import explain as follow
    from ui.explain import show_trace

    trace = follow(workspace.knowledge, question, history)
    if as_json:
        _print_json(asdict(trace))
    else:
        show_trace(trace, _out)
    raise typer.Exit(0 if trace.statements else 1)


@app.command()
def mcp(
    server: Annotated[
        str,
        typer.Option(
            "--server", help="Adres van een draaiende server; zonder: die van de instellingen, als hij er is."
        ),
    ] = "",
) -> None:
    """Bied de kennisbank aan als gereedschap voor een assistent (MCP, over standaardinvoer en -uitvoer)."""
    import logging

    import anyio

    from api.mcp_server import build
    from api.sources import AtServer, Inside, Source
    from kb.settings import listed

    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)  # standard output is the protocol's
    current = load_settings()
    keys = (*listed(current.read_key), *listed(current.team_key), "")

    def run(source: Source) -> None:
        anyio.run(build(source).run_stdio_async)

    address = server or _address(current)
    if server or _answers(address):
        run(AtServer(address, keys[0]))
        return
    with _workspace(True, vectors=None) as workspace:
        run(Inside(workspace))


def _address(current: Settings) -> str:
    """Where a server with these settings is reached from this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(current.host, current.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{current.port}{current.root_path}"


def _answers(address: str) -> bool:
    """Whether a Routewijzer runs there."""
    import httpx

    try:
        return bool(httpx.get(f"{address}/api/health", timeout=2).json() == {"status": "ok"})
    except (httpx.HTTPError, ValueError):
        return False


@app.command()
def search(
    text: Annotated[str, typer.Argument(help="Waarnaar u zoekt.")],
    k: Annotated[int, typer.Option("-k", min=1, max=50, help="Hoeveel passages.")] = 5,
    as_json: Json = False,
) -> None:
    """Zoek passages, zonder antwoord."""
    from api.schemas import ChunkOut

    with _workspace(as_json, vectors=None) as workspace:
        hits = workspace.knowledge.search(readable(text), k)
    if as_json:
        _print_json([ChunkOut.of(hit).model_dump(mode="json") for hit in hits])
        return
    for hit in hits:
        where = " > ".join(dict.fromkeys((hit.chunk.metadata.title, *hit.chunk.section)))
        _out.print(f"{hit.score:.2f}  {where}", markup=False)
        _out.print(f"      {' '.join(hit.chunk.text.split())[:200]}", markup=False)


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="Bestanden of mappen.")],
    kind: Annotated[str | None, typer.Option("--kind", help=f"Soort document: {', '.join(KINDS)}.")] = None,
    as_json: Json = False,
) -> None:
    """Neem documenten op."""
    if kind is not None and kind not in KINDS:
        raise typer.BadParameter(f"kies uit {', '.join(KINDS)}", param_hint="--kind")
    with _workspace(as_json) as workspace, _progress(as_json) as progress:
        report = workspace.add(paths, KINDS[kind] if kind else None, progress)
        if workspace.unfinished or report.added or report.replaced:
            report = _with_vectors(workspace, report, progress)
    _finish(report, as_json)


@app.command()
def remove(
    ids: Annotated[list[str], typer.Argument(help="De ids van de documenten (zie: documents).")], as_json: Json = False
) -> None:
    """Haal documenten weg, uit de map en uit elke index."""
    with _workspace(as_json) as workspace:
        report = workspace.remove(ids)
    _finish(report, as_json)


@app.command()
def sync(as_json: Json = False) -> None:
    """Breng bibliotheek en indexen in de pas met de corpusmap."""
    with _workspace(as_json) as workspace, _progress(as_json) as progress:
        workspace.must_lead()
        report = _with_vectors(workspace, workspace.startup, progress)
    _finish(report, as_json)


@app.command()
def documents(as_json: Json = False) -> None:
    """Toon de documenten."""
    from api.document_schemas import DocumentOut

    with _workspace(as_json) as workspace:
        found = list(workspace.library.live())
        held = {d.id for d in found if workspace.library.quarantined(d.id, d.version)}
    if as_json:
        _print_json([DocumentOut.of(d.id, d.version, d.metadata).model_dump(mode="json") for d in found])
        return
    table = Table("id", "versie", "soort", "titel", "", box=None)
    for document in found:
        note = "apart gezet" if document.id in held else ""
        table.add_row(document.id, document.version, document.metadata.kind.value, document.metadata.title, note)
    _out.print(table)


@app.command()
def report(
    document_id: Annotated[str, typer.Argument(metavar="ID", help="Het id van het document.")], as_json: Json = False
) -> None:
    """Toon wat er in een document is gevonden, wat er verdacht aan is, en welke gegevens erbij lijken te horen."""
    from api.routes.team import report as report_of
    from ui.reports import show_report

    with _workspace(as_json, sync=False) as workspace:
        found = report_of(document_id, workspace)
    if as_json:
        _print_json(found.model_dump(mode="json"))
    else:
        show_report(found, _out)


@app.command()
def release(
    document_id: Annotated[str, typer.Argument(metavar="ID", help="Het id van het document.")],
) -> None:
    """Geef een document vrij dat apart is gezet, zodat er weer uit wordt geantwoord."""
    with _workspace(False, sync=False) as workspace:
        released = workspace.release(document_id)
        workspace.load_vectors()
    _out.print(f"{document_id} {'is vrijgegeven' if released else 'stond niet apart'}.", markup=False)


@app.command()
def verify(as_json: Json = False) -> None:
    """Ga na of bibliotheek, woordindex en vectorindex hetzelfde bevatten."""
    with _workspace(as_json, sync=False) as workspace:
        if workspace.unfinished:  # as at any start after a stop in the midst of a change
            workspace.load_vectors()
        found = workspace.verify()
    if as_json:
        _print_json({"ok": found.ok, "documents": found.documents, "chunks": found.chunks, "problems": found.problems})
    else:
        for problem in found.problems:
            _out.print(problem, markup=False)
        _out.print(
            f"{found.documents} documenten, {found.chunks} passages: {'in orde' if found.ok else 'niet in orde'}."
        )
    raise typer.Exit(0 if found.ok else 1)


@app.command()
def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Bestanden of mappen; zonder: de corpusmap.")] = None,
    as_json: Json = False,
) -> None:
    """Controleer documenten en lijsten voordat u ze opneemt: elke fout met bestand en regel."""
    from ingest.authoring import check as check_files
    from kb.vocabulary import Vocabulary

    current = load_settings()
    wanted = paths or [current.corpus_dir]
    if missing := [path for path in wanted if not path.exists()]:
        raise typer.BadParameter(f"{missing[0]} bestaat niet", param_hint="PATHS")
    with closing(ReaderPool.open(current)) as readers:
        count, faults = check_files(wanted, Vocabulary.load(current.vocabulary), readers.prepare)
    if as_json:
        rows = [{"path": f.path, "line": f.line, "message": f.message} for f in faults]
        _print_json({"ok": not faults, "files": count, "faults": rows})
    else:
        for fault in faults:
            _out.print(f"{fault.path}{f':{fault.line}' if fault.line else ''}: {fault.message}", markup=False)
        _out.print(f"{count} bestanden: {f'{len(faults)} fouten' if faults else 'in orde'}.")
    raise typer.Exit(1 if faults else 0)


@app.command()
def new(
    kind: Annotated[str, typer.Argument(help=f"Soort document: {', '.join(KINDS)}.")],
    title: Annotated[str, typer.Argument(help="De titel.")],
) -> None:
    """Begin een nieuw document in de corpusmap."""
    import datetime

    from ingest.authoring import new_document

    if kind not in KINDS:
        raise typer.BadParameter(f"kies uit {', '.join(KINDS)}", param_hint="KIND")
    path = new_document(load_settings().corpus_dir, kind, readable(title), datetime.date.today().isoformat())
    _out.print(f"{path} staat klaar. Vul het in, en controleer het met: routewijzer check {path}", markup=False)


@app.command()
def evaluate(
    path: Annotated[Path, typer.Argument(help="Een vragenbestand (.jsonl) of een map met een zoekset.")],
    split: Annotated[str | None, typer.Option(help="Alleen de vragen van dit deel (dev of test).")] = None,
    words: Annotated[bool, typer.Option("--words", help="Zonder vectoren, ook als er een model is.")] = False,
    as_json: Json = False,
) -> None:
    """Meet hoe goed er wordt geantwoord en gezocht."""
    from ui.measure import measure_questions, measure_retrieval

    if not path.exists():
        raise typer.BadParameter(f"{path} bestaat niet", param_hint="PATH")
    if path.is_dir():
        _print_or_show(measure_retrieval(path, load_settings(), words), as_json)
        return
    with _workspace(as_json, vectors=not words) as workspace, _progress(as_json) as progress:
        figures = measure_questions(path, workspace, split, progress)
    _print_or_show(figures, as_json)


@app.command()
def gaps(as_json: Json = False) -> None:
    """Toon de vragen die de documenten niet beantwoordden, bij elkaar wat over hetzelfde gaat."""
    from api.gap_schemas import GapOut
    from kb.gaps import open_gaps

    with _workspace(as_json, sync=False, vectors=None) as workspace:
        found = open_gaps(workspace.knowledge)
        expired = workspace.knowledge.journal.expired()
    if as_json:
        _print_json([GapOut.of(group, now).model_dump(mode="json") for group, now in found])
        return
    for group, now in found:
        (first, _), *others = group.questions
        _out.print(f"{len(group.open)}x  {first}  (laatst {group.open[-1].asked_at:%Y-%m-%d})", markup=False)
        for text, count in others:
            _out.print(f"      {count}x  {text}", markup=False)
        if now and now[0]:
            _out.print("      wordt nu beantwoord", markup=False)
        elif now and now[1]:
            _out.print(f"      dichtst in de buurt: “{now[1][0].quote}” ({now[1][0].title})", markup=False)
    if expired:
        _out.print(f"{expired} oudere vragen zonder antwoord: de tekst is gewist.", markup=False)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Het bestand om te schrijven, bijvoorbeeld routewijzer.tar.gz.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Vervang het bestand als het er al is.")] = False,
    as_json: Json = False,
) -> None:
    """Bewaar alles van deze installatie in één bestand, ook terwijl de server draait."""
    from ingest.backup import back_up

    current = load_settings()
    done = back_up(current.data_dir, file, overwrite, current.database_url)
    if as_json:
        _print_json({"file": str(file), **asdict(done)})
    else:
        _out.print(f"{done.documents} documenten en {done.questions} vragen bewaard in {file}.", markup=False)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="Een bestand dat met backup is gemaakt.")],
    replace_all: Annotated[bool, typer.Option("--replace", help="Zet opzij wat er in de datamap staat.")] = False,
    as_json: Json = False,
) -> None:
    """Zet een bestand dat met backup is gemaakt terug in de datamap."""
    from ingest.backup import restore as put_back

    current = load_settings()
    folder = current.data_dir
    done = put_back(folder, file, replace_all, current.database_url)
    if as_json:
        _print_json({"folder": str(folder), **asdict(done)})
    else:
        _out.print(
            f"{done.documents} documenten en {done.questions} vragen van {done.created} teruggezet in {folder}.",
            markup=False,
        )


@app.command()
def settings(as_json: Json = False) -> None:
    """Toon alle instellingen met hun waarde."""
    current = load_settings()
    rows = [
        {
            "name": f"{PREFIX}{name.upper()}",
            "value": _shown(name, getattr(current, name)),
            "default": _shown(name, field.default),
            "help": field.description,
        }
        for name, field in Settings.model_fields.items()
    ]
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        _out.print(f"{row['name']}={row['value']}\n    {row['help']}", markup=False)


def _shown(name: str, value: object) -> object:
    """A setting as it may be shown: a key is never printed, nor the password in an address."""
    if "key" in name:
        return "(gezet)" if value else ""
    if name.endswith("_url"):
        return masked(str(value))
    if value is None:
        return ""
    return value if isinstance(value, (int, float)) else str(value)


def _with_vectors(workspace: Workspace, report: IngestReport, progress: ProgressShown | None) -> IngestReport:
    """Bring the vector index in step; without a model the documents are safe all the same, and that is said."""
    try:
        workspace.bring_vectors_in_step(progress)
    except RoutewijzerError as error:
        return replace(report, warnings=(*report.warnings, IngestWarning("ROUTEWIJZER_EMBEDDER", error.code, error.nl)))
    return report


def _finish(report: IngestReport, as_json: bool) -> None:
    """Show what an ingest did; exit 1 exactly when something was refused."""
    if as_json:
        groups = ("added", "replaced", "unchanged", "removed")
        value: dict[str, Any] = {
            group: [{"path": i.path, "id": i.id, "version": i.version} for i in getattr(report, group)]
            for group in groups
        }
        value["failed"] = [asdict(failure) for failure in report.failed]
        value["warnings"] = [asdict(warning) for warning in report.warnings]
        _print_json(value)
    else:
        for word, items in (
            ("toegevoegd", report.added),
            ("vervangen", report.replaced),
            ("verwijderd", report.removed),
        ):
            for item in items:
                _out.print(f"{word}: {item.id} ({item.version})", markup=False)
        _out.print(
            f"{len(report.added)} toegevoegd, {len(report.replaced)} vervangen, {len(report.removed)} verwijderd, "
            f"{len(report.unchanged)} ongewijzigd, {len(report.failed)} geweigerd."
        )
        _report_failures(report)
    raise typer.Exit(1 if report.failed else 0)


def _report_failures(report: IngestReport) -> None:
    for word, rows in (
        ("geweigerd", [(failure.path, failure.reason) for failure in report.failed]),
        ("let op", [(warning.path, warning.message) for warning in report.warnings]),
    ):
        for path, message in rows:
            named = message if path.rpartition("/")[2] in message else f"{path}: {message}"
            _err.print(f"{word}: {named}", markup=False)


def _print_or_show(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        _print_json(figures)
        return
    from ui.measure import show

    show(figures, _out)
