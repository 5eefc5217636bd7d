"""The signs that a sentence is an order to a language model, as patterns over words in plain form.

A strong sign is enough by itself; a weak one needs another of a different sort in the same sentence. The words are
those of `ingest/suspicion.py`: lower case, no accents, no punctuation but the colon, one space between.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MACROS = {
    "IGNORE": r"(?:ignore|disregard|forget|override|overrule|bypass|overwrite|discard|neglect|skip|drop|negeer|vergeet|"
    r"overschrijf|omzeil|ignoriere?|ignorieren sie|vergiss|missachte|ignorez|oubliez|oublie)",
    "PRIOR": r"(?:previous|prior|above|earlier|preceding|original|initial|former|existing|all|any|every|eerdere?|"
    r"vorige|voorgaande|voorafgaande|bovenstaande|oorspronkelijke|bestaande|alle|vorherigen?|bisherigen?|obigen|"
    r"toutes|precedentes)",
    "TOLD": r"(?:instructions?|instructies?|prompts?|rules?|regels?|guidelines?|richtlijn(?:en)?|directives?|orders?|"
    r"opdracht(?:en)?|aanwijzing(?:en)?|commands?|programming|systeeminstructies?|anweisung(?:en)?|regeln|consignes?)",
    "MODEL": r"(?:ai|llms?|gpt|chatgpt|taalmodel(?:len)?|chatbots?|language models?|ai (?:assistent|assistant|model|"
    r"system|systeem|taalmodel|language model))",
    "HELPER": r"(?:ai|llms?|gpt|chatgpt|taalmodel(?:len)?|chatbots?|(?:ai )?(?:assistent|assistant)|(?:large )?"
    r"language models?|ai (?:model|system|systeem|systemen|systems))",
    "ROLE": r"(?:you are now|from now on you|act as|pretend to be|pretend (?:that )?you are|je bent nu|u bent nu|"
    r"vanaf nu ben je|doe alsof je|gedraag je als|speel de rol van)",
    "NEVER": r"(?:do not|don t|never|must not|should not|may not|not to)",
    "EACH": r"(?:elke?|iedere?|alle|al|each|every|all)",
    "REPLY": r"(?:antwoord(?:en)?|answers?|responses?|repl(?:y|ies)|reacties?)",
    "SYSTEM": r"(?:system (?:prompt|instructions?|message)|systeem ?(?:prompt|instructies?|bericht)|(?:hidden|initial|"
    r"secret|internal) (?:prompt|instructions?)|(?:verborgen|geheime|interne) (?:prompt|instructies?))",
}


@dataclass(frozen=True, slots=True)
class Sign:
    """One pattern, what it is a sign of, and how much it says."""

    code: str
    pattern: re.Pattern[str]
    squeezed: re.Pattern[str]
    """The same without spaces, for words that are written as one."""
    strong: bool
    heeds_not: bool
    """Whether "niet" or "never" turns it into its opposite."""


def _sign(code: str, template: str, strong: bool = True, heeds_not: bool = False) -> Sign:
    """A sign from a template: capitals stand for the macros above, `~3` for up to three other words."""
    for name, macro in _MACROS.items():
        template = template.replace(name, macro)
    spaced = re.sub(r"~(\d)", r"(?: \\S+){0,\1}?", template)
    joined = re.sub(r"~\d", r"\\w{0,16}?", template).replace(" ?", "").replace(" ", "")
    return Sign(code, re.compile(f"(?<= ){spaced}(?= )"), re.compile(joined), strong, heeds_not)


SIGNS = (
    _sign("override", r"IGNORE~3 PRIOR~3 TOLD", heeds_not=True),
    _sign("override", r"IGNORE~2 (?:everything|alles|alles was|tout)~2 (?:you|above|before|hierboven|hiervoor|told|"
          r"hiervor|oben)", heeds_not=True),
    _sign("override", r"IGNORE~2 TOLD~2 (?:above|before|earlier|hierboven|given|ci dessus)", heeds_not=True),
    _sign("override", r"IGNORE~1 (?:wat|what)~2 (?:hiervoor|hierboven|eerder|above|before|earlier)", heeds_not=True),
    _sign("override", r"(?:do not|don t|never|stop) (?:follow|obey|following|obeying)~2 PRIOR~1 TOLD"),
    _sign("override", r"volg~2 PRIOR TOLD~1 niet (?:meer|langer)"),
    _sign("override", r"sla alle PRIOR TOLD over", heeds_not=True),
    _sign("override", r"trek je niets aan van~3 TOLD"),
    _sign("override", r"PRIOR (?:system |systeem)?prompt~2 (?:ongeldig|niet geldig|vervalt|void|invalid|cancell?ed)"),
    _sign("override", r"(?:wil|wilt|kun|kunt|moet|dien|dient|gelieve)~6 PRIOR TOLD~2 (?:te )?(?:negeren|vergeten)",
          heeds_not=True),
    _sign("override", r"IGNORE (?:your|je|jouw|uw) (?:training|programming|programmering)", heeds_not=True),
    _sign("override", r"IGNORE~3 (?:ontwikkelaars?|developers?|makers?)~3 (?:verteld|gezegd|opgedragen|told|said|gave)",
          heeds_not=True),
    _sign("override", r"IGNORE~2 (?:safety|system|veiligheids?|systeem)~1 TOLD", heeds_not=True),
    _sign("override", r"IGNORE~2 SYSTEM", heeds_not=True),
    _sign("override", r"laat~2 PRIOR~2 TOLD~2 (?:buiten beschouwing|los|vallen|achterwege|varen)", heeds_not=True),
    _sign("override", r"(?:je|jouw|uw|your) PRIOR TOLD~2 (?:gelden niet|vervallen|zijn ongeldig|no longer|do not apply|"
          r"are void)"),
    _sign("override", r"PRIOR TOLD~4 (?:moet|moeten|mag|kun|kunt|dien|dient|should|must)~4 (?:negeren|vergeten|"
          r"overslaan|loslaten|negeer|ignored?|forgotten|disregarded)", heeds_not=True),
    _sign("role", r"ROLE~4 MODEL"),
    _sign("role", r"ROLE~8 (?:zonder|without|no|geen|unrestricted|onbeperkte?)~2 (?:beperkingen|regels|restrictions|"
          r"rules|filters?|limits|grenzen|limitations)"),
    _sign("role", r"(?:imagine (?:that )?you are|stel je voor dat je)~4 (?:zonder|without)~2 (?:beperkingen|regels|"
          r"restrictions|rules|filters?)"),
    _sign("role", r"you are no longer (?:an? )?HELPER"),
    _sign("address", r"als (?:een )?(?:groot )?MODEL (?:moet|dien|zul|mag|hoor) je"),
    _sign("address", r"as an? (?:large )?MODEL (?:you (?:must|should|will|have to|need to)|your (?:task|duty))"),
    _sign("address", r"(?:if|als|wanneer|indien|mocht) (?:you are|je|u|jij) (?:an? |een )?(?:large |groot )?HELPER "
          r"(?:bent?|reading|die|that|who|which|and|en|then|dan|model)"),
    _sign("address", r"(?:instructies?|opdracht(?:en)?|bericht|boodschap|notes?|message|instructions?|memo) (?:voor|"
          r"aan|to|for) (?:de |het |the |an? |any |een |alle |all )?HELPER~1 :"),
    _sign("address", r"HELPER (?:instructies?|instructions?|opdracht|note|notice) :"),
    _sign("address", r"let op HELPER :"),
    _sign("address", r"HELPER (?:die|dat|that|which|who) (?:dit|deze|this|it)~2 (?:leest|lezen|samenvat|samenvatten|"
          r"verwerkt|verwerken|reads?|summari[sz]es?|process(?:es)?)~2 (?:moet|moeten|must|should|zeg|noem|schrijf|:)"),
    _sign("address", r"(?:if|when|als|wanneer) (?:an?|een) HELPER (?:reads?|process(?:es)?|summari[sz]es?|leest|(?:dit|"
          r"deze)~2 (?:leest|verwerkt|samenvat)) ?(?:this|dit|deze)?"),
    _sign("address", r"HELPER (?:that|which|who) (?:reads?|summari[sz]es?|process(?:es)?) this~2 (?:must|should)"),
    _sign("address", r"(?:dear|attention|attentie|hallo|hello|geachte) (?:the |de )?HELPER"),
    _sign("address", r"(?<=^ )beste HELPER(?! van| in| voor| die| tools?| toepassing)"),
    _sign("dictates", r"antwoord (?:altijd|steeds|uitsluitend|alleen|voortaan|enkel) dat"),
    _sign("dictates", r"(?:always (?:answer|respond|reply)|(?:answer|respond|reply) always) (?:that|with)"),
    _sign("conceals", r"(?:vertel|zeg|meld|onthul|noem)~2 (?:gebruikers?|lezers?)(?: hier)? (?:niet(?! alleen| "
          r"slechts| enkel| te)|nooit|niets)"),
    _sign("conceals", r"laat~1 (?:gebruikers?|lezers?)~1 (?:niet|nooit)~2 (?:weten|merken|zien|lezen|blijken)"),
    _sign("conceals", r"maak~2 (?:gebruikers?|lezers?) (?:niet|nooit) (?:bekend|duidelijk)"),
    _sign("conceals", r"NEVER let the users?~1 (?:know|see|notice|find)"),
    _sign("conceals", r"NEVER (?:tell|inform|alert|notify|mention|reveal|disclose)~5 the (?:users?|reader)"),
    _sign("conceals", r"NEVER (?:reveal|mention|disclose|repeat|show|share)~2 (?:this|these|your|following)~1 TOLD"),
    _sign("conceals", r"(?:noem|onthul|vermeld|herhaal|verraad|verklap|toon)~1 (?:deze|dit|jouw|je)~1 TOLD~2 (?:niet|"
          r"nooit)"),
    _sign("reveals", r"(?:print|show|reveal|repeat|output|display|leak|expose|dump|write|give|tell|toon|geef|herhaal|"
          r"onthul|schrijf|noem)~5 (?:your|je|jouw|uw)~2 SYSTEM"),
    _sign("conceals", r"zwijg~2 (?:gebruikers?|lezers?)"),
    _sign("conceals", r"(?:keep|houd) (?:this|these|deze|dit)~2 (?:secret|hidden|geheim|verborgen)~3 (?:users?|"
          r"readers?|gebruikers?|lezers?)"),
    _sign("markup", r"(?:begin|end|einde) SYSTEM"),
    _sign("reveals", r"(?:print|reveal|output|leak|dump|repeat)~2 your~1 (?:instructions|prompt|rules)"),
    _sign("exfiltrates", r"(?:voeg|zet|plaats|add|insert|append|include|put|eindig|end|sluit|begin|start)~5 EACH "
          r"REPLY~6 (?:links?|url|images?|afbeelding|https?|verwijzing|webadres|hyperlink)"),
    _sign("exfiltrates", r"(?:voeg|zet|plaats|add|insert|append|include|put|toon)~5 (?:link|url|image|afbeelding|"
          r"https?)~5 (?:to|aan|in|bij|at the end of) EACH REPLY"),
    _sign("exfiltrates", r"(?:stuur|verstuur|verzend|send|post|transmit|forward|upload|submit|insert|put|zet|plaats)~4 "
          r"(?:gesprek|conversation|chat|chat history|chatgeschiedenis|prompt|systeemprompt|context|vraag van de "
          r"gebruiker|user s? ?(?:question|input|message))~4 (?:https?|www|url|webhook|endpoint)"),
    _sign("exfiltrates", r"(?:render|show|display|load|embed|toon|laad)~2 (?:image|afbeelding|plaatje)~2 https?~9 "
          r"(?:users?|gebruiker|vraag|question|conversation|gesprek|chat)"),
    _sign("speaker", r"(?:system|systeem|assistant|human|systeeminstructie|nieuwe systeeminstructie|SYSTEM) :",
          strong=False),
    _sign("new task", r"(?:nieuwe?|new|updated) (?:systeem ?|system )?(?:instructies?|instructions?|taak|task) :",
          strong=False),
    _sign("override", r"IGNORE~2 (?:vraag|vragen|question|user|gebruiker)", strong=False, heeds_not=True),
    _sign("override", r"IGNORE~1 (?:je|jouw|uw|your|these|deze|the|de)~2 TOLD", strong=False, heeds_not=True),
    _sign("role", r"(?:you are (?:now|no longer)|act as|pretend to be|gedraag je als|doe alsof je)", strong=False),
    _sign("new task", r"(?:your|je|jouw) (?:only|enige|new|nieuwe) (?:task|taak|goal|doel|job)", strong=False),
    _sign("override", r"TOLD~6 (?:mag|moet|kun|dien) je (?:vergeten|negeren)|PRIOR TOLD vervallen", strong=False),
    _sign("asks", r"(?:als|wanneer|if|when|indien) (?:(?:de|een|the|a) (?:gebruiker|user)|(?:iemand|someone|anyone)"
          r"~4 (?:vraagt|asks))", strong=False),
    _sign("dictates", r"(?:antwoord|zeg|beweer|reply|respond|answer|say)(?: dan| altijd| always| steeds| only)? "
          r"(?:dat|that)", strong=False),
    _sign("dictates", r"(?:antwoord|reageer|reply|respond|answer) (?:only|uitsluitend|alleen|enkel) (?:with|met)",
          strong=False),
    _sign("every question", r"(?:elke|iedere|every|any) (?:vraag|question|query)", strong=False),
    _sign("from now on", r"(?:vanaf nu|voortaan|from now on)", strong=False),
    _sign("reveals", r"(?:print|reveal|repeat|output|leak|herhaal|onthul|toon|geef)~2 (?:the |de |het )?SYSTEM",
          strong=False),
    _sign("only this", r"(?:uitsluitend|alleen|enkel|only|solely|exclusively) (?:dit|deze|this) (?:document|tekst|bron|"
          r"passage|text|source)", strong=False),
    _sign("no other", r"(?:geen|no|not any|every|all|elke|alle)(?: enkele)? (?:andere?|other) (?:bron|bronnen|sources?|"
          r"documents?|documenten)", strong=False),
    _sign("no other", r"(?:in|voor|bij) (?:je|jouw|your) REPLY", strong=False),
    _sign("jailbreak", r"(?:jailbreak|developer mode|god mode|no restrictions|geen beperkingen)", strong=False),
)  # fmt: skip
