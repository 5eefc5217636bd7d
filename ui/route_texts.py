"""Every string of the tab "Start je route", in Dutch and in English; a part of `ui/texts.py`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RouteTexts:
    """The strings of the questions and of the plan; `{…}` is filled in where the string is used."""

    tab: str
    intro: str
    off: str

    number_of: str
    role_question: str
    sector_question: str
    other_sector: str
    which_sector: str
    level_question: str
    situation_question: str
    several: str
    not_known: str
    back: str
    next: str
    make: str
    choose: str
    name_sector: str
    stored: str
    open_stored: str
    failed: str

    title: str
    sector: str
    level: str
    no_sector: str
    no_level: str
    made_on: str
    tick: str
    progress: str
    phase_progress: str
    phases: str
    tools: str
    print: str
    word: str
    markdown: str
    copy_link: str
    change: str
    again: str
    kept: str
    nearest: str

    with_whom: str
    ask_to: str
    example: str
    same_sector: str
    other_sector_than: str
    same_level: str
    other_level_than: str
    no_example: str
    gap: str
    literal: str
    search: str
    back_to_plan: str
    sources: str
    link: str


NL = RouteTexts(
    tab="Start je route",
    intro="Beantwoord vier korte vragen. U krijgt een plan in stappen, van verkennen tot kwaliteit. "
    "Bij elke stap ziet u waar die op rust. Uw antwoorden blijven in deze browser.",
    off="Er is hier nog geen stappenplan. Het programmateam kan er een klaarzetten.",
    number_of="Vraag {number} van {total}",
    role_question="Voor wie maakt u dit plan?",
    sector_question="In welke sector?",
    other_sector="Een andere sector",
    which_sector="Welke sector is dat?",
    level_question="Op welk niveau?",
    situation_question="Hoe staat u ervoor?",
    several="Kies alles wat klopt. Doet er nog niemand mee? Laat dit dan leeg.",
    not_known="Weet ik nog niet",
    back="Terug",
    next="Verder",
    make="Maak het plan",
    choose="Kies eerst een antwoord.",
    name_sector="Vul in welke sector dat is.",
    stored="U heeft hier een plan bewaard: {about}.",
    open_stored="Open uw plan",
    failed="Het plan kan nu niet worden gemaakt. Uw antwoorden staan er nog. Probeer het zo nog eens.",
    title="Uw stappenplan",
    sector="sector {name}",
    level="niveau {name}",
    no_sector="nog geen sector",
    no_level="nog geen niveau",
    made_on="Gemaakt op {date}",
    tick="Vink af wat klaar is.",
    progress="{done} van {total} stappen klaar",
    phase_progress="{done} van {total}",
    phases="Ga naar een fase",
    tools="Bewaar of deel uw plan",
    print="Print het plan",
    word="Bewaar als Word",
    markdown="Bewaar als tekst",
    copy_link="Kopieer de link",
    change="Wijzig uw antwoorden",
    again="Begin opnieuw",
    kept="Uw antwoorden en vinkjes staan alleen in deze browser. In de link staan uw antwoorden, niet uw vinkjes.",
    nearest="Voorbeelden die op uw route lijken",
    with_whom="Met wie",
    ask_to="Vraag aan {to}",
    example="Voorbeeld",
    same_sector="zelfde sector",
    other_sector_than="andere sector",
    same_level="zelfde niveau",
    other_level_than="ander niveau",
    no_example="Hierbij staat geen voorbeeld in de documenten.",
    gap="Hierover staat nog niets in de documenten.",
    literal="Zo staat het in het document:",
    search="Zoek hierover verder",
    back_to_plan="Terug naar het plan",
    sources="Bronnen",
    link="Dit plan online",
)

EN = RouteTexts(
    tab="Start your route",
    intro="Answer four short questions. You get a plan in steps, from exploring to quality. "
    "With every step you see what it rests on. Your answers stay in this browser.",
    off="There is no plan here yet. The programme team can prepare one.",
    number_of="Question {number} of {total}",
    role_question="For whom do you make this plan?",
    sector_question="In which sector?",
    other_sector="Another sector",
    which_sector="Which sector is that?",
    level_question="At which level?",
    situation_question="Where do you stand?",
    several="Choose all that apply. Is nobody on board yet? Then leave this empty.",
    not_known="I do not know yet",
    back="Back",
    next="Continue",
    make="Make the plan",
    choose="Choose an answer first.",
    name_sector="Fill in which sector that is.",
    stored="You have a plan stored here: {about}.",
    open_stored="Open your plan",
    failed="The plan cannot be made now. Your answers are still there. Please try again in a moment.",
    title="Your plan",
    sector="sector {name}",
    level="level {name}",
    no_sector="no sector yet",
    no_level="no level yet",
    made_on="Made on {date}",
    tick="Tick what is done.",
    progress="{done} of {total} steps done",
    phase_progress="{done} of {total}",
    phases="Go to a phase",
    tools="Save or share your plan",
    print="Print the plan",
    word="Save as Word",
    markdown="Save as text",
    copy_link="Copy the link",
    change="Change your answers",
    again="Start again",
    kept="Your answers and ticks stay in this browser only. The link holds your answers, not your ticks.",
    nearest="Examples that resemble your route",
    with_whom="With whom",
    ask_to="Ask {to}",
    example="Example",
    same_sector="same sector",
    other_sector_than="other sector",
    same_level="same level",
    other_level_than="other level",
    no_example="The documents hold no example of this.",
    gap="The documents do not say anything about this yet.",
    literal="The document says (in Dutch):",
    search="Look further into this",
    back_to_plan="Back to the plan",
    sources="Sources",
    link="This plan online",
)
