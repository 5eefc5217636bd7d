"""Every string that people see on the page, in Dutch and in English.

Dutch at B1: "u", short sentences, verbs on buttons, no technical words. A word that is missing in one of the two
languages is a type error, as both are the same record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kb.types import Answer, DocumentKind, Language
from ui import ask_texts, document_texts, gap_texts, pilot_texts, route_texts
from ui.ask_texts import AskTexts
from ui.document_texts import DocumentTexts
from ui.gap_texts import GapTexts
from ui.pilot_texts import PilotTexts
from ui.route_texts import RouteTexts


@dataclass(frozen=True, slots=True)
class Texts:
    """All strings of the page in one language; `{…}` is filled in where the string is used."""

    language: Language
    name: str
    tagline: str
    ask_tab: str
    header_label: str
    to_dark: str
    to_light: str
    wait: str
    no_script: str

    ask_label: str
    ask_first: str
    ask_next: str
    ask: str
    again: str
    examples: str
    groups: Mapping[str, str]

    asked: str
    searched: str
    searching: str
    found: str
    stated_one: str
    stated_more: str
    very_sure: str
    rather_sure: str
    unsure: str
    not_stated: str
    closest: str
    no_certain: str
    perhaps_in: str
    further: str
    nothing: str
    nothing_try: str
    also_asked: str
    sources: str
    terms: str
    earlier: str

    helped: str
    yes: str
    no: str
    thanks: str
    feedback_failed: str
    copy: str
    copied: str
    copy_failed: str

    source_name: str
    source_of: str
    source_hint: str
    source_label: str
    section: str
    page: str
    version: str
    superseded: str
    whole: str
    passage: str
    show_page: str
    show_passage: str
    page_alt: str
    page_loading: str
    page_failed: str
    original: str
    website: str
    back: str
    close: str
    new_tab: str
    source_failed: str

    failed: str
    offline: str

    kinds: Mapping[DocumentKind, str]
    months: tuple[str, ...]
    asking: AskTexts
    documents: DocumentTexts
    route: RouteTexts
    pilots: PilotTexts
    gaps: GapTexts

    def stated(self, documents: int) -> str:
        """How many documents an answer was taken from, in words."""
        return self.stated_one if documents == 1 else self.stated_more.format(count=documents)

    def refused(self, answer: Answer) -> tuple[str, str]:
        """What is said of a question without an answer, and of the passages that come closest to one."""
        return (self.no_certain, self.perhaps_in) if answer.perhaps else (self.not_stated, self.closest)

    def sure(self, certainty: float) -> str:
        """A probability from 0 to 1 in words."""
        if certainty >= 0.8:
            return self.very_sure
        return self.rather_sure if certainty >= 0.6 else self.unsure

    def group(self, name: str) -> str:
        """The heading above the examples of a kind of visitor; its name where there are no words for it."""
        return self.groups.get(name) or name[:1].upper() + name[1:].replace("_", " ")

    def number(self, value: int) -> str:
        """A whole number as people write it: 2700 is "2.700" in Dutch, "2,700" in English."""
        return f"{value:,}".replace(",", "." if self.language == "nl" else ",")

    def date(self, iso: str | None) -> str:
        """A date as people write it: `2020-02-18` is "18 februari 2020"; a year or month alone stays one."""
        match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", iso or "")
        if not match or not 1 <= int(match[2] or 1) <= 12:
            return iso or ""
        year, month, day = match.groups()
        return " ".join(part for part in (day and str(int(day)), month and self.months[int(month) - 1], year) if part)


NL = Texts(
    language="nl",
    name="Routewijzer",
    ask_tab="Vraag het",
    tagline="Antwoorden over de mkb-route in het hbo, met de plaats waar het staat.",
    header_label="Taal en kleuren",
    to_dark="Donker",
    to_light="Licht",
    wait="Een ogenblik, de pagina wordt geladen.",
    no_script="Deze pagina werkt alleen met JavaScript. Zet dat aan in uw browser en laad de pagina opnieuw.",
    ask_label="Wat wilt u weten over de mkb-route in het hbo?",
    ask_first="Typ uw vraag",
    ask_next="Typ een vervolgvraag",
    ask="Vraag",
    again="Begin opnieuw",
    examples="Bijvoorbeeld",
    groups={
        "hogeschool": "Voor hogescholen",
        "branche": "Voor branches",
        "programmateam": "Voor het programmateam",
    },
    asked="U vroeg:",
    searched="Gezocht op:",
    searching="Even zoeken in de documenten.",
    found="Gevonden in:",
    stated_one="Staat letterlijk in 1 document.",
    stated_more="Staat letterlijk in {count} documenten.",
    very_sure="Routewijzer is hier heel zeker van.",
    rather_sure="Routewijzer is hier vrij zeker van.",
    unsure="Routewijzer is hier niet zeker van. Lees ook de bron.",
    not_stated="Dit staat niet in de documenten.",
    closest="Dit komt het dichtst in de buurt:",
    no_certain="Een zeker antwoord is niet gevonden.",
    perhaps_in="Misschien staat het hierin:",
    further="Zie ook in de documenten",
    nothing="Hierover gaan de documenten niet.",
    nothing_try="Deze vragen kunnen de documenten wel beantwoorden:",
    also_asked="Ook gevraagd",
    sources="Bronnen",
    terms="Begrippen uitgelegd",
    earlier="Eerder in dit gesprek",
    helped="Hielp dit?",
    yes="Ja",
    no="Nee",
    thanks="Dank u wel.",
    feedback_failed="Uw mening is niet bewaard. Probeer het later opnieuw.",
    copy="Kopieer het antwoord",
    copied="Gekopieerd.",
    copy_failed="Kopiëren lukt niet in deze browser. Selecteer de tekst en kopieer die.",
    source_name="Bron {number}: {title}",
    source_of="Bron {number} van {total}",
    source_hint="Kies een nummer. Dan ziet u hier waar het staat.",
    source_label="Bron",
    section="paragraaf",
    page="p.",
    version="versie",
    superseded="Van dit document is er nu een nieuwere versie. U ziet de versie waaruit het antwoord komt.",
    whole="Hele document",
    passage="Alleen dit stuk",
    show_page="Toon de bladzijde",
    show_passage="Toon de tekst",
    page_alt="Bladzijde {page} van {title}, met het aangehaalde stuk gemarkeerd. De tekst staat onder ‘Toon de tekst’.",
    page_loading="De bladzijde wordt getekend.",
    page_failed="De bladzijde kan nu niet worden getoond. De tekst staat er wel.",
    original="Origineel",
    website="Website van de bron",
    back="Terug naar het antwoord",
    close="Sluit",
    new_tab="Opent in een nieuw tabblad",
    source_failed="De tekst eromheen kan nu niet worden getoond. Sluit de bron en open hem opnieuw.",
    failed="Er ging iets mis aan onze kant. Uw vraag staat nog in het vak. Probeer het zo nog eens.",
    offline="De verbinding is weg. Zodra die er weer is, opent deze pagina opnieuw met uw laatste vraag.",
    kinds={
        DocumentKind.PROGRAMME: "Programma",
        DocumentKind.PILOT: "Pilot",
        DocumentKind.GOOD_PRACTICE: "Praktijkvoorbeeld",
        DocumentKind.GUIDE: "Handreiking",
        DocumentKind.CONCEPT: "Begrip",
        DocumentKind.OTHER: "Document",
    },
    months=(
        "januari", "februari", "maart", "april", "mei", "juni",
        "juli", "augustus", "september", "oktober", "november", "december",
    ),
    asking=ask_texts.NL,
    documents=document_texts.NL,
    route=route_texts.NL,
    pilots=pilot_texts.NL,
    gaps=gap_texts.NL,
)  # fmt: skip

EN = Texts(
    language="en",
    name="Routewijzer",
    ask_tab="Ask",
    tagline="Answers about the SME route in higher professional education, with the place where it is written.",
    header_label="Language and colours",
    to_dark="Dark",
    to_light="Light",
    wait="One moment, the page is loading.",
    no_script="This page only works with JavaScript. Turn it on in your browser and reload the page.",
    ask_label="What would you like to know about the SME route?",
    ask_first="Type your question",
    ask_next="Type a follow-up question",
    ask="Ask",
    again="Start again",
    examples="For example",
    groups={
        "hogeschool": "For universities of applied sciences",
        "branche": "For sector organisations",
        "programmateam": "For the programme team",
    },
    asked="You asked:",
    searched="Searched for:",
    searching="Looking in the documents.",
    found="Found in:",
    stated_one="Stated literally in 1 document.",
    stated_more="Stated literally in {count} documents.",
    very_sure="Routewijzer is very sure of this.",
    rather_sure="Routewijzer is fairly sure of this.",
    unsure="Routewijzer is not sure of this. Read the source too.",
    not_stated="The documents do not say this.",
    closest="This comes closest:",
    no_certain="No certain answer was found.",
    perhaps_in="It may be in one of these:",
    further="See also in the documents",
    nothing="The documents are not about this.",
    nothing_try="These questions the documents can answer:",
    also_asked="Also asked",
    sources="Sources",
    terms="Terms explained (in Dutch)",
    earlier="Earlier in this conversation",
    helped="Did this help?",
    yes="Yes",
    no="No",
    thanks="Thank you.",
    feedback_failed="Your opinion was not saved. Please try again later.",
    copy="Copy the answer",
    copied="Copied.",
    copy_failed="Copying does not work in this browser. Select the text and copy it.",
    source_name="Source {number}: {title}",
    source_of="Source {number} of {total}",
    source_hint="Choose a number to see here where it is written.",
    source_label="Source",
    section="section",
    page="p.",
    version="version",
    superseded="There is a newer version of this document. You see the version that the answer was taken from.",
    whole="Whole document",
    passage="Only this part",
    show_page="Show the page",
    show_passage="Show the text",
    page_alt="Page {page} of {title}, with the quoted passage marked. The text is under ‘Show the text’.",
    page_loading="The page is being drawn.",
    page_failed="The page cannot be shown now. The text is still there.",
    original="Original",
    website="Website of the source",
    back="Back to the answer",
    close="Close",
    new_tab="Opens in a new tab",
    source_failed="The text around it cannot be shown now. Close the source and open it again.",
    failed="Something went wrong on our side. Your question is still in the box. Please try again in a moment.",
    offline="The connection is lost. As soon as it is back, this page opens again with your last question.",
    kinds={
        DocumentKind.PROGRAMME: "Programme",
        DocumentKind.PILOT: "Pilot",
        DocumentKind.GOOD_PRACTICE: "Good practice",
        DocumentKind.GUIDE: "Guide",
        DocumentKind.CONCEPT: "Concept",
        DocumentKind.OTHER: "Document",
    },
    months=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    asking=ask_texts.EN,
    documents=document_texts.EN,
    route=route_texts.EN,
    pilots=pilot_texts.EN,
    gaps=gap_texts.EN,
)  # fmt: skip

_BY_LANGUAGE: dict[Language, Texts] = {"nl": NL, "en": EN}


def texts(language: Language) -> Texts:
    """The strings in a language."""
    return _BY_LANGUAGE[language]


def as_language(value: object) -> Language:
    """The language that a browser asks for; Dutch where it is not one of ours."""
    return "en" if value == "en" else "nl"


STARTING = """<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="1">
<title>Routewijzer start</title>
<style>
  :root { color-scheme: light dark; }
  body { margin: 0; min-height: 100vh; display: grid; place-content: center; padding: 24px; box-sizing: border-box;
         background: #faf8f4; color: #1b2430; font: 17px/1.55 system-ui, sans-serif; }
  h1 { margin: 0 0 8px; font-size: 28px; color: #0e5a5a; }
  p { margin: 0 0 4px; max-width: 34em; }
  p[lang=en] { color: #55606e; }
  @media (prefers-color-scheme: dark) {
    body { background: #12181f; color: #e9edf0; }
    h1 { color: #7ccfc7; }
    p[lang=en] { color: #a9b4bf; }
  }
</style>
</head>
<body>
<main>
<h1>Routewijzer</h1>
<p>Routewijzer start. Deze pagina opent zo vanzelf.</p>
<p lang="en">Routewijzer is starting. This page will open by itself.</p>
</main>
</body>
</html>
"""
"""What a visitor sees in the seconds before the page is there; renews itself, without a script."""
