"""Every string of the tab "Documenten", in Dutch and in English; a part of `ui/texts.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentTexts:
    """The strings of the tab for the programme team; `{…}` is filled in where the string is used."""

    tab: str
    title: str
    off: str
    key_label: str
    key_hint: str
    enter: str
    key_needed: str
    key_wrong: str
    leave: str

    add: str
    choose_files: str
    drop_hint: str
    web_address: str
    fetch: str
    web_invalid: str
    sending: str
    too_large: str
    too_large_server: str
    empty_file: str
    too_many: str
    send_failed: str
    stop_hint: str

    work: str
    work_status: str
    work_lost: str
    kinds_of_work: Mapping[str, str]
    states: Mapping[str, str]
    steps: Mapping[str, str]
    step_count: str
    groups: Mapping[str, str]
    open: str

    documents: str
    search: str
    count_one: str
    count_more: str
    none: str
    none_found: str
    only_first: str
    columns: Mapping[str, str]
    languages: Mapping[str, str]
    held: str
    unconfirmed: str
    in_use: str
    sort: str
    close: str

    held_why: str
    release: str
    released: str
    withhold: str
    withheld: str
    replace: str
    replace_corpus: str
    original: str
    remove: str
    remove_sure: str
    remove_corpus: str
    remove_yes: str
    remove_no: str
    described: Mapping[str, str]

    report: str
    facts: Mapping[str, str]
    share: str
    pages_without_text: str
    near: str
    near_alike: str
    near_inside: str
    notices: str
    suspicious: str
    suspicion: str
    hidden: str
    hidden_reasons: Mapping[str, str]
    outline: str
    no_report: str
    on_page: str

    details: str
    details_hint: str
    fields: Mapping[str, str]
    one_per_line: str
    date_hint: str
    unknown: str
    suggestion: str
    save: str
    faults: str
    too_long: str
    questions_hint: str
    heading_first: str
    saved: str

    versions: str
    this_version: str
    older_version: str
    show_text: str

    text: str
    text_of: str
    text_hint: str
    piece: str
    more_pieces: str
    no_text: str
    failed: str


NL = DocumentTexts(
    tab="Documenten",
    title="Documenten",
    off="Deze tab staat uit. Wie Routewijzer beheert, zet hem aan door een sleutel te kiezen in de instelling "
    "ROUTEWIJZER_TEAM_KEY en Routewijzer opnieuw te starten.",
    key_label="Sleutel van het programmateam",
    key_hint="De sleutel blijft alleen in deze geopende pagina. Na herladen vult u hem opnieuw in.",
    enter="Open de documenten",
    key_needed="Vul de sleutel in.",
    key_wrong="Deze sleutel klopt niet. Controleer hem en probeer het opnieuw.",
    leave="Sluit af",
    add="Voeg toe",
    choose_files="Kies bestanden",
    drop_hint="Of sleep ze naar deze pagina. Per bestand hooguit {most} MB.",
    web_address="Webadres",
    fetch="Haal op",
    web_invalid="Vul een webadres in dat begint met https:// of http://.",
    sending="Versturen",
    too_large="{name}: dit bestand is groter dan {most} MB en is niet verstuurd.",
    too_large_server="{name}: dit bestand is te groot en is niet opgenomen.",
    empty_file="{name}: dit is een leeg bestand of een map en is niet verstuurd.",
    too_many="U kunt {most} bestanden tegelijk versturen. De andere {left} zijn niet verstuurd.",
    send_failed="{name}: het versturen lukte niet. Er is niets gewijzigd. Probeer het opnieuw.",
    stop_hint="Houd deze pagina open tot alles is verstuurd.",
    work="Wat er nu gebeurt",
    work_status="{done} van {total} klaar",
    work_lost="Hoe dit werk ervoor staat, is niet meer bekend.",
    kinds_of_work={
        "add": "Toevoegen", "replace": "Vervangen", "describe": "Gegevens bewaren", "remove": "Weghalen",
        "fetch": "Ophalen",
    },
    states={"queued": "wacht", "running": "bezig", "done": "klaar", "failed": "niet gelukt"},
    steps={"lezen": "lezen", "vectoren": "klaarmaken om in te zoeken"},
    step_count="{step}, {done} van {total}",
    groups={
        "added": "Opgenomen", "replaced": "Vervangen", "unchanged": "Niets veranderd", "removed": "Weggehaald",
        "failed": "Geweigerd", "warnings": "Let op",
    },
    open="Bekijk",
    documents="Alle documenten",
    search="Zoek op titel of naam",
    count_one="1 document",
    count_more="{count} documenten",
    none="Er zijn nog geen documenten.",
    none_found="Geen document heeft deze woorden in zijn titel of naam.",
    only_first="U ziet de eerste {shown}. Zoek om de andere te vinden.",
    columns={
        "title": "Titel", "kind": "Soort", "date": "Datum", "pages": "Bladzijden", "language": "Taal",
        "state": "Staat",
    },
    languages={"nl": "Nederlands", "en": "Engels", "mixed": "Nederlands en Engels door elkaar", "other": "andere taal"},
    held="Apart gezet",
    unconfirmed="Gegevens nog niet bevestigd",
    in_use="In gebruik",
    sort="Sorteer op {column}",
    close="Sluit",
    held_why="Dit document is apart gezet. Er wordt niet uit geantwoord tot u het vrijgeeft.",
    release="Geef vrij",
    released="Vrijgegeven. Er kan weer uit dit document worden geantwoord.",
    withhold="Zet apart",
    withheld="Apart gezet. Er wordt niet meer uit dit document geantwoord.",
    replace="Vervang door een bestand",
    replace_corpus="Dit document staat in de map met vaste documenten. Vervangt u het hier, pas dan ook het bestand "
    "daar aan: anders komt de versie uit die map bij de volgende bijwerking terug.",
    original="Origineel",
    remove="Haal weg",
    remove_sure="U haalt “{title}” weg, met de tekst van alle versies ({versions}). Dat kan niet worden teruggedraaid.",
    remove_corpus="Het bestand staat ook in de map met vaste documenten. Haal het daar ook weg, anders komt het terug.",
    remove_yes="Ja, haal weg",
    remove_no="Nee, laat staan",
    described={
        "file": "De gegevens staan in het bestand zelf.",
        "guess": "De gegevens hieronder zijn voorgesteld en nog niet bevestigd.",
        "team": "De gegevens zijn bevestigd door het programmateam.",
    },
    report="Wat erin staat",
    facts={
        "pages": "Bladzijden", "words": "Woorden", "language": "Taal", "sections": "Delen", "tables": "Tabellen",
        "lists": "Lijsten",
    },
    share="{language} ({share} van de tekst)",
    pages_without_text="Bladzijden zonder tekst: {pages}.",
    near="Lijkt op",
    near_alike="voor {share} gelijk",
    near_inside="voor {share} in het andere",
    notices="Let op",
    suspicious="Verdacht",
    suspicion="Deze zin spreekt een chatbot aan:",
    hidden="Tekst die een lezer niet ziet ({words} woorden, {reason}):",
    hidden_reasons={
        "white": "in de kleur van de achtergrond", "invisible": "onzichtbaar gemaakt", "tiny": "heel klein",
        "off_page": "buiten de bladzijde", "hidden": "verborgen",
    },
    outline="Opbouw",
    no_report="Van dit document is geen verslag bewaard. Neem het opnieuw op om er een te maken.",
    on_page="bladzijde {page}",
    details="Gegevens",
    details_hint="Kijk na, verbeter en bevestig.",
    fields={
        "title": "Titel", "kind": "Soort", "date": "Datum", "language": "Taal", "sector": "Sector",
        "institutions": "Hogescholen", "partners": "Partners", "levels": "Niveau", "region": "Regio",
        "period": "Periode", "status": "Status", "questions": "Vragen die het beantwoordt",
    },
    one_per_line="Eén op elke regel.",
    date_hint="Zoals 2024-03-05, 2024-03 of 2024.",
    unknown="Niet bekend",
    suggestion="Gevonden:",
    save="Bevestig de gegevens",
    faults="Nog niet bewaard. Verbeter wat hieronder staat:",
    too_long="Dit is te lang of te veel.",
    questions_hint="Schrijf onder een kopje (een regel met #) hoe lezers daarnaar vragen, één vraag op elke regel.",
    heading_first="Zet boven elke vraag het kopje waar het antwoord staat, op een regel die met # begint.",
    saved="De gegevens zijn bewaard.",
    versions="Versies",
    this_version="in gebruik",
    older_version="eerder",
    show_text="Toon de tekst",
    text="Tekst",
    text_of="Tekst van versie {version}",
    text_hint="Zo leest Routewijzer het document. Elk vak is een stuk waaruit wordt geantwoord.",
    piece="Stuk {number}",
    more_pieces="Toon meer",
    no_text="Er is geen tekst gevonden.",
    failed="Dit lukt nu niet. Wat u had ingevuld, staat er nog. Probeer het zo nog eens.",
)  # fmt: skip

EN = DocumentTexts(
    tab="Documents",
    title="Documents",
    off="This tab is off. Whoever runs Routewijzer turns it on by choosing a key in the setting "
    "ROUTEWIJZER_TEAM_KEY and starting Routewijzer again.",
    key_label="Key of the programme team",
    key_hint="The key stays in this open page only. After reloading you enter it again.",
    enter="Open the documents",
    key_needed="Enter the key.",
    key_wrong="This key is not right. Check it and try again.",
    leave="Lock",
    add="Add",
    choose_files="Choose files",
    drop_hint="Or drag them onto this page. At most {most} MB for each file.",
    web_address="Web address",
    fetch="Fetch",
    web_invalid="Enter a web address that begins with https:// or http://.",
    sending="Sending",
    too_large="{name}: this file is larger than {most} MB and was not sent.",
    too_large_server="{name}: this file is too large and was not taken in.",
    empty_file="{name}: this is an empty file or a folder and was not sent.",
    too_many="You can send {most} files at a time. The other {left} were not sent.",
    send_failed="{name}: sending failed. Nothing was changed. Please try again.",
    stop_hint="Keep this page open until all is sent.",
    work="What is happening now",
    work_status="{done} of {total} ready",
    work_lost="How this work stands is no longer known.",
    kinds_of_work={
        "add": "Adding", "replace": "Replacing", "describe": "Saving details", "remove": "Removing",
        "fetch": "Fetching",
    },
    states={"queued": "waiting", "running": "busy", "done": "ready", "failed": "failed"},
    steps={"lezen": "reading", "vectoren": "making it searchable"},
    step_count="{step}, {done} of {total}",
    groups={
        "added": "Taken in", "replaced": "Replaced", "unchanged": "Nothing changed", "removed": "Removed",
        "failed": "Refused", "warnings": "Note",
    },
    open="View",
    documents="All documents",
    search="Search by title or name",
    count_one="1 document",
    count_more="{count} documents",
    none="There are no documents yet.",
    none_found="No document has these words in its title or name.",
    only_first="You see the first {shown}. Search to find the others.",
    columns={
        "title": "Title", "kind": "Kind", "date": "Date", "pages": "Pages", "language": "Language", "state": "State",
    },
    languages={"nl": "Dutch", "en": "English", "mixed": "Dutch and English mixed", "other": "another language"},
    held="Set apart",
    unconfirmed="Details not confirmed yet",
    in_use="In use",
    sort="Sort by {column}",
    close="Close",
    held_why="This document is set apart. It is not used in answers until you release it.",
    release="Release",
    released="Released. This document can be used in answers again.",
    withhold="Set apart",
    withheld="Set apart. This document is no longer used in answers.",
    replace="Replace with a file",
    replace_corpus="This document is in the folder of fixed documents. If you replace it here, change the file there "
    "too: otherwise the version in that folder comes back with the next update.",
    original="Original",
    remove="Remove",
    remove_sure="You are removing “{title}”, with the text of all versions ({versions}). This cannot be undone.",
    remove_corpus="The file is also in the folder of fixed documents. Remove it there too, or it will come back.",
    remove_yes="Yes, remove",
    remove_no="No, keep it",
    described={
        "file": "The details are from the file itself.",
        "guess": "The details below are proposed and not confirmed yet.",
        "team": "The details were confirmed by the programme team.",
    },
    report="What is in it",
    facts={
        "pages": "Pages", "words": "Words", "language": "Language", "sections": "Sections", "tables": "Tables",
        "lists": "Lists",
    },
    share="{language} ({share} of the text)",
    pages_without_text="Pages without text: {pages}.",
    near="Resembles",
    near_alike="{share} the same",
    near_inside="{share} within the other",
    notices="Note",
    suspicious="Suspicious",
    suspicion="This sentence speaks to a chatbot:",
    hidden="Text that a reader does not see ({words} words, {reason}):",
    hidden_reasons={
        "white": "in the colour of the background", "invisible": "made invisible", "tiny": "very small",
        "off_page": "off the page", "hidden": "hidden",
    },
    outline="Outline",
    no_report="No report of this document was kept. Take it in again to make one.",
    on_page="page {page}",
    details="Details",
    details_hint="Check, correct and confirm.",
    fields={
        "title": "Title", "kind": "Kind", "date": "Date", "language": "Language", "sector": "Sector",
        "institutions": "Institutions", "partners": "Partners", "levels": "Level", "region": "Region",
        "period": "Period", "status": "Status", "questions": "Questions it answers",
    },
    one_per_line="One on each line.",
    date_hint="Like 2024-03-05, 2024-03 or 2024.",
    unknown="Not known",
    suggestion="Found:",
    save="Confirm the details",
    faults="Not saved yet. Correct what stands below:",
    too_long="This is too long or too much.",
    questions_hint="Write below a heading (a line with #) how readers ask for what stands there, one on each line.",
    heading_first="Above each question put the heading where its answer stands, on a line that begins with #.",
    saved="The details are saved.",
    versions="Versions",
    this_version="in use",
    older_version="earlier",
    show_text="Show the text",
    text="Text",
    text_of="Text of version {version}",
    text_hint="This is how Routewijzer reads the document. Each box is a piece that answers are taken from.",
    piece="Piece {number}",
    more_pieces="Show more",
    no_text="No text was found.",
    failed="This does not work now. What you entered is still there. Please try again in a moment.",
)  # fmt: skip
