"""The commands `routewijzer journal …`: hand out what is noted of questions, and erase it, as privacy law asks.

They work on the journal alone and beside a running server: the database sees to that.
"""

from __future__ import annotations

import datetime
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from kb.errors import SettingsError
from kb.journal import FILE, Journal
from kb.settings import load_settings

app = typer.Typer(help="Geef uit of wis wat er van vragen is genoteerd.", no_args_is_help=True)


@contextmanager
def _journal() -> Iterator[Journal]:
    settings = load_settings()
    if not settings.database_url and not (settings.data_dir / FILE).is_file():
        raise SettingsError(
            f"Er is geen journaal in {settings.data_dir} (ROUTEWIJZER_DATA_DIR).",
            f"There is no journal in {settings.data_dir} (ROUTEWIJZER_DATA_DIR).",
        )
    journal = Journal.of(settings)
    try:
        yield journal
    finally:
        journal.close()


@app.command()
def export(
    file: Annotated[Path | None, typer.Argument(help="Bestand om te schrijven; zonder: standaarduitvoer.")] = None,
) -> None:
    """Schrijf alles wat er van vragen is genoteerd, een JSON-waarde per regel."""
    with _journal() as journal:
        rows = [json.dumps(row, ensure_ascii=False) for row in journal.export()]
    text = "".join(f"{row}\n" for row in rows)
    if file is None:
        sys.stdout.write(text)
        return
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write(text)
    except OSError as error:
        raise typer.BadParameter(f"{file} kan niet worden gemaakt ({error.strerror})", param_hint="FILE") from None
    typer.echo(f"{len(rows)} vragen geschreven in {file}.", err=True)


@app.command()
def purge(
    older_than: Annotated[int | None, typer.Option("--older-than", min=0, help="Ouder dan zoveel dagen.")] = None,
    containing: Annotated[str, typer.Option("--containing", help="Met deze tekst in vraag of opmerking.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Alles.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Schrijf één JSON-waarde naar standaarduitvoer.")] = False,
) -> None:
    """Wis genoteerde vragen met de reacties erop, ook uit het bestand zelf."""
    if everything == (older_than is not None or bool(containing.strip())):
        raise typer.BadParameter("kies --all, of --older-than en/of --containing")
    before = None
    if older_than is not None:
        now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
        before = now - datetime.timedelta(days=min(older_than, (now - datetime.datetime.min).days))
    with _journal() as journal:
        count = journal.purge(before, containing.strip())
    if as_json:
        print(json.dumps({"purged": count}))
    else:
        typer.echo(f"{count} vragen gewist.")
