"""The tab "Start je route" as HTML: the questions, and the plan; pure functions, in which what is told is escaped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import urlencode

from kb.route_answers import LONGEST_SECTOR, Answers
from kb.route_examples import ExamplePilot
from kb.route_plan import PlannedAction, PlannedPhase, PlannedStep, RoutePlan
from kb.route_template import Inquiry, Option, RouteTemplate
from kb.types import Citation
from kb.vocabulary import Vocabulary
from ui import render
from ui.texts import Texts

_SCRIPT_WORDS = ("choose", "name_sector", "stored", "failed", "progress", "phase_progress", "next", "make")
"""The strings that the tab's own script uses."""
OTHER = "anders"
"""The choice of a sector that is not in the list."""


def query(answers: Answers) -> str:
    """The answers as they stand in an address."""
    values = {
        "rol": answers.role,
        "sector": answers.sector,
        "niveau": answers.level,
        "situatie": ",".join(answers.situation),
    }
    return urlencode({name: value for name, value in values.items() if value})


def about(answers: Answers, template: RouteTemplate, vocabulary: Vocabulary, t: Texts) -> tuple[str, ...]:
    """What was answered, in words."""
    r = t.route
    role = template.role(answers.role)
    chosen = [option.name.of(t.language) for option in template.options if option.id in answers.situation]
    return (
        role.name.of(t.language) if role else answers.role,
        r.sector.format(name=vocabulary.shown("sector", answers.sector, t.language)) if answers.sector else r.no_sector,
        r.level.format(name=vocabulary.shown("niveau", answers.level, t.language)) if answers.level else r.no_level,
        *(name[:1].lower() + name[1:] for name in chosen),
    )


# --- the questions ------------------------------------------------------------------------------------------------


def shell(template: RouteTemplate, vocabulary: Vocabulary, t: Texts) -> str:
    """The tab with all its questions, of which the script shows one at a time, and an empty place for the plan."""
    r = t.route
    if not template.roles:
        return f'<div class="rw-route" lang="{t.language}"><h2>{escape(r.tab)}</h2><p>{escape(r.off)}</p></div>'
    words = {name: getattr(r, name) for name in _SCRIPT_WORDS}
    screens = [
        _radios("rol", [(role.id, role.name.of(t.language)) for role in template.roles]),
        _sectors(vocabulary, t),
        _radios("niveau", [*_known("niveau", vocabulary, t), ("", r.not_known)]),
        "".join(_inquiry(inquiry, t) for inquiry in template.situation),
    ]
    questions = (r.role_question, r.sector_question, r.level_question, r.situation_question)
    asked = [(q, screen) for q, screen in zip(questions, screens, strict=True) if screen]
    sections = "".join(_screen(n, len(asked), q, screen, t) for n, (q, screen) in enumerate(asked, start=1))
    return (
        f'<div class="rw-route" lang="{t.language}" data-source-home'
        f' data-words="{escape(json.dumps(words, ensure_ascii=False))}">'
        f'<form class="rw-route-form" novalidate><p class="rw-route-intro">{escape(r.intro)}</p>'
        f'<div class="rw-route-stored" hidden><p></p>'
        f'<button type="button" class="rw-quiet" data-route="stored">{escape(r.open_stored)}</button></div>'
        f"{sections}"
        f'<div class="rw-route-nav"><button type="button" class="rw-whole" data-route="back" hidden>{escape(r.back)}'
        f'</button><button class="rw-route-next">{escape(r.next)}</button></div>'
        # below the buttons, so that these stay where they are when it comes or goes
        '<p class="rw-notice rw-route-notice" role="alert" hidden></p></form>'
        f'<div class="rw-route-columns" hidden><div class="rw-route-plan"></div>{_side(t)}</div></div>'
    )


def _screen(number: int, total: int, question: str, inside: str, t: Texts) -> str:
    counted = t.route.number_of.format(number=number, total=total)
    return (
        f'<section class="rw-screen" data-screen aria-labelledby="rw-screen-{number}" hidden>'
        f'<p class="rw-about">{escape(counted)}</p>'
        f'<h2 id="rw-screen-{number}" tabindex="-1">{escape(question)}</h2>{inside}</section>'
    )


def _radios(name: str, choices: Sequence[tuple[str, str]], label: str = "") -> str:
    rows = "".join(
        f'<label class="rw-choice"><input type="radio" name="{escape(name)}" value="{escape(value)}">'
        f"<span>{escape(shown)}</span></label>"
        for value, shown in choices
    )
    named = f"<legend>{escape(label)}</legend>" if label else ""
    return f'<fieldset class="rw-choices">{named}{rows}</fieldset>'


def _sectors(vocabulary: Vocabulary, t: Texts) -> str:
    r = t.route
    known = _known("sector", vocabulary, t)
    return (
        _radios("sector", [*known, (OTHER, r.other_sector), ("", r.not_known)])
        + f'<div class="rw-route-other" hidden><label for="rw-route-other">{escape(r.which_sector)}</label>'
        f'<input id="rw-route-other" name="anders" maxlength="{LONGEST_SECTOR}" autocomplete="off"></div>'
    )


def _known(facet: str, vocabulary: Vocabulary, t: Texts) -> list[tuple[str, str]]:
    """Each value of a facet, with what it is called on the page."""
    return [(value.name, vocabulary.shown(facet, value.name, t.language)) for value in vocabulary.of(facet)]


def _inquiry(inquiry: Inquiry, t: Texts) -> str:
    question = inquiry.question.of(t.language)
    if not inquiry.several:
        choices = [*((o.id, o.name.of(t.language)) for o in inquiry.options), ("", t.route.not_known)]
        return _radios(f"situatie-{inquiry.id}", choices, question)
    rows = "".join(_box(option, t) for option in inquiry.options)
    return (
        f'<fieldset class="rw-choices"><legend>{escape(question)}</legend>'
        f'<p class="rw-about">{escape(t.route.several)}</p>{rows}</fieldset>'
    )


def _box(option: Option, t: Texts) -> str:
    return (
        f'<label class="rw-choice" data-without="{escape(" ".join(sorted(option.without)))}">'
        f'<input type="checkbox" name="situatie" value="{escape(option.id)}">'
        f"<span>{escape(option.name.of(t.language))}</span></label>"
    )


def _side(t: Texts) -> str:
    """The place of a source, with the words of this tab for the way back."""
    words = {**render.panel_words(t), "back": t.route.back_to_plan}
    return (
        f'<div class="rw-route-side rw-panel-home" data-words="{escape(json.dumps(words, ensure_ascii=False))}">'
        f'<p class="rw-hint">{escape(t.source_hint)}</p>'
        f'<section class="rw-panel" aria-label="{escape(t.source_label)}" hidden></section></div>'
    )


# --- the plan -----------------------------------------------------------------------------------------------------


def plan(made: RoutePlan, template: RouteTemplate, vocabulary: Vocabulary, today: str, link: str, t: Texts) -> str:
    """The plan; `today` is a date as YYYY-MM-DD, `link` its whole address."""
    r = t.route
    told = about(made.answers, template, vocabulary, t)
    cited = {citation.number: citation for citation in made.citations}
    note = f'<p class="rw-route-note">{escape(made.note)}</p>' if made.note else ""
    return (
        f'<article class="rw-plan" lang="{t.language}" data-query="{escape(query(made.answers))}"'
        f' data-role="{escape(made.answers.role)}" data-about="{escape(", ".join(told))}">'
        f'<header><h2 tabindex="-1">{escape(r.title)}</h2>'
        f'<p class="rw-route-about">{escape(" · ".join(told))}</p>'
        f'<p class="rw-about">{escape(r.made_on.format(date=t.date(today)))}</p></header>'
        f"{_tools(made, link, t)}{_progress(made, t)}{note}{_nearest(made, cited, vocabulary, t)}"
        f"{''.join(_phase(phase, cited, t) for phase in made.phases)}"
        f"{_sources(made, t)}"
        f'<p class="rw-route-link">{escape(r.link)}: <a href="{escape(link)}">{escape(link)}</a></p></article>'
    )


def _tools(made: RoutePlan, link: str, t: Texts) -> str:
    r = t.route
    asked = f"{query(made.answers)}&taal={t.language}"

    def download(kind: str, label: str) -> str:
        address = escape(f"route/plan.{kind}?{asked}")
        return f'<a class="rw-route-tool" href="{address}" data-download="{address}" download>{escape(label)}</a>'

    return (
        f'<div class="rw-route-tools" role="group" aria-label="{escape(r.tools)}">'
        f'<button type="button" class="rw-route-tool" data-route="print">{escape(r.print)}</button>'
        f"{download('docx', r.word)}{download('md', r.markdown)}"
        f'<button type="button" class="rw-route-tool" data-copy="{escape(link)}">{escape(r.copy_link)}</button>'
        f'<button type="button" class="rw-route-tool" data-route="change">{escape(r.change)}</button>'
        f'<button type="button" class="rw-route-tool" data-route="again">{escape(r.again)}</button>'
        f'<span class="rw-done" role="status"></span></div><p class="rw-about rw-route-kept">{escape(r.kept)}</p>'
    )


def _progress(made: RoutePlan, t: Texts) -> str:
    r = t.route
    rows = "".join(
        f'<li><a href="#rw-phase-{escape(phase.id)}" data-phase="{escape(phase.id)}">{escape(phase.title)}</a>'
        f'<span class="rw-about" data-phase-done="{escape(phase.id)}">'
        f"{escape(r.phase_progress.format(done=0, total=len(phase.steps)))}</span></li>"
        for phase in made.phases
    )
    told = r.progress.format(done=0, total=len(made.steps))
    return (
        f'<div class="rw-route-progress"><p><span>{escape(r.tick)}</span> <strong role="status">{escape(told)}</strong>'
        f'</p><nav aria-label="{escape(r.phases)}"><ul>{rows}</ul></nav></div>'
    )


def _nearest(made: RoutePlan, cited: dict[int, Citation], vocabulary: Vocabulary, t: Texts) -> str:
    if not made.pilots:
        return ""
    rows = "".join(
        f'<li><p class="rw-passage-title">{escape(pilot.title)}</p>'
        f'<p class="rw-about">{escape(" · ".join(_kin(pilot, made.answers, vocabulary, t)))}</p>'
        f"<p>{_said(pilot.text, t)}{_numbers(pilot.citations, cited, t)}</p></li>"
        for pilot in made.pilots
    )
    return f'<section class="rw-route-nearest"><h3>{escape(t.route.nearest)}</h3><ul role="list">{rows}</ul></section>'


def _kin(pilot: ExamplePilot, answers: Answers, vocabulary: Vocabulary, t: Texts) -> Iterator[str]:
    """What an example is, and in what it is like the route that was asked for and in what it is not."""
    r = t.route
    yield t.kinds[pilot.kind]
    sectors = (vocabulary.shown("sector", one, t.language) for one in pilot.sector)
    facts = ", ".join((*sectors, *pilot.levels))
    if facts:
        yield facts
    if answers.sector:
        yield r.same_sector if pilot.same_sector else r.other_sector_than
    if answers.level and pilot.levels:
        yield r.same_level if pilot.same_level else r.other_level_than


def _phase(phase: PlannedPhase, cited: dict[int, Citation], t: Texts) -> str:
    name = escape(phase.id)
    steps = "".join(_step(step, cited, t) for step in phase.steps)
    return (
        f'<section class="rw-phase" aria-labelledby="rw-phase-{name}" data-phase="{name}">'
        f'<h3 id="rw-phase-{name}" tabindex="-1">{escape(phase.title)}</h3>{steps}</section>'
    )


def _step(step: PlannedStep, cited: dict[int, Citation], t: Texts) -> str:
    r = t.route
    tick = (
        f'<h4><label><input type="checkbox" data-done="{escape(step.id)}">'
        f"<span>{step.number}. {escape(step.title)}</span></label></h4>"
    )
    if step.covered:
        actions = f'<ul class="rw-do">{"".join(_action(one, cited, t) for one in step.actions)}</ul>'
    else:
        actions = f'<p class="rw-uncovered">{escape(r.gap)}</p>'
    rows = [(r.with_whom, escape(", ".join(step.partners)))]
    rows.append((r.ask_to.format(to=step.asked), f"<q>{escape(step.question)}</q>"))
    if step.example:
        rows.append((r.example, _example(step.example, cited, t)))
    elif step.covered:
        rows.append((r.example, f'<span class="rw-about">{escape(r.no_example)}</span>'))
    facts = "".join(f"<div><dt>{escape(name)}</dt><dd>{told}</dd></div>" for name, told in rows)
    further = (
        f'<button type="button" class="rw-quiet rw-further" data-ask="{escape(step.search)}"'
        f' aria-label="{escape(f"{r.search}: {step.title}")}">{escape(r.search)}</button>'
        if step.search
        else ""
    )
    return f'<section class="rw-step" data-step="{escape(step.id)}">{tick}{actions}<dl>{facts}</dl>{further}</section>'


def _action(action: PlannedAction, cited: dict[int, Citation], t: Texts) -> str:
    points = "".join(f"<li>{_said(point, t)}</li>" for point in action.points)
    inside = f"<ul>{points}</ul>" if points else ""
    numbers = _numbers(action.citations, cited, t)
    if action.literal:
        return (
            f'<li><span class="rw-about">{escape(t.route.literal)}</span> {_said(action.text, t)}{numbers}{inside}</li>'
        )
    return f"<li>{escape(action.text)}{numbers}{inside}</li>"


def _example(example: ExamplePilot, cited: dict[int, Citation], t: Texts) -> str:
    facts = [*example.sector, *example.levels]
    named = escape(example.title) + (f' <span class="rw-about">({escape(", ".join(facts))})</span>' if facts else "")
    points = "".join(f"<li>{_said(point, t)}</li>" for point in example.points)
    listed = f"<ul>{points}</ul>" if points else ""
    told = f"{_said(example.text, t)}{_numbers(example.citations, cited, t)}{listed}"
    return f"<strong>{named}</strong><br>{told}"


def _said(text: str, t: Texts) -> str:
    """Words of a document, marked with their language where the page has another."""
    return render.in_its_language(text, t)


def _numbers(numbers: Sequence[int], cited: dict[int, Citation], t: Texts) -> str:
    buttons = "".join(render.citation_button(cited[number], len(cited), t) for number in numbers)
    return f'<span class="rw-numbers">{buttons}</span>'


def _sources(made: RoutePlan, t: Texts) -> str:
    """Every cited document once, with its version, and below it each quote by its number (for who prints it)."""
    groups: dict[tuple[str, str], list[Citation]] = {}
    for citation in made.citations:
        groups.setdefault((citation.document_id, citation.version), []).append(citation)
    rows = "".join(_source(group, len(made.citations), t) for group in groups.values())
    return f'<section class="rw-route-sources"><h3>{escape(t.route.sources)}</h3><ul role="list">{rows}</ul></section>'


def _close(quote: str) -> str:
    """A quote without the empty lines between its paragraphs."""
    return quote.replace("\n\n", "\n")


def _source(group: Sequence[Citation], total: int, t: Texts) -> str:
    first = group[0]
    told = " · ".join(
        filter(None, (t.kinds[first.kind], t.date(first.date), f"{t.version} {first.version}", render.web(first) or ""))
    )
    quotes = "".join(
        f"<li>[{one.number}] {escape(', '.join(render.place(one, t)))} “{_said(_close(one.quote), t)}”</li>"
        for one in group
    )
    return (
        f"<li><strong>{escape(first.title)}</strong>"
        f'<span class="rw-route-numbers">{"".join(render.citation_button(one, total, t) for one in group)}</span>'
        f'<span class="rw-about">{escape(told)}</span><ul class="rw-route-quotes">{quotes}</ul></li>'
    )
