"""The shape of the code: imports run one way, without a ring, and what is heavy is imported where it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from conftest import PROJECT, environment

from ingest.workspace import Workspace

LAYERS = ("kb", "ingest", "api", "ui")
HEAVY = {"torch", "sentence_transformers", "transformers", "llama_index", "gradio", "chromadb", "openai", "mcp"}
WITH_GRADIO = ("ui.page", "ui.tabs")
"""What is imported only once the page is built, and may therefore have Gradio at its top."""
FOR_OTHERS = "api.llama_index_retriever"
"""What nothing of ours imports, as it is there for programs that work with LlamaIndex already."""


@cache
def modules() -> dict[str, ast.Module]:
    """The code of the four packages by module name."""
    found = {}
    for layer in LAYERS:
        for path in sorted((PROJECT / layer).rglob("*.py")):
            name = ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


def _names(node: ast.stmt, module: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"{module} imports relatively"
        base = node.module or ""
        return [f"{base}.{alias.name}" if f"{base}.{alias.name}" in modules() else base for alias in node.names]
    return []


def imports(module: str, everywhere: bool = False) -> set[str]:
    """What a module imports when it is imported itself; or `everywhere`, in functions and for types too."""
    found: set[str] = set()
    pending: list[ast.AST] = [modules()[module]]
    while pending:
        node = pending.pop()
        if not everywhere and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if not everywhere and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            pending += node.orelse
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update(_names(node, module))
        pending += ast.iter_child_nodes(node)
    return found


@pytest.mark.parametrize("module", modules())
def test_imports_run_one_way(module: str) -> None:
    """A package imports only itself and those before it: kb, ingest, api, ui; not even within a function otherwise."""
    allowed = LAYERS[: LAYERS.index(module.split(".")[0]) + 1]
    ours = {name for name in imports(module, everywhere=True) if name.split(".")[0] in LAYERS}
    assert {name for name in ours if name.split(".")[0] not in allowed} == set()


def test_nothing_in_the_packages_comes_from_outside_them() -> None:
    """The program does not import its tests or its measurements."""
    everything = {name for module in modules() for name in imports(module, everywhere=True)}
    assert not {name for name in everything if name.split(".")[0] in {"tests", "bench", "conftest"}}


def test_there_is_no_import_ring() -> None:
    """No module imports itself by a detour, neither late nor for its types only."""
    graph = {module: imports(module, everywhere=True) & modules().keys() for module in modules()}
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"a ring: {' → '.join(error.args[1])}")


@pytest.mark.parametrize("module", modules())
def test_heavy_libraries_are_not_imported_at_the_top(module: str) -> None:
    """Torch and the like are imported where the work is done; Gradio at the top of the page's own modules only."""
    heavy = {name.split(".")[0] for name in imports(module)} & HEAVY
    if module.startswith(WITH_GRADIO):
        heavy -= {"gradio"}
    if module == FOR_OTHERS:
        heavy -= {"llama_index"}
    assert heavy == set()


def test_nothing_imports_the_page_at_its_top() -> None:
    """The modules with Gradio at their top are imported within a function, or by one another."""
    for module in modules():
        if not module.startswith(WITH_GRADIO):
            assert not {name for name in imports(module) if name.startswith(WITH_GRADIO)}, module


def test_nothing_of_ours_imports_what_is_there_for_others() -> None:
    """The adapter for LlamaIndex is imported by other programs alone."""
    assert not {module for module in modules() if FOR_OTHERS in imports(module, everywhere=True)}


def test_the_frameworks_stay_at_the_edges() -> None:
    """LlamaIndex splits and speaks to language models only, Chroma is in the store only, the web is not in the core."""
    users = {
        library: {m for m in modules() if any(n.split(".")[0] == library for n in imports(m, everywhere=True))}
        for library in ("llama_index", "chromadb", "fastapi", "gradio", "tantivy")
    }
    assert users["llama_index"] <= {"ingest.chunking", "kb.language_model", FOR_OTHERS}
    assert users["chromadb"] == {"kb.store"}
    assert users["tantivy"] == {"kb.keyword_index"}
    assert not {m for m in users["fastapi"] | users["gradio"] if m.startswith(("kb", "ingest"))}


_ANSWER = """
import sys
import ui.cli
from ingest.workspace import Workspace
from kb.settings import load_settings
with Workspace.open(load_settings()) as workspace:
    assert workspace.knowledge.ask("Wat is een meesterproef?").answered
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""


def test_an_answer_by_words_loads_nothing_heavy(workspace: Workspace, tmp_path: Path, corpus: Path) -> None:
    """In a fresh process, the command line and an answer by words load neither torch nor any other heavy library."""
    workspace.close()
    ran = subprocess.run(
        [sys.executable, "-c", _ANSWER], env=environment(tmp_path, corpus), cwd=tmp_path, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    loaded = set(ran.stdout.split())
    assert {"tantivy", "typer"} <= loaded
    assert loaded & HEAVY == set()
