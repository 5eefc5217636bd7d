"""Every string of the tab "Pilots", in Dutch and in English; a part of `ui/texts.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PilotTexts:
    """The strings of the tab; `{…}` is filled in where the string is used."""

    tab: str
    title: str
    intro: str
    waiting: str
    none_at_all: str

    filters: str
    filters_chosen: str
    clear: str
    facets: Mapping[str, str]
    count_all: str
    count_one: str
    count_more: str
    nothing: str
    nothing_hint: str

    view: str
    views: Mapping[str, str]
    order: str
    orders: Mapping[str, str]
    sort: str
    save: str
    save_excel: str
    save_csv: str

    pilot: str
    who: str
    together: str
    sources: str
    sources_one: str
    sources_more: str
    not_stated: str
    not_in_text: str
    only_first: str

    pick: str
    pick_of: str
    picked_one: str
    picked_more: str
    picked_full: str
    compare: str
    unpick: str

    compared: str
    compared_hint: str
    back: str
    subject: str
    remove: str
    remove_of: str
    label_only: str
    one_left: str

    picture: str
    picture_hint: str
    picture_left: Mapping[str, str]
    picture_table: str
    picture_too_many: str
    picture_node: str
    no_institution: str

    back_to_pilots: str
    failed: str


NL = PilotTexts(
    tab="Pilots",
    title="Pilots",
    intro="Bekijk wie met wie samenwerkt, en leg pilots naast elkaar. Elk nummer laat zien waar het staat.",
    waiting="De pilots worden opgehaald.",
    none_at_all="Er staan nog geen pilots in de documenten.",
    filters="Kies uit de pilots",
    filters_chosen="Kies uit de pilots ({count} gekozen)",
    clear="Wis uw keuze",
    facets={
        "sector": "Sector",
        "level": "Niveau",
        "status": "Status",
        "institution": "Hogeschool",
        "partner": "Branche of partner",
        "region": "Regio",
    },
    count_all="Alle {total} pilots",
    count_one="1 van de {total} pilots",
    count_more="{count} van de {total} pilots",
    nothing="Geen enkele pilot past bij uw keuze.",
    nothing_hint="Wis een of meer keuzes. Dan ziet u weer pilots.",
    view="Weergave",
    views={"cards": "Kaarten", "table": "Tabel", "picture": "Wie met wie"},
    order="Volgorde",
    orders={
        "title": "Naam",
        "sector": "Sector",
        "institution": "Hogeschool",
        "level": "Niveau",
        "status": "Status",
        "-date": "Nieuwste bron eerst",
    },
    sort="Sorteer op {column}",
    save="Bewaar deze lijst:",
    save_excel="Bewaar als Excel",
    save_csv="Bewaar als CSV",
    pilot="Pilot",
    who="Wie",
    together="met",
    sources="Bronnen",
    sources_one="1 bron:",
    sources_more="{count} bronnen:",
    not_stated="niet vermeld",
    not_in_text="staat niet in de tekst",
    only_first="U ziet de eerste {shown}. Kies hierboven, dan ziet u de andere.",
    pick="Vergelijk",
    pick_of="Vergelijk {title}",
    picked_one="1 pilot gekozen. Kies er nog één om te vergelijken.",
    picked_more="{count} pilots gekozen.",
    picked_full="U kunt er vier tegelijk vergelijken. Haal er eerst een weg.",
    compare="Vergelijk nu",
    unpick="Wis",
    compared="{count} pilots naast elkaar",
    compared_hint="Kies een nummer. Dan ziet u de zin in het document.",
    back="Terug naar alle pilots",
    subject="Kenmerk",
    remove="Haal weg",
    remove_of="Haal weg uit de vergelijking: {title}",
    label_only="Kenmerk bij het document: {values}",
    one_left="Voor een vergelijking zijn twee pilots nodig.",
    picture="Wie werkt met wie",
    picture_hint="Elke lijn loopt van of naar een pilot. Kies een naam. Dan ziet u alleen de pilots die daarbij horen.",
    picture_left={
        "sector": "Sectoren", "level": "Niveaus", "institution": "Hogescholen", "partner": "Branches en partners",
    },
    picture_table="Hetzelfde in een tabel",
    picture_too_many="Er zijn te veel pilots om te tekenen. Kies er eerst uit.",
    picture_node="{facet}: {value}, {count} pilots",
    no_institution="hogeschool niet vermeld",
    back_to_pilots="Terug naar de pilots",
    failed="Dit lukte niet. Wat u zag, staat er nog. Probeer het zo nog eens.",
)  # fmt: skip

EN = PilotTexts(
    tab="Pilots",
    title="Pilots",
    intro="See who works with whom, and put pilots side by side. Each number shows where it is written.",
    waiting="The pilots are being fetched.",
    none_at_all="There are no pilots in the documents yet.",
    filters="Choose among the pilots",
    filters_chosen="Choose among the pilots ({count} chosen)",
    clear="Clear your choice",
    facets={
        "sector": "Sector",
        "level": "Level",
        "status": "Status",
        "institution": "University of applied sciences",
        "partner": "Sector organisation or partner",
        "region": "Region",
    },
    count_all="All {total} pilots",
    count_one="1 of {total} pilots",
    count_more="{count} of {total} pilots",
    nothing="No pilot fits your choice.",
    nothing_hint="Clear one or more choices to see pilots again.",
    view="View",
    views={"cards": "Cards", "table": "Table", "picture": "Who with whom"},
    order="Order",
    orders={
        "title": "Name",
        "sector": "Sector",
        "institution": "University of applied sciences",
        "level": "Level",
        "status": "Status",
        "-date": "Newest source first",
    },
    sort="Sort by {column}",
    save="Save this list:",
    save_excel="Save as Excel",
    save_csv="Save as CSV",
    pilot="Pilot",
    who="Who",
    together="with",
    sources="Sources",
    sources_one="1 source:",
    sources_more="{count} sources:",
    not_stated="not stated",
    not_in_text="not in the text",
    only_first="You see the first {shown}. Choose above to see the others.",
    pick="Compare",
    pick_of="Compare {title}",
    picked_one="1 pilot chosen. Choose one more to compare.",
    picked_more="{count} pilots chosen.",
    picked_full="You can compare four at a time. Take one away first.",
    compare="Compare now",
    unpick="Clear",
    compared="{count} pilots side by side",
    compared_hint="Choose a number to see the sentence in its document.",
    back="Back to all pilots",
    subject="Subject",
    remove="Take out",
    remove_of="Take out of the comparison: {title}",
    label_only="Label of the document: {values}",
    one_left="A comparison needs two pilots.",
    picture="Who works with whom",
    picture_hint="Each line runs from or to a pilot. Choose a name to see only the pilots that belong to it.",
    picture_left={
        "sector": "Sectors",
        "level": "Levels",
        "institution": "Universities of applied sciences",
        "partner": "Sector organisations and partners",
    },
    picture_table="The same as a table",
    picture_too_many="There are too many pilots to draw. Choose among them first.",
    picture_node="{facet}: {value}, {count} pilots",
    no_institution="university not stated",
    back_to_pilots="Back to the pilots",
    failed="This did not work. What you saw is still there. Please try again in a moment.",
)
