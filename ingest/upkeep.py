"""What a running server looks after every second: who leads, did the library change, are the vectors whole.

A server that shares nothing with other processes needs none of it.
"""

from __future__ import annotations

import logging
import threading

from ingest.workspace import Workspace
from kb.errors import DatabaseUnavailable, RoutewijzerError
from kb.periodic import Periodic

SECONDS = 1.0
_VECTORS_EVERY = 3
"""Looks between two signs of life that are asked of the Chroma server."""
_LOG = logging.getLogger("routewijzer")


class Upkeep:
    """Looks after one workspace in a thread of its own."""

    def __init__(self, workspace: Workspace, seconds: float = SECONDS) -> None:
        self._workspace = workspace
        self._looking = Periodic("upkeep", seconds, self.look, "looking after the shared library failed; trying again")
        self._charge: threading.Thread | None = None
        self._looks = 0
        self._outages = 0
        self.revision: int | None = None
        """Of the library, as it was last taken up; None where that is not known."""
        self.database = True
        """Whether the database was there at the last look."""

    @classmethod
    def of(cls, workspace: Workspace) -> Upkeep | None:
        """For a workspace that needs it; None for any other."""
        needed = workspace.leadership is not None or (workspace.settings.chroma_url and workspace.vectors.wanted)
        return cls(workspace) if needed else None

    def start(self) -> None:
        """Begin to look after it."""
        self._looking.start()

    def close(self) -> None:
        """Stop after the look that is under way."""
        self._looking.close(timeout=60)

    def look(self) -> None:
        """Look once."""
        if self._workspace.leadership is not None:
            self._mind_lead()
            self._mind_revision()
        self._looks += 1
        if self._workspace.settings.chroma_url and self._looks % _VECTORS_EVERY == 0:
            self._mind_vectors()

    def _mind_lead(self) -> None:
        if self._workspace.seek_lead():
            # taking in what changed in the corpus folder may take long, and the lead is to be minded meanwhile
            self._charge = threading.Thread(target=self._workspace.take_charge, name="taking charge", daemon=True)
            self._charge.start()
        elif self._workspace.leads:
            self._workspace.tell_others()

    def _mind_revision(self) -> None:
        leadership = self._workspace.leadership
        assert leadership is not None
        try:
            revision = leadership.revision()
        except DatabaseUnavailable as error:
            if self.database:
                _LOG.warning("%s", error.en)
            self.database = False
            return
        if not self.database:
            _LOG.warning("the database answers again")
        self.database = True
        if revision != self.revision and not self._workspace.leads:
            self._workspace.catch_up()
        self.revision = revision

    def _mind_vectors(self) -> None:
        workspace, vectors = self._workspace, self._workspace.vectors
        if workspace.loading or vectors.state == "off":
            return
        if vectors.state != "ready":
            ours = workspace.leads if vectors.state == "loading" else vectors.gone
            if ours or vectors.complete:
                workspace.start_background()
            return
        store = vectors.store
        if store is None:
            return
        store.check()
        if store.reachable and workspace.leads and (vectors.behind or store.outages != self._outages):
            outages = store.outages
            try:
                workspace.make_up_vectors()
                self._outages = outages
            except RoutewijzerError as error:
                _LOG.warning("%s", error.en)
