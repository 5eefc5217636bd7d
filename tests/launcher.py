"""Runs the command in a process of its own without paying for its imports each time: it has them, and forks.

For each line of JSON on standard input (words, env, cwd, out, err) it forks a child that becomes the command, and
writes the child's exit code.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Any

import chromadb  # noqa: F401  (what the commands import where they need it)

import api.schemas  # noqa: F401
import ui.cli
import ui.measure


def become(order: dict[str, Any]) -> None:
    """Be the command that was ordered, to the end."""
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, path in ((1, order["out"]), (2, order["err"])):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = ["routewijzer", *order["words"]]
    code: object = 0
    try:
        ui.cli.main()
    except SystemExit as stop:
        code = stop.code
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else bool(code))


def main() -> None:
    """Fork for each order."""
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if not child:
            become(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
