"""Thousands of requests made from the published contract, right ones and wrong ones, against a running server.

    python -m bench.faults --requests 10000

Starts a server of its own in a throwaway folder (or takes `--address` and `--key`, and then changes what is there),
and lets schemathesis make requests of every call from the contract. Fails on any reply of 500 and up, any that the
contract does not know, and any traceback in the log. Taking in by address is left out, as it would call on others.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
_CALLS = 20
"""Among so many calls the requests are divided; those without parameters take fewer than their share."""
_LONGEST_LINE = 300


def main() -> None:
    """Run, show the end of the report, and exit as it went."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--requests", type=int, default=10_000)
    options.add_argument("--address", default="")
    options.add_argument("--key", default="")
    given = options.parse_args()
    if given.address:
        sys.exit(0 if attack(given.address, given.key, given.requests) else 1)
    with tempfile.TemporaryDirectory() as folder:
        key = secrets.token_hex(24)
        log = Path(folder) / "log"
        address, process = _start(Path(folder), key, log)
        try:
            fine = attack(address, key, given.requests)
            alive = process.poll() is None and _status(f"{address}/api/ready") == 200
        finally:
            process.terminate()
            process.wait(timeout=120)
        tracebacks = log.read_text(encoding="utf-8", errors="replace").count("Traceback")
        print(f"server still ready: {alive}; tracebacks in its log: {tracebacks}")
        sys.exit(0 if fine and alive and not tracebacks else 1)


def attack(address: str, key: str, requests: int, phases: str = "examples,coverage,fuzzing") -> bool:
    """Whether that many requests met no fault; prints what was found, each line cut short."""
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{address}/api/openapi.json", "--url", address,
        "--header", f"X-Team-Key: {key}", "--exclude-path", "/api/documents/fetch", "--checks", CHECKS,
        "--phases", phases, "--max-examples", str(max(1, requests // _CALLS)), "--continue-on-failure", "--no-color",
        "--workers", "1",  # several in one process meet a fault of Python 3.11's parser (SystemError in ast.parse)
        "--suppress-health-check", "all", "--request-timeout", "60",
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as scratch:
        ran = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
    lines = [line[:_LONGEST_LINE] for line in (ran.stdout + ran.stderr).splitlines()]
    print("\n".join(lines[-120:]))
    made = re.search(r"([\d,]+) generated", ran.stdout)
    print(f"requests made: {made[1] if made else 0}; exit code {ran.returncode}")
    return ran.returncode == 0 and made is not None


def _start(folder: Path, key: str, log: Path) -> tuple[str, subprocess.Popen[bytes]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if not name.startswith("ROUTEWIJZER_")}
    env |= {
        "ROUTEWIJZER_DATA_DIR": str(folder / "data"), "ROUTEWIJZER_PORT": str(port), "ROUTEWIJZER_TEAM_KEY": key,
    }  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", "ui", "serve"], cwd=PROJECT, env=env, stdout=out, stderr=out)
    address = f"http://127.0.0.1:{port}"
    for _ in range(1500):
        if process.poll() is not None:
            sys.exit(log.read_text(encoding="utf-8"))
        if _status(f"{address}/api/ready") == 200:
            return address, process
        time.sleep(0.2)
    process.kill()
    sys.exit("the server did not come")


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=5) as reply:
            return int(reply.status)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return 0


if __name__ == "__main__":
    main()
