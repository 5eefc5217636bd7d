"""What is said to the one who answers, and not asked of the documents: a thanks, a greeting, "wat kun je?".

Such a turn gets a word back. It is no question that the documents leave open, and nothing of it is noted.
"""

from __future__ import annotations

import re
from typing import Literal

from kb.language import guess_language
from kb.types import Language

Courtesy = Literal["thanks", "greeting", "farewell", "about", "lost"]
"""What a visitor says: thanks, a greeting, goodbye, a question about the answerer itself, or being at a loss."""

_SITE = r"(?:site|pagina|chatbot|bot|website)"
_YOU = rf"(?:je|jij|u|deze {_SITE})"
_MACHINE = r"(?:een )?(?:echt )?(?:mens|robot|bot|chatbot|computer|persoon|ai|machine|echt)"
_THANKS = (
    r"(?:heel |zeer |heel erg |hartelijk |enorm )?(?:bedankt|dank)(?: (?:je|jij|u|jullie))?(?: (?:wel|zeer))?",
    r"dank(?:je|u)?(?:wel)?|merci|thx|tnx|ok|oke|oké|top|super|fijn|mooi|prima|great|perfect",
    r"(?:dat is )?(?:duidelijk|helder|goed om te weten)|(?:hier )?heb ik (?:wat|iets|veel) aan|daar kan ik mee verder",
    r"(?:many )?thanks(?: a lot| so much)?|thank you(?: so much| very much)?|got it|that helps",
)
_GREETING = (
    r"hallo|hoi|hey|hee|hi|hello|dag|goede?(?:n)?(?:morgen|middag|avond|dag)|good (?:morning|afternoon|evening)",
    r"hoe gaat het(?: met (?:je|u|jou))?|alles goed|how are you",
)
_FAREWELL = (r"doei|tot ziens|tot later|fijne (?:dag|avond|middag)(?: (?:nog|verder))?|(?:good)?bye|see you",)
_ABOUT = (
    rf"(?:wie|wat) (?:ben|bent|is|zijn) {_YOU}(?: (?:voor|eigenlijk|precies))*(?: (?:een )?(?:{_SITE}|ding|systeem))?",
    rf"wat is dit(?: voor)?(?: een)? {_SITE}|wie heeft {_YOU} gemaakt|hoe heet {_YOU}",
    rf"(?:ben|bent|is) (?:{_YOU}|dit) {_MACHINE}|(?:praat|spreek) ik met {_MACHINE}",
    rf"(?:wat|waarmee|waar) (?:kun|kunt|kan) {_YOU}"
    r"(?: (?:mij|me|ons))?(?: (?:allemaal|mee|doen|helpen|voor|mij|me|ons|eigenlijk))*",
    r"(?:wat|welke vragen) (?:kan|mag|moet) ik (?:hier |je |u |jou |allemaal |aan je |aan u )*(?:vragen|stellen|doen)",
    rf"(?:hoe|waarom) (?:werk|werkt|werken) {_YOU}",
    rf"waar (?:haal|haalt) {_YOU} (?:je|uw|die|de) (?:informatie|antwoorden|kennis) vandaan",
    r"(?:who|what) are you|are you (?:a )?(?:human|robot|bot|real|an ai|ai)|how do you work",
    r"what can (?:you do|i ask)(?: (?:you|for me|here))*",
)
_LOST = (
    r"help(?: me)?|ik (?:snap|begrijp) (?:het|dit) niet|ik snap er (?:niks|niets) van|test(?:en)?",
    r"(?:kun|kunt|kan) (?:je|u) (?:me|mij) helpen|i (?:don'?t|do not) (?:get|understand) (?:it|this)|can you help me",
)
_OPENS = r"(?:(?:hallo|hoi|hey|hi|dag|hello|ok|oke|oké|nou|ja|nee|top|super|fijn|mooi|en|and)[ ,!.]+)*"
_CLOSES = (
    r"(?:[ ,!.]+(?:hoor|allemaal|daar|dan|nog|eigenlijk|alvast|voor (?:je|uw|de|het) (?:hulp|antwoord|uitleg)|"
    r"hiervoor|daarvoor|dank je|dankje|dank u|bedankt|thanks|there|for (?:your|the) (?:help|answer)))*"
)
_WAYS: tuple[tuple[Courtesy, tuple[str, ...]], ...] = (
    ("thanks", _THANKS),
    ("greeting", _GREETING),
    ("farewell", _FAREWELL),
    ("about", _ABOUT),
    ("lost", _LOST),
)
_SAID = tuple((kind, re.compile(f"{_OPENS}(?:{'|'.join(ways)}){_CLOSES}")) for kind, ways in _WAYS)
_WHAT_THIS_IS = {
    "nl": "Ik zoek antwoorden in de documenten van deze kennisbank en laat bij elke zin zien waar die staat. "
    "Ik ben een programma, geen mens: wat niet in de documenten staat, weet ik niet.",
    "en": "I look for answers in the documents of this knowledge base and show of each sentence where it stands. "
    "I am a program, not a person: what the documents do not say, I do not know.",
}
_REPLIES: dict[Courtesy, dict[Language, str]] = {
    "thanks": {"nl": "Graag gedaan.", "en": "You are welcome."},
    "greeting": {"nl": "Goedendag. Stel gerust uw vraag.", "en": "Hello. Do ask your question."},
    "farewell": {"nl": "Tot ziens.", "en": "Goodbye."},
    "about": {"nl": _WHAT_THIS_IS["nl"], "en": _WHAT_THIS_IS["en"]},
    "lost": {
        "nl": f"{_WHAT_THIS_IS['nl']} Stel een vraag in gewone woorden, liefst in één zin.",
        "en": f"{_WHAT_THIS_IS['en']} Ask a question in ordinary words, best in one sentence.",
    },
}


def courtesy_in(text: str) -> Courtesy | None:
    """What a visitor says that asks nothing of the documents; None where it may."""
    plain = " ".join(text.lower().split()).strip(" ?!.,;:)")
    return next((kind for kind, pattern in _SAID if pattern.fullmatch(plain)), None)


def reply_to(courtesy: Courtesy, text: str, language: Language | None) -> tuple[str, Language]:
    """A word back, in the language that was asked for or else that of the text."""
    spoken = language or guess_language(text)
    return _REPLIES[courtesy][spoken], spoken
