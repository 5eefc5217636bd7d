"""A page of a PDF as a picture, over HTTP: the page that was asked for, with the passage marked."""

from __future__ import annotations

import io
from pathlib import Path

import hostile
import numpy as np
import pytest
from conftest import write_document
from numpy.typing import NDArray
from PIL import Image
from starlette.testclient import TestClient

from ingest import page_images
from ingest.workspace import Workspace

SIZE = ("twaalf", "dertien")


def paper(number: str) -> bytes:
    """A PDF of one page."""
    return hostile.one_page(hostile.lines([f"Het gilde van Kustland telt {number} meesters.", "Er is ook een school."]))


@pytest.fixture
def taken(workspace: Workspace, tmp_path: Path) -> Workspace:
    """A workspace with a PDF in it."""
    path = tmp_path / "los" / "gilde.pdf"
    path.parent.mkdir()
    path.write_bytes(paper(SIZE[0]))
    assert [item.id for item in workspace.add([path]).added] == ["gilde"]
    return workspace


def pixels(data: bytes) -> NDArray[np.int16]:
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture.convert("RGB"), dtype=np.int16)


def page(client: TestClient, **query: str | int) -> NDArray[np.int16]:
    reply = client.get("/api/documents/gilde/pages/1.png", params=query)
    assert reply.status_code == 200 and reply.headers["content-type"] == "image/png"
    return pixels(reply.content)


def where(bare: NDArray[np.int16], marked: NDArray[np.int16]) -> NDArray[np.intp]:
    """The rows of a picture in which something is marked: yellow, so that blue is less there."""
    changed = (bare[:, :, 2] - marked[:, :, 2]) > 40
    return np.flatnonzero(changed.any(axis=1))


def test_a_page_with_and_without_marks(client: TestClient, taken: Workspace) -> None:
    """The marks lie where the passage stands: on its own line of the page and no other."""
    text = taken.library.document("gilde").text
    bare = page(client)
    assert bare.shape[0] / bare.shape[1] == pytest.approx(842 / 595, abs=0.01)
    rows = []
    for passage in ("telt twaalf meesters", "ook een school"):
        start = text.index(passage)
        marked = page(client, start=start, end=start + len(passage))
        assert marked.shape == bare.shape
        rows.append(where(bare, marked))
        assert len(rows[-1]) > 5
    assert rows[0].max() < rows[1].min() < bare.shape[0] / 4
    assert np.array_equal(page(client, start=3, end=3), bare)
    assert np.array_equal(page(client, start=10_000, end=20_000), bare)


def test_a_version_keeps_its_page(client: TestClient, taken: Workspace, tmp_path: Path) -> None:
    """The page of an older version is that of its own file, and may be kept by who asked for it."""
    before = taken.library.document("gilde").version
    first = page(client)
    path = tmp_path / "los" / "gilde.pdf"
    path.write_bytes(paper(SIZE[1]))
    taken.add([path])
    assert np.array_equal(page(client, version=before), first)
    assert not np.array_equal(page(client), first)
    reply = client.get("/api/documents/gilde/pages/1.png", params={"version": before})
    assert "max-age" in reply.headers["cache-control"]
    assert client.get("/api/documents/gilde/pages/1.png").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("number", ["0", "2", "-1", "99999999999999999999"])
def test_a_page_that_is_not_there(client: TestClient, taken: Workspace, number: str) -> None:
    """A number outside the document is not found."""
    reply = client.get(f"/api/documents/gilde/pages/{number}.png")
    assert (reply.status_code, reply.json()["error"]["code"]) == (404, "unknown_page")


def test_what_has_no_pages(client: TestClient, taken: Workspace, tmp_path: Path) -> None:
    """Other formats have no pages to show; unknown documents and versions are not found; bad numbers are told."""
    taken.add([write_document(tmp_path / "los", "tekst", "Een tekst over het gilde.")])
    for path, status, code in (
        ("tekst/pages/1.png", 404, "unknown_page"),
        ("onbekend/pages/1.png", 404, "unknown_document"),
        ("gilde/pages/1.png?version=0123456789ab", 404, "unknown_document"),
        ("gilde/pages/1.png?version=../..", 404, "unknown_document"),
        ("gilde/pages/een.png", 422, "invalid_request"),
        ("gilde/pages/1.png?start=-1", 422, "invalid_request"),
        ("gilde/pages/1.png?start=een", 422, "invalid_request"),
    ):
        reply = client.get(f"/api/documents/{path}")
        assert (reply.status_code, reply.json()["error"]["code"]) == (status, code), path


def test_a_removed_document_has_no_picture(client: TestClient, taken: Workspace) -> None:
    """A picture that was drawn before is not shown after its document is removed."""
    version = taken.library.document("gilde").version
    page(client)
    taken.remove(["gilde"])
    for query in ({}, {"version": version}):
        assert client.get("/api/documents/gilde/pages/1.png", params=query).status_code == 404
    assert not taken.pages._kept


def test_pictures_that_are_kept_are_few(client: TestClient, taken: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same picture is drawn once, and not more are kept than fit."""
    first = client.get("/api/documents/gilde/pages/1.png", params={"start": 0, "end": 1}).content
    assert client.get("/api/documents/gilde/pages/1.png", params={"start": 0, "end": 1}).content == first
    monkeypatch.setattr(page_images, "_KEPT", 2)
    for end in range(4):
        taken.pages.png("gilde", None, 1, 0, end)
    assert [key[-1] for key in taken.pages._kept] == [2, 3]
