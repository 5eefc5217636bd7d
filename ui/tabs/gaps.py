"""The tab "Kennislacunes" for the programme team: the frame of it; `assets/gaps.js` fills it once the key is given."""

from __future__ import annotations

from typing import Any

import gradio as gr

from kb.settings import Settings
from kb.types import Language
from ui import gaps_view
from ui.tabs import Tab
from ui.texts import NL, Texts, texts


def build(settings: Settings) -> Tab:
    """Lay out the tab inside the surrounding `gr.Tab`."""

    def shell(t: Texts) -> str:
        return gaps_view.shell(t, bool(settings.team_key))

    frame = gr.HTML(shell(NL), elem_id="rw-gaps-tab", apply_default_css=False, js_on_load=None)

    def relabel(language: Language) -> dict[Any, Any]:
        return {frame: shell(texts(language))}

    return Tab([], [frame], relabel)
