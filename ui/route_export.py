"""A plan to take along: as a Word document or as Markdown, with every quote, its source and its version."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kb.route_examples import ExamplePilot
from kb.route_plan import PlannedAction, PlannedStep, RoutePlan
from kb.types import Citation
from ui import render
from ui.texts import Texts
from ui.word import Run, linked

_BOX, _TICKED = "☐", "☑"


@dataclass(frozen=True, slots=True)
class Export:
    """A plan with all that is told around it."""

    plan: RoutePlan
    about: tuple[str, ...]
    """What was answered, in words."""
    today: str
    """A date as YYYY-MM-DD."""
    link: str
    done: frozenset[str]
    """The ids of the steps that were ticked off."""

    @property
    def ticked(self) -> int:
        """How many of its steps are done."""
        return sum(step.id in self.done for step in self.plan.steps)


def _marks(numbers: Sequence[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _action(action: PlannedAction, t: Texts) -> str:
    literal = f"{t.route.literal} " if action.literal else ""
    return f"{literal}{action.text} {_marks(action.citations)}"


def _example(example: ExamplePilot) -> str:
    facts = ", ".join((*example.sector, *example.levels))
    named = f"{example.title} ({facts})" if facts else example.title
    told = " ".join((example.text, "; ".join(point.rstrip(";.") for point in example.points))).strip()
    return f"{named}. {told} {_marks(example.citations)}"


def _facts(step: PlannedStep, t: Texts) -> Iterator[tuple[str, str]]:
    """With whom, what to ask, the example: each a label and what is told."""
    r = t.route
    yield r.with_whom, ", ".join(step.partners)
    yield r.ask_to.format(to=step.asked), step.question
    if step.example:
        yield r.example, _example(step.example)
    elif step.covered:
        yield r.example, r.no_example


def _documents(citations: Sequence[Citation]) -> list[list[Citation]]:
    """The citations of each document together, in the order in which they are first used."""
    groups: dict[tuple[str, str], list[Citation]] = {}
    for citation in citations:
        groups.setdefault((citation.document_id, citation.version), []).append(citation)
    return list(groups.values())


def _source(citation: Citation, t: Texts) -> str:
    told = (t.kinds[citation.kind], t.date(citation.date), f"{t.version} {citation.version}", render.web(citation))
    return f"{citation.title} ({', '.join(filter(None, told))})"


def _quote(citation: Citation, t: Texts) -> str:
    where = ", ".join(render.place(citation, t))
    return f"[{citation.number}] {where + ': ' if where else ''}“{' '.join(citation.quote.split())}”"


# --- Markdown -----------------------------------------------------------------------------------------------------


def markdown(export: Export, t: Texts) -> str:
    """The plan as Markdown; what comes from documents and visitors is escaped."""
    return "\n".join(_lines(export, t)) + "\n"


def _lines(export: Export, t: Texts) -> Iterator[str]:
    r, plan = t.route, export.plan
    yield from (f"# {r.title}", "", _plain(" · ".join(export.about)), "")
    yield r.made_on.format(date=t.date(export.today)) + ". " + _progress(export, t) + "."
    if plan.note:
        yield from ("", f"> {_plain(plan.note)}")
    if plan.pilots:
        yield from ("", f"## {r.nearest}", "")
        yield from (f"- **{_plain(p.title)}**: {_plain(p.text)} {_marks(p.citations)}" for p in plan.pilots)
    for phase in plan.phases:
        yield from ("", f"## {_plain(phase.title)}")
        for step in phase.steps:
            yield from _step_lines(step, export, t)
    yield from ("", f"## {r.sources}")
    for group in _documents(plan.citations):
        yield from ("", f"**{_plain(_source(group[0], t))}**", "")
        yield from (f"- {_plain(_quote(citation, t), brackets=False)}" for citation in group)
    yield from ("", f"{r.link}: <{export.link}>")


def _step_lines(step: PlannedStep, export: Export, t: Texts) -> Iterator[str]:
    box = _TICKED if step.id in export.done else _BOX
    yield from ("", f"### {box} {step.number}. {_plain(step.title)}", "")
    if not step.covered:
        yield from (f"*{t.route.gap}*", "")
    for action in step.actions:
        yield f"- {_plain(_action(action, t), brackets=False)}"
        yield from (f"  - {_plain(point)}" for point in action.points)
    if step.actions:
        yield ""
    for label, told in _facts(step, t):
        yield f"**{_plain(label)}:** {_plain(told, brackets=False)}  "


def _plain(text: str, brackets: bool = True) -> str:
    """Text in which nothing is Markdown; numbers in brackets stay as they are where they are citations."""
    signs = "\\`*_<>#|~" + ("[]" if brackets else "")
    return "".join(f"\\{c}" if c in signs else c for c in " ".join(text.split()))


def _progress(export: Export, t: Texts) -> str:
    return t.route.progress.format(done=export.ticked, total=len(export.plan.steps))


# --- Word ---------------------------------------------------------------------------------------------------------


def word(export: Export, t: Texts) -> bytes:
    """The plan as a Word document on A4, with headings that make its outline and page numbers at the foot."""
    import docx

    document = docx.Document()
    _prepare(document, export, t)
    r, plan = t.route, export.plan
    document.add_heading(r.title, 0)
    document.add_paragraph(_fit(" · ".join(export.about)))
    document.add_paragraph(f"{r.made_on.format(date=t.date(export.today))}. {_progress(export, t)}.")
    if plan.note:
        document.add_paragraph(_fit(plan.note), style="Intense Quote")
    if plan.pilots:
        document.add_heading(r.nearest, 1)
        for pilot in plan.pilots:
            _labelled(document, pilot.title, f"{pilot.text} {_marks(pilot.citations)}", "List Bullet")
    for phase in plan.phases:
        document.add_heading(phase.title, 1)
        for step in phase.steps:
            _step(document, step, export, t)
    document.add_heading(r.sources, 1)
    for group in _documents(plan.citations):
        first = group[0]
        document.add_heading(_fit(first.title), 3)
        told = (t.kinds[first.kind], t.date(first.date), f"{t.version} {first.version}")
        about = document.add_paragraph(_fit(" · ".join(filter(None, told))))
        if site := render.web(first):
            about.add_run(" · ")
            linked(about, Run(t.website, url=site))
        for citation in group:
            document.add_paragraph(_fit(_quote(citation, t)), style="Quote")
    linked(document.add_paragraph(f"{r.link}: "), Run(_fit(export.link), url=export.link))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _prepare(document: Any, export: Export, t: Texts) -> None:
    """Size of the page, language, type, properties and foot."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "nl-NL" if t.language == "nl" else "en-GB")
    normal.element.get_or_add_rPr().append(language)
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3"):
        style = document.styles[name]
        style.font.color.rgb = RGBColor(0x0E, 0x5A, 0x5A)
        style.font.name = "Calibri"
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    document.styles["Quote"].font.size = Pt(10)
    properties = document.core_properties
    properties.title = _fit(f"{t.route.title}: {', '.join(export.about)}")[:255]  # the most that the format allows
    properties.author = t.name
    properties.language = t.language
    foot = section.footer.paragraphs[0]
    foot.add_run(f"{t.name} · {t.date(export.today)} · ")
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = foot.add_run()
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        element.text = text
        run._r.append(element)


def _step(document: Any, step: PlannedStep, export: Export, t: Texts) -> None:
    box = _TICKED if step.id in export.done else _BOX
    document.add_heading(f"{box} {step.number}. {step.title}", 2)
    if not step.covered:
        document.add_paragraph().add_run(t.route.gap).italic = True
    for action in step.actions:
        document.add_paragraph(_fit(_action(action, t)), style="List Bullet")
        for point in action.points:
            document.add_paragraph(_fit(point), style="List Bullet 2")
    for label, told in _facts(step, t):
        _labelled(document, label, told)


def _fit(text: str) -> str:
    """Text without the signs that a Word file cannot hold."""
    return "".join(c for c in text if c.isprintable() or c == "\n")


def _labelled(document: Any, label: str, told: str, style: str | None = None) -> None:
    paragraph = document.add_paragraph(style=style)
    paragraph.add_run(_fit(f"{label}: ")).bold = True
    paragraph.add_run(_fit(told))
