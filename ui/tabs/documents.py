"""The tab "Documenten" for the programme team: the frame of it; `assets/documents.js` fills it once the key is given.

The key lives in the script of the open page and goes along with every call, where the server checks it each time.
Neither the page nor the server keeps it, so that two visitors have nothing in common.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from api.uploads import FILES_AT_ONCE
from kb.settings import Settings
from kb.types import Language
from ui import documents_view
from ui.tabs import Tab
from ui.texts import NL, Texts, texts


def build(settings: Settings) -> Tab:
    """Lay out the tab inside the surrounding `gr.Tab`."""

    def shell(t: Texts) -> str:
        return documents_view.shell(t, bool(settings.team_key), settings.max_file_mb, FILES_AT_ONCE)

    frame = gr.HTML(shell(NL), elem_id="rw-documents", apply_default_css=False, js_on_load=None)

    def relabel(language: Language) -> dict[Any, Any]:
        return {frame: shell(texts(language))}

    return Tab([], [frame], relabel)
