"""The strings of the tab "Vraag het" for all around a question, in Dutch and in English; a part of `ui/texts.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskTexts:
    """Narrowing, keeping and judging an answer; `{…}` is filled in where the string is used."""

    i_am: str
    who: Mapping[str, str]

    narrow: str
    narrowed: str
    narrow_facets: Mapping[str, str]
    any: str
    fits_one: str
    fits_more: str
    narrow_clear: str
    narrow_failed: str
    writer: str
    writer_auto: str
    writer_extractive: str

    searched: str
    searched_words: str
    searched_one: str
    only_in: str
    everywhere: str
    based_one: str
    based_more: str

    why_not: str
    reasons: Mapping[str, str]
    comment: str
    comment_hint: str
    send: str
    sent: str

    keep: str
    save_word: str
    save_text: str
    saving: str
    save_failed: str
    copy_link: str
    copy_quote: str
    answered_on: str
    quote: str
    link: str
    made_by: str

    saved_on: str
    saved_one: str
    saved_more: str
    saved_later: str
    saved_lost_one: str
    saved_lost_more: str
    saved_gone: str
    ask_again: str

    trace: str
    trace_hint: str
    trace_show: str
    trace_working: str


NL = AskTexts(
    i_am="Ik ben van",
    who={"hogeschool": "een hogeschool", "branche": "een branche", "programmateam": "het programmateam"},
    narrow="Zoek alleen in bepaalde documenten",
    narrowed="U zoekt alleen in: {what}",
    narrow_facets={"kind": "Soort document", "sector": "Sector", "institution": "Hogeschool", "level": "Niveau"},
    any="Alle",
    fits_one="1 document past hierbij.",
    fits_more="{count} documenten passen hierbij.",
    narrow_clear="Zoek weer in alle documenten",
    narrow_failed="De keuzes kunnen nu niet worden getoond. Uw vraag gaat naar alle documenten.",
    writer="Soort antwoord",
    writer_auto="In eigen woorden, door een taalmodel",
    writer_extractive="Letterlijk uit de documenten",
    searched="Gezocht in {count} documenten, op woorden en op betekenis.",
    searched_words="Gezocht in {count} documenten, op woorden.",
    searched_one="Gezocht in 1 document.",
    only_in="Alleen in: {what}.",
    everywhere="Stel deze vraag aan alle documenten",
    based_one="Door een taalmodel geschreven, uit 1 document.",
    based_more="Door een taalmodel geschreven, uit {count} documenten.",
    why_not="Waarom hielp dit niet?",
    reasons={
        "wrong": "Het klopt niet",
        "incomplete": "Er ontbreekt iets",
        "beside": "Het gaat over iets anders",
        "unclear": "Ik begrijp het niet",
    },
    comment="Toelichting (hoeft niet)",
    comment_hint="Het programmateam leest dit. Schrijf hier geen namen of andere persoonlijke gegevens.",
    send="Verstuur",
    sent="Dank u wel. Het programmateam kan dit nu lezen.",
    keep="Bewaar dit antwoord",
    save_word="Bewaar als Word",
    save_text="Bewaar als tekst (Markdown)",
    saving="Het bestand wordt gemaakt.",
    save_failed="Het bestand is niet gemaakt. Probeer het later opnieuw.",
    copy_link="Kopieer de vaste link",
    copy_quote="Kopieer het citaat",
    answered_on="Antwoord van Routewijzer op {date}",
    quote="Citaat",
    link="Vaste link naar dit antwoord, met dezelfde versies van de documenten:",
    made_by="Elk nummer verwijst naar het citaat bij de bronnen.",
    saved_on="Bewaard antwoord van {date}.",
    saved_one="Het citaat is zojuist nagekeken: het staat zo in het document.",
    saved_more="De {count} citaten zijn zojuist nagekeken: ze staan zo in de documenten.",
    saved_later="Hiervan is er nu een nieuwere versie: {titles}. U ziet de versie van toen.",
    saved_lost_one="1 citaat is er niet meer: het document is weggehaald of apart gezet. Wat daarop rustte, ontbreekt.",
    saved_lost_more="{count} citaten zijn er niet meer: de documenten zijn weggehaald of apart gezet. Wat daarop "
    "rustte, ontbreekt.",
    saved_gone="De documenten achter dit antwoord zijn er niet meer.",
    ask_again="Stel deze vraag opnieuw",
    trace="Hoe kwam dit antwoord tot stand? (programmateam)",
    trace_hint="Hiervoor is de sleutel van het programmateam nodig. De sleutel blijft op deze pagina en wordt niet "
    "bewaard.",
    trace_show="Toon de stappen",
    trace_working="De stappen worden opgehaald.",
)

EN = AskTexts(
    i_am="I am from",
    who={
        "hogeschool": "a university of applied sciences",
        "branche": "a sector organisation",
        "programmateam": "the programme team",
    },
    narrow="Search only in certain documents",
    narrowed="You search only in: {what}",
    narrow_facets={"kind": "Kind of document", "sector": "Sector", "institution": "Institution", "level": "Level"},
    any="All",
    fits_one="1 document fits.",
    fits_more="{count} documents fit.",
    narrow_clear="Search in all documents again",
    narrow_failed="The choices cannot be shown now. Your question goes to all documents.",
    writer="Kind of answer",
    writer_auto="In its own words, by a language model",
    writer_extractive="Literally from the documents",
    searched="Searched in {count} documents, by words and by meaning.",
    searched_words="Searched in {count} documents, by words.",
    searched_one="Searched in 1 document.",
    only_in="Only in: {what}.",
    everywhere="Ask this of all documents",
    based_one="Written by a language model, from 1 document.",
    based_more="Written by a language model, from {count} documents.",
    why_not="Why did this not help?",
    reasons={
        "wrong": "It is not right",
        "incomplete": "Something is missing",
        "beside": "It is about something else",
        "unclear": "I do not understand it",
    },
    comment="Explanation (optional)",
    comment_hint="The programme team reads this. Please write no names or other personal details here.",
    send="Send",
    sent="Thank you. The programme team can now read this.",
    keep="Keep this answer",
    save_word="Save as Word",
    save_text="Save as text (Markdown)",
    saving="The file is being made.",
    save_failed="The file was not made. Please try again later.",
    copy_link="Copy the permanent link",
    copy_quote="Copy the quote",
    answered_on="Answer by Routewijzer on {date}",
    quote="Quote",
    link="Permanent link to this answer, with the same versions of the documents:",
    made_by="Each number leads to the quote under the sources.",
    saved_on="Saved answer of {date}.",
    saved_one="The quote was checked just now: it is in the document like this.",
    saved_more="All {count} quotes were checked just now: they are in the documents like this.",
    saved_later="There is a newer version of: {titles}. You see the version of that day.",
    saved_lost_one="1 quote is no longer there, as its document was taken away or set apart. What rested on it is not "
    "shown.",
    saved_lost_more="{count} quotes are no longer there, as their documents were taken away or set apart. What rested "
    "on them is not shown.",
    saved_gone="The documents behind this answer are no longer there.",
    ask_again="Ask this question again",
    trace="How did this answer come about? (programme team)",
    trace_hint="This needs the key of the programme team. The key stays on this page and is not kept.",
    trace_show="Show the steps",
    trace_working="The steps are being fetched.",
)
