"""The files to run it with: as far as they can be checked without running them, they are."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import PROJECT

from kb.settings import PREFIX, Settings

DEPLOY = PROJECT / "deploy"
SETTINGS = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
UNIT = (DEPLOY / "routewijzer.service").read_text(encoding="utf-8")
COMPOSE: dict[str, dict[str, Any]] = {
    path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(DEPLOY.glob("compose*.yaml"))
}


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_no_key_and_no_setting_that_is_none(path: Path) -> None:
    """No file brings a key of its own, and every setting that is named exists."""
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", text)) <= SETTINGS
    assert not re.search(rf"{PREFIX}\w*KEY\s*[=:][^\S\n]*\S", text)


def test_the_image_runs_as_nobody_in_particular() -> None:
    """Its last stage has a user of its own by number, tells its health, and is told to stop as a service is."""
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER [1-9]\d+$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last and "/api/ready" in last and "STOPSIGNAL SIGTERM" in last


def test_what_the_image_takes_in_is_there() -> None:
    """Each folder and file that is copied exists, and is not kept out; data and tests are."""
    ignored = (PROJECT / ".dockerignore").read_text(encoding="utf-8").split()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    copied = {name for line in re.findall(r"^COPY (?!--)(.*)$", DOCKERFILE, re.MULTILINE) for name in line.split()[:-1]}
    assert copied and all((PROJECT / name).exists() for name in copied)
    assert copied == let_in and ignored[0] == "*"
    packages = re.search(r"packages = \[(.*?)\]", (PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    assert packages and {name.split(".")[0] for name in re.findall(r'"([\w.]+)"', packages[1])} <= copied


@pytest.mark.parametrize("name", COMPOSE)
def test_the_composition_is_closed(name: str) -> None:
    """The containers write only their volumes, have no rights of their own, and are reached from this machine alone."""
    services = COMPOSE[name]["services"]
    for service in services.values():
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"] and service["mem_limit"]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
        assert {volume.split(":")[0] for volume in service["volumes"]} <= COMPOSE[name]["volumes"].keys()
    assert (DEPLOY / f"{services['routewijzer']['env_file']}.example").is_file()


def test_the_services_of_several_processes_are_out_of_reach() -> None:
    """Chroma, which has no keys, and the database stand in a network without a way out; no password is in the file."""
    several = COMPOSE["compose.several.yaml"]
    assert several["networks"]["inside"]["internal"] is True
    for name in ("chroma", "postgres"):
        service = several["services"][name]
        assert service["networks"] == ["inside"] and "ports" not in service and service["healthcheck"]["test"]
    environment = several["services"]["routewijzer"]["environment"]
    assert Settings(
        _env_file=None,
        database_url=re.sub(r"\$\{[^}]*\}", "x", environment["ROUTEWIJZER_DATABASE_URL"]),
        chroma_url=environment["ROUTEWIJZER_CHROMA_URL"],
    ).several
    assert "${POSTGRES_PASSWORD:?" in environment["ROUTEWIJZER_DATABASE_URL"]
    assert several["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine")
def test_the_unit_is_one(tmp_path: Path) -> None:
    """Systemd finds no fault in the unit, and rates it as well closed."""
    unit = tmp_path / "routewijzer.service"
    unit.write_text(re.sub(r"(?m)^ExecStart=.*$", "ExecStart=/bin/true", UNIT), encoding="utf-8")
    ran = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=25", str(unit)], capture_output=True, check=False
    )
    assert rated.returncode == 0, rated.stdout.decode()


@pytest.mark.skipif(shutil.which("hadolint") is None, reason="no hadolint on this machine")
def test_the_image_is_linted() -> None:
    """Hadolint finds no fault in the Dockerfile."""
    ran = subprocess.run(["hadolint", str(DEPLOY / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "")
