"""A page of HTML that stands by itself, without Gradio: its head, and the colours that all such pages have."""

from __future__ import annotations

from html import escape


def bare_page(language: str, title: str, style: str, body: str) -> str:
    """The whole page. `title` is text; `body` is HTML, and `style` is CSS that comes after what all have in common."""
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n{_HEAD}<title>{escape(title)}</title>\n'
        f"<style>\n{_STYLE}{style}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


_HEAD = """<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
"""
_STYLE = """body { margin: 0; font: 17px/1.55 system-ui, sans-serif; background: #FAF8F4; color: #1B2430; }
h1 { margin: 0 0 8px; font-size: 1.6rem; line-height: 1.2; }
p { margin: 0 0 16px; }
@media (prefers-color-scheme: dark) { body { background: #12181F; color: #E9EDF0; } }
"""
