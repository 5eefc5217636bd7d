"""Every string of the tab "Kennislacunes", in Dutch and in English; a part of `ui/texts.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GapTexts:
    """The strings of the tab for the programme team; `{…}` is filled in where the string is used."""

    tab: str
    title: str
    about: str
    off: str
    enter: str
    sort: str
    sorts: Mapping[str, str]
    show_solved: str
    export: str
    save_excel: str
    save_csv: str
    saving: str
    save_failed: str

    count_one: str
    count_more: str
    none: str
    none_solved: str
    expired_one: str
    expired_more: str
    more: str

    times_one: str
    times_more: str
    once_on: str
    between: str
    down_one: str
    down_more: str
    solved_on: str
    again: str
    now_answered: str
    answered_badly: str
    other_words: str
    remarks: str
    nearest: str
    nothing_near: str
    make: str
    solve: str
    solved: str
    reopen: str
    reopened: str

    draft: str
    draft_hint: str
    draft_kind: str
    draft_title: str
    draft_text: str
    draft_save: str
    draft_open: str
    draft_kinds: Mapping[str, str]
    close: str

    figures: str
    figures_about: str
    figures_none: str
    figures_table: str
    series: Mapping[str, str]
    week: str
    week_of: str
    totals: str

    sheet_gaps: str
    sheet_weeks: str
    columns: Mapping[str, str]
    yes: str
    no: str


NL = GapTexts(
    tab="Kennislacunes",
    title="Kennislacunes",
    about="Vragen die de documenten niet beantwoordden, of waarvan een lezer het antwoord afkeurde. Wat over hetzelfde "
    "gaat, staat bij elkaar.",
    off="Dit deel is voor het programmateam, en staat uit. Met de instelling ROUTEWIJZER_TEAM_KEY zet u het aan.",
    enter="Open de kennislacunes",
    sort="Volgorde",
    sorts={"count": "Meest gevraagd", "last": "Laatst gevraagd", "first": "Het langst open"},
    show_solved="Toon wat is opgelost",
    export="Bewaar de lijst en de cijfers",
    save_excel="Bewaar als Excel",
    save_csv="Bewaar als CSV",
    saving="Het bestand wordt gemaakt.",
    save_failed="Het bestand is niet gemaakt. Probeer het later opnieuw.",
    count_one="1 onderwerp waarop de documenten geen antwoord gaven.",
    count_more="{count} onderwerpen waarop de documenten geen antwoord gaven.",
    none="Er zijn geen open vragen. Wat de documenten niet beantwoorden, komt hier te staan.",
    none_solved="Er is nog niets als opgelost gemeld.",
    expired_one="Daarnaast was er 1 vraag zonder antwoord waarvan de tekst is gewist: die is te oud.",
    expired_more="Daarnaast waren er {count} vragen zonder antwoord waarvan de tekst is gewist: die zijn te oud.",
    more="Toon er meer",
    times_one="1 keer gevraagd",
    times_more="{count} keer gevraagd",
    once_on="op {date}",
    between="van {first} tot {last}",
    down_one="1 keer afgekeurd",
    down_more="{count} keer afgekeurd",
    solved_on="Opgelost op {date}.",
    again="Als opgelost gemeld op {date}, en daarna weer gevraagd.",
    now_answered="Deze vraag wordt nu wel beantwoord.",
    answered_badly="Hierop komt een antwoord, maar lezers keurden het af.",
    other_words="Ook zo gevraagd",
    remarks="Wat lezers erbij schreven",
    nearest="Dit komt het dichtst in de buurt",
    nothing_near="Niets in de documenten komt in de buurt.",
    make="Maak een document",
    solve="Opgelost",
    solved="Gemeld als opgelost. Wordt dit weer gevraagd zonder antwoord, dan komt het terug.",
    reopen="Zet terug",
    reopened="De vraag staat weer open.",
    draft="Begin van een document",
    draft_hint="Bewaar dit als bestand, vul het aan in uw eigen tekstprogramma, en neem het op via de tab Documenten.",
    draft_kind="Soort document",
    draft_title="Titel",
    draft_text="Tekst om mee te beginnen",
    draft_save="Bewaar als bestand",
    draft_open="Open de tab Documenten",
    draft_kinds={
        "begrip": "Begrip",
        "handreiking": "Handreiking",
        "pilot": "Pilot",
        "good-practice": "Praktijkvoorbeeld",
        "programma": "Programma",
        "overig": "Ander document",
    },
    close="Sluit",
    figures="Gebruik per week",
    figures_about="Vragen per week: beantwoord en niet beantwoord. De ruit is het aantal afgekeurde antwoorden.",
    figures_none="Er zijn nog geen vragen gesteld.",
    figures_table="Dezelfde cijfers als tabel",
    series={
        "asked": "Gevraagd",
        "answered": "Beantwoord",
        "refused": "Niet beantwoord",
        "voted_down": "Afgekeurd",
    },
    week="Week van",
    week_of="Week van {date}: {asked} gevraagd, {answered} beantwoord, {refused} niet beantwoord, {down} afgekeurd",
    totals="Samen",
    sheet_gaps="Kennislacunes",
    sheet_weeks="Gebruik per week",
    columns={
        "question": "Vraag",
        "others": "Ook zo gevraagd",
        "count": "Keer gevraagd",
        "unanswered": "Niet beantwoord",
        "voted_down": "Afgekeurd",
        "first": "Eerst op",
        "last": "Laatst op",
        "remarks": "Opmerkingen",
        "nearest": "Dichtst in de buurt",
        "document": "Document",
        "version": "Versie",
        "now": "Wordt nu beantwoord",
        "solved": "Opgelost op",
    },
    yes="ja",
    no="nee",
)

EN = GapTexts(
    tab="Knowledge gaps",
    title="Knowledge gaps",
    about="Questions that the documents did not answer, or of which a reader voted the answer down. What is about the "
    "same stands together.",
    off="This part is for the programme team, and is off. The setting ROUTEWIJZER_TEAM_KEY turns it on.",
    enter="Open the knowledge gaps",
    sort="Order",
    sorts={"count": "Asked most", "last": "Asked last", "first": "Open longest"},
    show_solved="Show what is solved",
    export="Save the list and the figures",
    save_excel="Save as Excel",
    save_csv="Save as CSV",
    saving="The file is being made.",
    save_failed="The file was not made. Please try again later.",
    count_one="1 subject on which the documents gave no answer.",
    count_more="{count} subjects on which the documents gave no answer.",
    none="There are no open questions. What the documents do not answer will stand here.",
    none_solved="Nothing was marked as solved yet.",
    expired_one="There was also 1 question without an answer of which the text is erased: it is too old.",
    expired_more="There were also {count} questions without an answer of which the text is erased: they are too old.",
    more="Show more",
    times_one="asked once",
    times_more="asked {count} times",
    once_on="on {date}",
    between="from {first} to {last}",
    down_one="voted down once",
    down_more="voted down {count} times",
    solved_on="Solved on {date}.",
    again="Marked as solved on {date}, and asked again since.",
    now_answered="This question is answered now.",
    answered_badly="This gets an answer, but readers voted it down.",
    other_words="Also asked like this",
    remarks="What readers wrote with it",
    nearest="This comes closest",
    nothing_near="Nothing in the documents comes close.",
    make="Make a document",
    solve="Solved",
    solved="Marked as solved. When it is asked again without an answer, it comes back.",
    reopen="Put back",
    reopened="The question is open again.",
    draft="Beginning of a document",
    draft_hint="Save this as a file, complete it in your own editor, and take it in on the tab Documents.",
    draft_kind="Kind of document",
    draft_title="Title",
    draft_text="Text to begin with (in Dutch)",
    draft_save="Save as a file",
    draft_open="Open the tab Documents",
    draft_kinds={
        "begrip": "Concept",
        "handreiking": "Guide",
        "pilot": "Pilot",
        "good-practice": "Good practice",
        "programma": "Programme",
        "overig": "Other document",
    },
    close="Close",
    figures="Use by week",
    figures_about="Questions by week: answered and not answered. The diamond is the number of answers voted down.",
    figures_none="No questions were asked yet.",
    figures_table="The same figures as a table",
    series={"asked": "Asked", "answered": "Answered", "refused": "Not answered", "voted_down": "Voted down"},
    week="Week of",
    week_of="Week of {date}: {asked} asked, {answered} answered, {refused} not answered, {down} voted down",
    totals="Together",
    sheet_gaps="Knowledge gaps",
    sheet_weeks="Use by week",
    columns={
        "question": "Question",
        "others": "Also asked like this",
        "count": "Times asked",
        "unanswered": "Not answered",
        "voted_down": "Voted down",
        "first": "First on",
        "last": "Last on",
        "remarks": "Remarks",
        "nearest": "Comes closest",
        "document": "Document",
        "version": "Version",
        "now": "Answered now",
        "solved": "Solved on",
    },
    yes="yes",
    no="no",
)
