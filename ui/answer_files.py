"""An answer with its sources as a file to keep: Markdown, or Word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kb.permalink import Pinned
from kb.types import Answer, Citation, Statement
from ui import render
from ui.texts import Texts
from ui.word import LONGEST_LINK, Run, WordFile

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")


def as_markdown(pinned: Pinned, link: str, t: Texts) -> str:
    """The answer as Markdown; `link` is the whole address of the permanent link."""
    lines = [f"# {_escaped(pinned.question)}", "", f"*{_escaped(_made_on(pinned, t))}*", ""]
    answer = pinned.answer
    for heading, statements in _parts(answer, t):
        lines += [*([f"{_escaped(heading)}:", ""] if heading else []), *_bullets(statements), ""]
    lines += [_escaped(line) for line in _verdict(pinned, t)]
    sources = answer.citations or answer.closest
    if sources:
        lines += ["", f"## {t.sources}", ""]
    for citation in sources:
        lines += [f"{citation.number}. **{_escaped(citation.title)}**. {_escaped(_about(citation, t))}", ""]
        quote = " ".join(citation.quote.split())
        lines += [f"   > {_escaped(quote)}", ""]
        if _is_web(citation.url):
            lines += [f"   {t.website}: <{citation.url}>", ""]
    lines += ["", _escaped(t.asking.link), "", f"<{link}>", ""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def as_word(pinned: Pinned, link: str, t: Texts) -> bytes:
    """The answer as a Word file."""
    answer = pinned.answer
    file = WordFile(pinned.question, t.language)
    file.heading(pinned.question, 0)
    file.paragraph(Run(_made_on(pinned, t), muted=True))
    for heading, statements in _parts(answer, t):
        if heading:
            file.paragraph(f"{heading}:")
        if len(statements) == 1:
            file.paragraph(statements[0].text, Run(f" {_numbers(statements[0])}", bold=True))
        else:
            file.bullets((s.text, Run(f" {_numbers(s)}", bold=True)) for s in statements)
    for line in filter(None, _verdict(pinned, t)):
        file.paragraph(line)
    _sources(file, answer.citations or answer.closest, t)
    if len(link) <= LONGEST_LINK:
        file.paragraph(Run(f"{t.asking.link} ", muted=True), Run(t.name, url=link))
    else:
        file.paragraph(Run(f"{t.asking.link} {link}", muted=True))
    return file.data()


def _parts(answer: Answer, t: Texts) -> Iterator[tuple[str, Sequence[Statement]]]:
    """The answer itself, and below a heading what the documents say besides."""
    for heading, statements in (("", answer.leading), (t.further, answer.further)):
        if statements:
            yield heading, statements


def _bullets(statements: Sequence[Statement]) -> list[str]:
    return [f"- {_escaped(s.text)} {_numbers(s)}" for s in statements]


def _sources(file: WordFile, sources: Sequence[Citation], t: Texts) -> None:
    if sources:
        file.heading(t.sources, 1)
    for citation in sources:
        site = [Run(". "), Run(t.website, url=str(citation.url))] if _is_web(citation.url) else []
        lead = Run(f"[{citation.number}] {citation.title}", bold=True)
        file.paragraph(lead, Run(f". {_about(citation, t)}"), *site)
        file.quote(citation.quote)


def _made_on(pinned: Pinned, t: Texts) -> str:
    return t.asking.answered_on.format(date=t.date(pinned.on.isoformat())) + "."


def _verdict(pinned: Pinned, t: Texts) -> Iterator[str]:
    """What the page says of the answer: how sure, where was searched, and what has changed since."""
    answer = pinned.answer
    if answer.statements:
        yield f"{render.verdict(answer, t)} {t.sure(answer.certainty)} {t.asking.made_by}"
    elif answer.closest:
        yield " ".join(t.refused(answer))
    else:
        yield t.asking.saved_gone if answer.answered else t.nothing
    yield ""
    yield " ".join(filter(None, (render.looked_in(pinned.searched, t), answer.note)))


def _about(citation: Citation, t: Texts) -> str:
    return ", ".join((t.kinds[citation.kind], *render.place_of(citation, t), f"{t.version} {citation.version}"))


def _numbers(statement: Statement) -> str:
    return "".join(f"[{number}]" for number in statement.citations)


def _is_web(url: str | None) -> bool:
    return bool(url) and str(url).startswith(("https://", "http://"))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
