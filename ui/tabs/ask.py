"""The tab "Vraag het": a conversation in which every statement leads to its place in a document.

The conversation lives in `gr.State`, which Gradio keeps for each visit; nothing of it is shared or stored here.
"""

from __future__ import annotations

import datetime
import logging
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import gradio as gr

from kb.citations import as_text
from kb.errors import RoutewijzerError
from kb.knowledge_base import KnowledgeBase
from kb.permalink import LONGEST, Permalinks
from kb.types import Answer, AnswerDone, AnswerEvent, Language, Searched, SourcesFound, StatementMade, Turn
from ui import narrowing, render
from ui.exchange import Exchange, Progress
from ui.narrowing import Wish
from ui.tabs import Tab
from ui.texts import NL, Texts, texts

_LOG = logging.getLogger("routewijzer")
_REMEMBERED = 20
"""Exchanges of a conversation that are kept."""
_PAUSE = 0.08
"""Seconds between two updates of an answer that is being made; more would only flicker."""

_ON_LOAD = """
document.addEventListener('routewijzer:ask', e => trigger('ask', e.detail));
document.addEventListener('routewijzer:saved', e => trigger('saved', e.detail));
window.routewijzer.ready('ask');
"""
_ANSWER = """<div aria-live="polite" aria-busy="${busy}">${value}</div><div>${after}</div>"""

_NARROWED = "(box, exchanges, language) => [box, exchanges, language, window.routewijzer.narrowing()]"
"""What the question is narrowed to is chosen in our own part of the page, and goes along with the question."""
_CLEAR = "(...inputs) => { window.routewijzer.clear(); return inputs; }"

Outputs = dict[Any, Any]


class _Parts(NamedTuple):
    """The components of the tab."""

    box: gr.Textbox
    ask: gr.Button
    again: gr.Button
    notice: gr.HTML
    examples: gr.HTML
    earlier: gr.HTML
    newest: gr.HTML
    panel: gr.HTML
    narrow: gr.HTML
    narrowed: gr.Textbox
    exchanges: gr.State


def build(knowledge: KnowledgeBase, permalinks: Permalinks, language: gr.State, for_team: bool) -> Tab:
    """Lay out the tab inside the surrounding `gr.Blocks`, and connect it to the knowledge base.

    `for_team`: whether there is a team key, with which the steps of an answer can be seen.
    """
    parts = _layout(knowledge)
    conversation = _Conversation(knowledge, permalinks, parts, for_team)
    changing = [parts.box, parts.again, parts.notice, parts.examples, parts.earlier, parts.newest, parts.exchanges]
    options: Any = {"show_progress": "hidden", "api_visibility": "private", "trigger_mode": "once"}
    gr.on(
        [parts.box.submit, parts.ask.click],
        conversation.asked,
        [parts.box, parts.exchanges, language, parts.narrowed],
        changing,
        js=_NARROWED,
        **options,
    )
    parts.newest.ask(conversation.chosen, [parts.exchanges, language], changing, **options)
    parts.newest.saved(conversation.saved, [parts.exchanges, language], changing, **options)
    parts.again.click(conversation.clear, [language], changing, js=_CLEAR, **options)
    relabelled = [*parts[:-2]]
    return Tab([parts.exchanges], relabelled, conversation.relabel)


def _layout(knowledge: KnowledgeBase) -> _Parts:
    exchanges = gr.State(())
    plain: Any = {"apply_default_css": False, "js_on_load": None}
    with gr.Row(elem_id="rw-form"):
        box = gr.Textbox(label=NL.ask_label, placeholder=NL.ask_first, lines=1, max_lines=6, elem_id="rw-box", scale=1)
        ask = gr.Button(NL.ask, variant="primary", elem_id="rw-ask", scale=0)
    narrow = gr.HTML(narrowing.shell(knowledge.language_model is not None, NL), elem_id="rw-narrowing", **plain)
    narrowed = gr.Textbox(visible=False)
    notice = gr.HTML("", html_template='<div role="status">${value}</div>', elem_id="rw-notice", **plain)
    with gr.Row(elem_id="rw-columns"):
        with gr.Column(elem_id="rw-talk"):
            examples = gr.HTML(render.examples(knowledge.examples.groups, NL), elem_id="rw-first", **plain)
            earlier = gr.HTML("", elem_id="rw-earlier", **plain)
            newest = gr.HTML(
                "", html_template=_ANSWER, busy="false", after="", apply_default_css=False, elem_id="rw-newest",
                js_on_load=_ON_LOAD,
            )  # fmt: skip
            again = gr.Button(NL.again, variant="secondary", elem_id="rw-again", visible=False)
        panel = gr.HTML(render.panel(NL), elem_id="rw-side", **plain)
    return _Parts(box, ask, again, notice, examples, earlier, newest, panel, narrow, narrowed, exchanges)


class _Conversation:
    """What happens on the tab; keeps nothing of any visitor."""

    def __init__(self, knowledge: KnowledgeBase, permalinks: Permalinks, parts: _Parts, for_team: bool) -> None:
        self._knowledge = knowledge
        self._for_team = for_team
        self._permalinks = permalinks
        self._parts = parts

    def asked(
        self, text: str | None, exchanges: tuple[Exchange, ...], language: Language, narrowed: str | None
    ) -> Iterator[Outputs]:
        """Answer what was typed."""
        yield from self._answer(text or "", exchanges, texts(language), narrowing.read(narrowed))

    def chosen(self, exchanges: tuple[Exchange, ...], language: Language, event: gr.EventData) -> Iterator[Outputs]:
        """Answer a question that was chosen on the page, or that came with its address."""
        wish = narrowing.read(getattr(event, "narrowing", ""))
        yield from self._answer(str(event.question), exchanges, texts(language), wish)

    def saved(self, exchanges: tuple[Exchange, ...], language: Language, event: gr.EventData) -> Outputs:
        """Show the answer of a link again, every quote of it looked up."""
        parts, t = self._parts, texts(language)
        token = str(event.token)
        try:
            pinned = self._permalinks.open_link(token, self._knowledge.shelf)
        except RoutewijzerError as error:
            asked = " ".join(str(getattr(event, "question", "")).split())
            return {parts.notice: render.notice(error.message(t.language)), parts.box: gr.Textbox(value=asked)}
        opened = Exchange(_turn(exchanges), pinned.question, pinned.answer, pinned.searched, token, pinned)
        kept = (*exchanges, opened)[-_REMEMBERED:]
        box = gr.Textbox(value="", placeholder=t.ask_next)
        return self._settled(kept, t) | {parts.exchanges: kept, parts.notice: "", parts.box: box}

    def clear(self, language: Language) -> Outputs:
        """Forget the conversation and show the first page again."""
        parts, t = self._parts, texts(language)
        return {
            parts.box: gr.Textbox(value="", placeholder=t.ask_first),
            parts.again: gr.Button(visible=False),
            parts.notice: "",
            parts.examples: render.examples(self._knowledge.examples.groups, t),
            parts.earlier: "",
            parts.newest: _newest("", ""),
            parts.exchanges: (),
        }

    def relabel(self, language: Language, exchanges: tuple[Exchange, ...]) -> Outputs:
        """The whole tab in another language; what was asked and answered stays as it is."""
        parts, t = self._parts, texts(language)
        answered = bool(exchanges)
        return {
            parts.box: gr.Textbox(label=t.ask_label, placeholder=t.ask_next if answered else t.ask_first),
            parts.ask: gr.Button(t.ask),
            parts.again: gr.Button(t.again),
            parts.notice: "",
            parts.examples: "" if answered else render.examples(self._knowledge.examples.groups, t),
            parts.earlier: render.earlier(exchanges[:-1], t),
            parts.newest: self._shown(exchanges, t) if answered else _newest("", ""),
            parts.panel: render.panel(t),
            parts.narrow: narrowing.shell(self._knowledge.language_model is not None, t),
        }

    def _answer(self, text: str, exchanges: tuple[Exchange, ...], t: Texts, wish: Wish) -> Iterator[Outputs]:
        parts = self._parts
        question = " ".join(text.split())
        try:
            # history for the language of the question is its own; the language of the page decides only its words
            events = self._knowledge.stream(question, _turns(exchanges), wish.filters, mode=wish.mode)
            searched = self._knowledge.searched(wish.filters)
            yield from self._begin(question, next(events), exchanges, t)
            yield from self._made(question, events, searched, exchanges, t)
        except RoutewijzerError as error:
            yield {parts.notice: render.notice(error.message(t.language))}
        except Exception:
            _LOG.exception("a question was not answered")
            yield self._settled(exchanges, t) | {
                parts.box: gr.Textbox(value=question),
                parts.notice: render.notice(t.failed),
            }

    def _begin(self, question: str, first: AnswerEvent, exchanges: tuple[Exchange, ...], t: Texts) -> Iterator[Outputs]:
        """The question moves from the box to the page, what was newest moves up."""
        parts = self._parts
        found = first.citations if isinstance(first, SourcesFound) else ()
        yield {
            parts.box: gr.Textbox(value="", placeholder=t.ask_next),
            parts.notice: "",
            parts.examples: "",
            parts.earlier: render.earlier(exchanges, t),
            parts.newest: _newest(render.in_progress(Progress(_turn(exchanges), question, found), t), "", busy=True),
        }

    def _made(
        self,
        question: str,
        events: Iterator[AnswerEvent],
        searched: Searched,
        exchanges: tuple[Exchange, ...],
        t: Texts,
    ) -> Iterator[Outputs]:
        """The statements as they come, then the whole answer."""
        turn = _turn(exchanges)
        progress = Progress(turn, question)
        shown = time.monotonic()
        for event in events:
            if isinstance(event, AnswerDone):
                link = self._link(question, event.answer, searched)
                kept = (*exchanges, Exchange(turn, question, event.answer, searched, link))[-_REMEMBERED:]
                yield self._settled(kept, t) | {self._parts.exchanges: kept}
            elif isinstance(event, StatementMade):
                progress = Progress(
                    turn,
                    question,
                    (),
                    (*progress.statements, event.statement),
                    (*progress.citations, *event.citations),
                )
                if time.monotonic() - shown >= _PAUSE:
                    shown = time.monotonic()
                    yield {self._parts.newest: _newest(render.in_progress(progress, t), "", busy=True)}

    def _link(self, question: str, answer: Answer, searched: Searched) -> str:
        token = self._permalinks.pack(question, answer, searched, datetime.date.today())
        return token if len(token) <= LONGEST else ""

    def _settled(self, exchanges: tuple[Exchange, ...], t: Texts) -> Outputs:
        """The page when nothing is under way."""
        parts = self._parts
        return {
            parts.again: gr.Button(t.again, visible=bool(exchanges)),
            parts.examples: "" if exchanges else render.examples(self._knowledge.examples.groups, t),
            parts.earlier: render.earlier(exchanges[:-1], t),
            parts.newest: self._shown(exchanges, t) if exchanges else _newest("", ""),
        }

    def _shown(self, exchanges: tuple[Exchange, ...], t: Texts) -> gr.HTML:
        asked = {exchange.question for exchange in exchanges}
        newest = exchanges[-1]
        return _newest(render.answer(newest, t), render.after(newest, asked, t, self._for_team))


def _turn(exchanges: tuple[Exchange, ...]) -> int:
    return exchanges[-1].turn + 1 if exchanges else 1


def _turns(exchanges: tuple[Exchange, ...]) -> list[Turn]:
    return [Turn(exchange.question, as_text(exchange.answer.statements)) for exchange in exchanges]


def _newest(value: str, after: str, busy: bool = False) -> gr.HTML:
    return gr.HTML(value=value, after=after, busy="true" if busy else "false")
