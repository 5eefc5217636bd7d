"""The command, run as a person or a script runs it: in a process of its own."""

from __future__ import annotations

import http.client
import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from conftest import Command, Ran, environment, write_document

from ingest.workspace import Workspace

PROOF = "Wat is een meesterproef?"
NOWHERE = "Hoeveel leerlingen heeft de Universiteit van Leiden?"
REPORT = {"added", "replaced", "unchanged", "removed", "failed", "warnings"}


def as_json(ran: Ran, code: int = 0) -> Any:
    """What a command with `--json` wrote: one JSON value on standard output, and nothing else anywhere."""
    assert ran.returncode == code, ran.stderr
    assert ran.stderr == ""
    return json.loads(ran.stdout)


def refused(ran: Ran, code: int, *words: str) -> None:
    """A mistake gives a sentence on standard error and an exit code, never a traceback and never half a result."""
    assert ran.returncode == code, (ran.stdout, ran.stderr)
    assert "Traceback" not in ran.stderr and ran.stdout == ""
    shown = " ".join(re.sub(r"[│╭╮╰╯─]", " ", ran.stderr).split())
    assert shown
    for word in words:
        assert word in shown


# --- asking -------------------------------------------------------------------------------------------------------


def test_ask(command: Command) -> None:
    """An answer is shown with its sources, or given as the record of the API; exit 0 says it was answered."""
    shown = command("ask", PROOF)
    assert shown.returncode == 0, shown.stderr
    assert "- Een meesterproef is het laatste werkstuk" in shown.stdout
    assert re.search(r"^\[1\] Meesterproef \(begrippen/meesterproef@[0-9a-f]{12}\)$", shown.stdout, re.MULTILINE)
    answer = as_json(command("ask", PROOF, "--json"))
    assert answer["answered"] is True
    assert answer["citations"][0]["document_id"] == "begrippen/meesterproef"
    assert answer["answer"].endswith("]")


def test_the_command_by_itself(tmp_path: Path, corpus: Path) -> None:
    """Started the way a shell starts it, without any of the launcher of these tests, it does the same."""
    program = [sys.executable, "-c", "from ui.cli import main; main()"]
    env = environment(tmp_path, corpus)
    ran = subprocess.run([*program, "ask", PROOF, "--json"], env=env, cwd=tmp_path, capture_output=True, text=True)
    assert as_json(ran)["citations"][0]["document_id"] == "begrippen/meesterproef"


def test_ask_what_is_not_there(command: Command) -> None:
    """A refusal is exit 1, with what comes closest; the question is among the gaps afterwards."""
    shown = command("ask", NOWHERE)
    assert shown.returncode == 1
    assert "Dit staat niet in de documenten." in shown.stdout and "dichtst in de buurt" in shown.stdout
    (gap,) = as_json(command("gaps", "--json"))
    assert (gap["questions"], gap["count"]) == ([NOWHERE], 1)


def test_no_question(command: Command) -> None:
    """A question without a letter is wrong use, and one of bytes that are no text is asked as well as can be."""
    refused(command("ask", " ? ", "--json"), 2, "ten minste één woord")
    shown = command("ask", b"Wat is een meesterproef \xff\xe9?")
    assert shown.returncode in (0, 1) and "Traceback" not in shown.stderr


def test_search(command: Command) -> None:
    """Passages come best first, at most as many as asked."""
    hits = as_json(command("search", "leerlingen in de zeilmakerij", "-k", "2", "--json"))
    assert len(hits) == 2
    assert hits[0]["score"] >= hits[1]["score"]
    assert {"score", "found_by", "document_id", "version", "title", "section", "page", "start", "end", "text"} == set(
        hits[0]
    )


# --- documents ----------------------------------------------------------------------------------------------------


def test_a_document_from_beginning_to_end(command: Command, tmp_path: Path) -> None:
    """Added, listed, verified and removed: each report says what was done, and exit 1 what was refused."""
    path = write_document(tmp_path / "los", "proef", "Een proefdocument over kwikstaarten.")
    (tmp_path / "los" / "leeg.md").write_text("", encoding="utf-8")
    paths = [str(path), str(tmp_path / "los" / "leeg.md"), "nergens.md"]
    report = as_json(command("add", *paths, "--kind", "begrip", "--json"), 1)
    assert set(report) == REPORT
    (added,) = report["added"]
    assert (added["path"], added["id"]) == ("proef.md", "begrippen/proef")
    assert [(f["path"], f["code"]) for f in report["failed"]] == [("nergens.md", "not_found"), ("leeg.md", "empty")]
    documents = as_json(command("documents", "--json"))
    assert {d["id"]: d["version"] for d in documents}["begrippen/proef"] == added["version"]
    assert as_json(command("verify", "--json")) == {"ok": True, "documents": 7, "chunks": 18, "problems": []}
    report = as_json(command("remove", "begrippen/proef", "--json"))
    assert [row["id"] for row in report["removed"]] == ["begrippen/proef"]
    shown = command("remove", "begrippen/proef")
    assert shown.returncode == 1
    assert "1 geweigerd" in shown.stdout and "Er is geen document 'begrippen/proef'" in shown.stderr


def test_shown_to_a_person(command: Command) -> None:
    """Without `--json` each command shows lines that a person can read, with the same in them."""
    assert command("ask", NOWHERE).returncode == 1
    expected = {
        ("documents",): "pilots/waterland-zeilmaken",
        ("gaps",): f"1x  {NOWHERE}",
        ("verify",): "6 documenten, 17 passages: in orde.",
        ("settings",): "ROUTEWIJZER_PORT=8000",
        ("search", "zeildoek snijden"): "Zeilmaken aan de Waterland School > Lesstof",
        ("sync",): "6 ongewijzigd, 0 geweigerd.",
        ("check",): "in orde.",
    }
    for words, shown in expected.items():
        ran = command(*words)
        assert (ran.returncode, ran.stderr) == (0, "")
        assert shown in ran.stdout


def test_sync_reports_every_fault(command: Command, corpus: Path) -> None:
    """A corpus with faults is taken in but for those documents, each fault with its file and line."""
    write_document(corpus / "pilots", "fout", "Tekst.", sektor="boekbinderij")
    report = as_json(command("sync", "--json"), 1)
    assert len(report["added"]) == 6
    (failure,) = report["failed"]
    assert (failure["path"], failure["code"]) == ("pilots/fout.md", "front_matter")
    assert "regel 6" in failure["reason"] and "bedoelt u 'sector'?" in failure["reason"]


def test_verify_names_what_is_wrong(command: Command, workspace: Workspace) -> None:
    """A damaged library is exit 1, with the document that is damaged; a sync from the corpus mends it."""
    workspace.close()
    (text,) = (workspace.library.folder / "begrippen" / "meesterproef").glob("*/text.json")
    text.write_text("{", encoding="utf-8")
    found = command("verify", "--json")
    assert found.returncode == 1 and "Traceback" not in found.stderr
    assert json.loads(found.stdout)["problems"][0].startswith("begrippen/meesterproef")
    assert command("sync").returncode == 0
    assert as_json(command("verify", "--json"))["ok"] is True


def test_check_and_new(command: Command, corpus: Path) -> None:
    """A new document from the form is in order; what is not is named with its line; an existing one is left alone."""
    title = 'Mandenvlechten: "het" begin \\d'
    made = command("new", "pilot", title)
    assert made.returncode == 0, made.stderr
    path = corpus / "pilots" / "mandenvlechten-het-begin-d.md"
    before = path.read_bytes()
    refused(command("new", "pilot", title), 1, "bestaat al")
    assert path.read_bytes() == before
    assert as_json(command("check", str(path), "--json")) == {"ok": True, "files": 1, "faults": []}
    path.write_bytes(before.replace(b"taal: nl", b"taal: fries"))
    (corpus / "waarden.yaml").write_bytes(b"sector: [\xe9")
    (corpus / "vragen.jsonl").write_bytes(b'{"id": "\xe9"}\n')
    found = as_json(command("check", "--json"), 1)
    by_name = {Path(fault["path"]).name: fault for fault in found["faults"]}
    assert set(by_name) == {path.name, "waarden.yaml", "vragen.jsonl"}
    assert by_name[path.name]["line"] == before.decode().splitlines().index("taal: nl") + 1


# --- settings -----------------------------------------------------------------------------------------------------


def test_settings_are_shown_without_the_key(command: Command, tmp_path: Path) -> None:
    """Settings come from `.env` and the environment, which wins; all are shown with their help, and a key never is."""
    (tmp_path / ".env").write_text("ROUTEWIJZER_PORT=8124\nROUTEWIJZER_HOST=0.0.0.0\n", encoding="utf-8")
    env = {"ROUTEWIJZER_TEAM_KEY": "zeer-geheim", "ROUTEWIJZER_PORT": "8123"}
    rows = {row["name"]: row for row in as_json(command("settings", "--json", env=env))}
    assert (rows["ROUTEWIJZER_PORT"]["value"], rows["ROUTEWIJZER_PORT"]["default"]) == (8123, 8000)
    assert rows["ROUTEWIJZER_HOST"]["value"] == "0.0.0.0"
    assert all(row["help"] for row in rows.values())
    assert "zeer-geheim" not in json.dumps(rows)
    assert rows["ROUTEWIJZER_TEAM_KEY"]["value"] != rows["ROUTEWIJZER_TEAM_KEY"]["default"]


@pytest.mark.parametrize(
    ("env", "words"),
    [
        (
            {"ROUTEWIJZER_PORT": "achtduizend", "ROUTEWIJZER_ANSWER_THRESHOLD": "2"},
            ["_PORT", "achtduizend", "_THRESHOLD"],
        ),
        ({"ROUTEWIJZER_CORPUS_DIR": "/nergens/corpus"}, ["/nergens/corpus", "niets gewijzigd"]),
    ],
    ids=["values", "folder"],
)
def test_a_wrong_setting(command: Command, env: dict[str, str], words: list[str]) -> None:
    """Settings that cannot be used are wrong use, and each is named with its value."""
    refused(command("ask", PROOF, "--json", env=env), 2, *words)


# --- wrong use ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["vraag", PROOF], "vraag"),
        (["add", "x.md", "--kind", "gedicht"], "--kind"),
        (["evaluate", "nergens.jsonl", "--json"], "nergens.jsonl"),
    ],
    ids=["command", "kind", "file"],
)
def test_wrong_use(command: Command, tmp_path: Path, words: list[str], complaint: str) -> None:
    """Commands, kinds and files that don't exist are exit 2 with what was wrong, and nothing is made."""
    refused(command(*words), 2, complaint)
    assert not (tmp_path / "data").exists()


def test_a_folder_in_use(command: Command, workspace: Workspace) -> None:
    """While another process has the data folder, a command says who and changes nothing."""
    refused(command("remove", "begrippen/meesterproef", "--json"), 1, "in gebruik", str(os.getpid()))
    assert "begrippen/meesterproef" in workspace.library.ids()


def test_a_port_that_is_taken(command: Command, tmp_path: Path) -> None:
    """A server that cannot listen says so in a sentence, before it does anything else."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused(command("serve", "--port", port), 2, f"127.0.0.1:{port}", "--port")
    assert not (tmp_path / "data").exists()


# --- measuring ----------------------------------------------------------------------------------------------------


def test_evaluate_questions(command: Command, tmp_path: Path) -> None:
    """A question file gives the figures of the contract; one that is not in form is refused with the line."""
    rows = [
        {"id": "1", "type": "definition", "question": PROOF, "must_match": ["laatste werkstuk"], "answerable": True},
        {"id": "2", "type": "none", "question": NOWHERE, "must_match": [], "answerable": False},
    ]
    path = tmp_path / "vragen.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    figures = as_json(command("evaluate", str(path), "--words", "--json"))
    contract = "questions right answerable answered_unanswerable unanswerable citation_hit latency_ms by_type misses"
    assert set(contract.split()) <= set(figures)
    assert (figures["questions"], figures["right"], figures["answerable"], figures["unanswerable"]) == (2, 1, 1, 1)
    assert figures["citation_hit"] == {"1": 1.0, "3": 1.0, "5": 1.0}
    path.write_text('{"id": "1"}\n', encoding="utf-8")
    refused(command("evaluate", str(path), "--json"), 2, "vragen.jsonl, regel 1")


def test_evaluate_a_retrieval_set(command: Command, tmp_path: Path) -> None:
    """A retrieval set gives a row of figures for each way of searching, on an index that is thrown away."""
    folder = tmp_path / "set"
    folder.mkdir()
    texts = {"a": "Een zeilmaker naait zeilen.", "b": "Een glasblazer blaast glas.", "c": "Een smid slaat ijzer."}
    (folder / "corpus.jsonl").write_text("".join(json.dumps({"_id": i, "text": t}) + "\n" for i, t in texts.items()))
    (folder / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "wie naait zeilen"}) + "\n")
    (folder / "qrels.tsv").write_text("q\ta\t1\n")
    figures = as_json(command("evaluate", str(folder), "--json", env={"ROUTEWIJZER_EMBEDDER": "hash"}))
    perfect = {"ndcg@10": 1.0, "recall@5": 1.0, "mrr": 1.0}
    assert figures == {"queries": 1, "methods": {"words": perfect, "vectors": perfect, "hybrid": perfect}}
    assert not (tmp_path / "data").exists()


# --- on a terminal ------------------------------------------------------------------------------------------------


def test_on_a_terminal(tmp_path: Path, corpus: Path) -> None:
    """On a terminal there is a progress bar, on standard error only, and it doesn't get in its own way."""
    write_document(tmp_path / "los", "proef", "Een proefdocument.")
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", "from ui.cli import main; main()", "add", str(tmp_path / "los")],
        env={**environment(tmp_path, corpus), "ROUTEWIJZER_EMBEDDER": "hash", "TERM": "xterm"},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=slave,
    ) as shown:
        os.close(slave)
        written = b""
        with suppress(OSError):  # the end of a pseudo-terminal
            while part := os.read(master, 65_536):
                written += part
        out, _ = shown.communicate(timeout=60)
    os.close(master)
    assert shown.returncode == 0, written
    assert b"toegevoegd: proef" in out and b"1 toegevoegd" in out
    assert b"lezen" in written and b"\x1b[" in written
    assert b"Traceback" not in written and b"\x1b[" not in out


# --- the server ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_serve(tmp_path: Path, corpus: Path) -> None:
    """The server answers questions within seconds, gives a page at once, and stops cleanly when told."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [sys.executable, "-c", "from ui.cli import main; main()", "serve", "--port", str(port)],
        env=environment(tmp_path, corpus),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            until = time.monotonic() + 60
            while True:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/ready", timeout=5) as reply:
                        assert json.load(reply)["documents"] == 6
                    break
                except urllib.error.URLError:
                    assert server.poll() is None and time.monotonic() < until
                    time.sleep(0.1)
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
                connection.request("GET", "/")
                page = connection.getresponse()
                assert page.status == 200 and b"Routewijzer" in page.read()
                body = json.dumps({"question": PROOF})
                connection.request("POST", "/api/ask", body, {"Content-Type": "application/json"})
                assert json.load(connection.getresponse())["answered"] is True
        finally:
            server.send_signal(signal.SIGINT)
            _, errors = server.communicate(timeout=60)
    assert f"http://127.0.0.1:{port}" in errors
    assert server.returncode == 0 and "Traceback" not in errors, errors


def test_the_journal_is_handed_out_and_erased_beside_a_running_server(
    command: Command, workspace: Workspace, tmp_path: Path
) -> None:
    """Export and purge work while another process holds the data folder; the file is for its owner alone."""
    workspace.knowledge.ask("Wat kost het bij jan@example.nl?")
    out = tmp_path / "uit.jsonl"
    assert command("journal", "export", str(out)).returncode == 0
    (row,) = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    assert row["text"] == "Wat kost het bij [e-mailadres]?" and row["feedback"] == []
    assert out.stat().st_mode & 0o077 == 0
    assert command("journal", "export").stdout == out.read_text(encoding="utf-8")
    assert command("journal", "export", str(out)).returncode == 2, "a file that is there is not overwritten"
    for words in ([], ["--all", "--containing", "x"], ["--older-than", "-1"]):
        assert command("journal", "purge", *words).returncode == 2
    assert json.loads(command("journal", "purge", "--containing", "elders", "--json").stdout) == {"purged": 0}
    assert json.loads(command("journal", "purge", "--older-than", "0", "--json").stdout) == {"purged": 1}
    assert command("journal", "export").stdout == ""
    elsewhere = {"ROUTEWIJZER_DATA_DIR": str(tmp_path / "leeg")}
    refused = command("journal", "purge", "--all", env=elsewhere)
    assert refused.returncode == 2 and "geen journaal" in refused.stderr and not (tmp_path / "leeg").exists()
