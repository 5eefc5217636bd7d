"""The README says what there is: every setting and command, and none that isn't there."""

from __future__ import annotations

import re

import pytest
import typer.main
from conftest import PROJECT

from kb.settings import PREFIX, Settings
from ui.cli import app

README = (PROJECT / "README.md").read_text(encoding="utf-8")
SETTINGS = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
COMMANDS = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("setting", sorted(SETTINGS))
def test_every_setting_is_in_the_readme(setting: str) -> None:
    """Each setting is told of by its whole name."""
    assert re.search(rf"\b{setting}\b", README)


def test_the_readme_names_no_other_settings() -> None:
    """Each name of a setting in the README exists."""
    assert set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", README)) - SETTINGS == set()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_in_the_readme(command: str) -> None:
    """Each command is told of as it is typed."""
    assert re.search(rf"\broutewijzer {command}\b", README)


def test_the_readme_names_no_other_commands() -> None:
    """Each command in the README exists."""
    named = set(re.findall(r"(?m)(?:`|/|^)routewijzer ([a-z]+)", README))
    assert named
    assert named - COMMANDS == set()


@pytest.mark.parametrize("target", ["run", "test"])
def test_the_two_commands_of_a_fresh_machine(target: str) -> None:
    """`make run` and `make test` are told of and exist."""
    assert f"make {target}" in README
    assert re.search(rf"(?m)^{target}:", (PROJECT / "Makefile").read_text(encoding="utf-8"))


def test_files_that_the_readme_names_exist() -> None:
    """The map of the code names files and folders that are there."""
    named = set(re.findall(r"`((?:kb|ingest|api|ui|bench|corpus|docs|tests)/[\w./-]*)`", README))
    named |= set(re.findall(r"\]\(([\w./-]+)\)", README))
    assert len(named) > 30
    assert sorted(name for name in named if not (PROJECT / name).exists()) == []


def test_settings_are_help_for_a_person() -> None:
    """Each setting has a line of help and a default that is used without any environment."""
    assert all(field.description and field.description.endswith(".") for field in Settings.model_fields.values())
    assert Settings(_env_file=None).port == 8000
