"""The tab "Pilots": the frame of it; `assets/pilots.js` fills it with what the address of the page asks for.

What is chosen and marked lives in that address, in the visitor's own browser; the server keeps nothing of it.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from kb.types import Language
from ui import pilots_view
from ui.tabs import Tab
from ui.texts import NL, texts


def build() -> Tab:
    """Lay out the tab inside the surrounding `gr.Tab`."""
    frame = gr.HTML(pilots_view.shell(NL), elem_id="rw-pilots", apply_default_css=False, js_on_load=None)

    def relabel(language: Language) -> dict[Any, Any]:
        return {frame: pilots_view.shell(texts(language))}

    return Tab([], [frame], relabel)
