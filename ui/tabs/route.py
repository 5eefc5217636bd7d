"""The tab "Start je route": the frame with its questions; `assets/route.js` shows them and asks for the plan.

The answers and what is ticked off live in the visitor's browser only; the server makes a plan and keeps nothing.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from kb.knowledge_base import KnowledgeBase
from kb.types import Language
from ui import route_view
from ui.tabs import Tab
from ui.texts import NL, Texts, texts


def build(knowledge: KnowledgeBase) -> Tab:
    """Lay out the tab inside the surrounding `gr.Tab`."""

    def shell(t: Texts) -> str:
        return route_view.shell(knowledge.routes, knowledge.vocabulary, t)

    frame = gr.HTML(shell(NL), elem_id="rw-route", apply_default_css=False, js_on_load=None)

    def relabel(language: Language) -> dict[Any, Any]:
        return {frame: shell(texts(language))}

    return Tab([], [frame], relabel)
