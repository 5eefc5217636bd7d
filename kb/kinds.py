"""The kind of answer that a question asks for, by how it is put: who, when, how many, a list, a definition."""

from __future__ import annotations

import re

from kb.language import fold
from kb.wanted import ROLES, ROLES_EN

# The first pattern that matches decides. `{w}` stands for the start of the question or a preposition before it.
_KINDS: tuple[tuple[str, str], ...] = (
    ("compare", r"\bwat maakt (?:dat|het) uit\b|\bwat is er anders\b|\banders\b.* dan\b|\bverschil(?:len|t)?\b|\bonderscheid\w*\b.*\b(?:tussen|van)\b|\bvergelijk\w*\b|\bvergeleken met\b|\bdifferen\w+\b|\bcompare\b|\bovereenkomsten? tussen\b"),
    ("why", r"\bwaarom\b|\bhoezo\b|\bwhy\b|\breden\b|\bwaardoor\b|\baanleiding\b"),
    ("how_long", r"\bhoe ?lang\b|\bhoeveel (?:(?:werk|les|studie|kalender|vakantie|college)?(?:jaar|jaren|maand|maanden|week|weken|dag|dagen|uur|uren))\b|\bhow long\b|"
                 r"\bhow many (?:years|months|weeks|days|hours)\b|\b(?:studieduur|looptijd|tijdsduur)\b|\b(?:de|een) duur\b|\bduurt\b"),
    ("contact", r"\b(?:nummer|number)\b.*\b(?:bellen|call)\b|\bop welk nummer\b|\bwie kan ik (?:bellen|mailen)\b|\btelefoonn\w+\b|\btelefonisch\b|^(?!.*\b(?:hoeveel|wanneer|wie)\b).*(?:\btelefoon\b|\be-?mail\w*\b)|\b(?:post|bezoek|(?:e-?)?mail-?)?adres\b|\bpostcode\b|\bphone\b|\baddress\b"),
    ("amount", r"\bwat (?:kost|reken)\w*\b|\bwhat (?:does|do|did|would|will)\b.*\bcosts?\b|\bwat (?:heeft|hebben|had|hadden|gaat|zal|zou|mag)\b.*\b(?:gekost|kosten)\b|\bwat (?:betaal|krijg|verdien|kreeg|kregen)\w*\b.*\bper\b|\bwat (?:zijn|waren) (?:de |het )?(?:\w+ )?(?:kosten|tarieven|prijzen|bedragen)\b|\bhoe duur\b|\bhow much\b|\bwat verdien\w*\b|"
               r"^(?:en )?(?:wat|welke?|hoe|hoeveel|what|which|how)\b.*\b(?:bedrag|prijs|tarief|collegegeld|percentage|salaris|vergoeding)\b|"
               r"\bhoeveel (?:geld|salaris|loon|subsidie|euro|budget|kost|betaal\w*|verdien\w*|krijg\w*)\b|\bhoeveel (?:ben|is|zijn|ben je|raak)\b.*\bkwijt\b"),
    # "wanneer word je aanbieder" asks for a condition
    ("what", r"^(?:en )?wanneer (?:word\w*|ben|is|zijn|telt|tel|geldt|heet|noem\w*|spreek\w*|maak\w*|gebruik\w*|kies\w*|kiest) (?:je|jij|u|men|we|iets|iemand|er sprake)\b|"
             r"^(?:en )?wanneer (?:is|zijn|word\w*|telt|geldt|heet) een (?:[\w-]+ ){2,}[\w-]+"),
    ("when", r"\bwanneer\b|\b(?:welk|welke|wat) (?:jaar|jaren|datum|data|dag|dagen|week|weken|maand|kwartaal|moment|periode|tijdstip)\b|\bwhen\b|"
             r"\bwhat (?:year|date)\b|\bwhich year\b|\bstartdatum\b"),
    ("how_many", r"\bhoeveel\b|\bhow many\b|\b(?:aantal|number of)\b"),
    ("target", r"\b(?:voor|op) wie\b|\b(?:voor|op) welke (?:mensen|studenten|personen|groepen|leerlingen|doelgroep\w*)\b|\bdoelgroep\w*\b|"
               r"\b(?:for|at) whom\b|\bwho\b.*\b(?:meant|intended|aimed|suitable) (?:for|at)?\b|\btarget group\b|"
               r"\bwho (?:is|are) .* for\b"),
    ("who", r"\bwie\b|\bwiens\b|\bwho\b|\bwhom\b|\bwhose\b|\bhoe heet(?:te|ten)? de\b|\bwelke? "
            rf"\w*(?:{ROLES})\b|\bwhich (?:\w+ )?(?:{ROLES_EN})\b"),
    ("definition", r"^(?:en )?wat voor (?:een )?\w+ (?:is|zijn)\b|\bwat\b.*\b(?:verstaat|verstaan|bedoelt|bedoelen)\b.*\b(?:onder|met)\b"),
    ("list", r"\bwat sta(?:at|an) (?:er )?(?:allemaal |precies )?(?:in\b|op (?:de |het |een |onze )?(?:[\w-]+ )?\w*(?:agenda|lijst|roadmap|plan|planning|rooster|overzicht|programma)\b)|\bwaaruit besta(?:at|an)\b|\bwaar besta(?:at|an) .* uit\b|\bwhat is (?:listed )?in\b|\bwelke\b|\bwhich\b|\bwat zijn\b|\bwat voor\b|\bnoem\b|^geef (?:me |mij |ons )?(?:de|het|een|alle)\b|^som\b.* op\b|\bopsomming\b|\blijst\w*\b|\boverzicht\b|"
             r"\bwhat are\b|\bname the\b|\blist\b|\boverview\b|\ballemaal\b|\bop een rij(?:tje)?\b|\blijstje\b"),
    ("where", r"\bwaar\b(?! (?:gaat|komt|staat .* voor|bestaat))|\bwhere\b|\bwebsite\b|\bwebadres\b|\bop welke site\b|\bwelke (?:stad|plaats|gemeente|locatie)\b"),
    ("definition", r"^(?:en )?wat (?:is|betekent|houdt|wordt bedoeld)\b|^(?:en )?wat (?:de |het |een )?[\w-]+(?: [\w-]+)? (?:is|zijn|betekent|inhoudt)\W*$|^what (?:is|does .* mean)\b|\bwaar staat .* voor\b|"
                   r"\bbetekenis van\b|^leg uit\b|\bwat betekent\b"),
    ("how", r"\bhoe\b|\bhow\b|\bop welke manier\b"),
    ("what", r"\bwat\b|\bwhat\b|\bwelk\b|\bwaar(?:voor|mee|in|aan|op|van|bij|over|toe|uit)?\b"),
    ("yes_no", r"^(?:en )?(?:is|zijn|was|waren|kan|kun|kunnen|mag|mogen|moet|moeten|heeft|hebben|doet|doen|bestaat|bestaan|wordt|"
               r"worden|krijgt|krijgen|gaat|gaan|zit|zitten|werkt|werken|hoort|geldt|staat|staan|does|do|did|is|are|was|were|can|"
               r"has|have|should|must|may)\b"),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)


_CLAUSE = re.compile(
    r"^(?:en |and |maar )?(?:wie|wanneer|waarom|hoeveel|hoe|who|when|why|how)\b.{6,}?(?= (?:waarom|wanneer|wie|hoe|hoeveel|waar|why|when|who|how|where) )",
)
"""What asks, before a clause with a question word of its own: "wie zoekt uit waarom …"."""
_JOINED = re.compile(r" (?:en|of|and|or|,)$")


_MEANT = {"h": "hoeveel", "w": "wanneer"}
_MISTYPED = re.compile(r"\b(?:hoevel|hoveel|hoevee|hoeveeel|waneer|waner|wannneer|wanner)\b")
"""Question words as they are typed now and then."""


def question_word_meant(word: str) -> str:
    """The question word that a mistyped one is: "wanneer" for "waneer"; empty for any other word."""
    return _MEANT[word[0]] if _MISTYPED.fullmatch(word) else ""


def _without_clause(plain: str) -> str:
    """A question up to such a clause; whole where another question follows ("wie betaalt en wanneer …")."""
    match = _CLAUSE.match(plain)
    return plain if match is None or _JOINED.search(match.group()) or match.group().endswith(",") else match.group()


def kind_of(text: str) -> str:
    """The kind of answer that a question asks for; `keywords` where it is no question."""
    plain = _without_clause(" ".join(_MISTYPED.sub(lambda m: _MEANT[m.group()[0]], fold(text)).split()))
    for kind, pattern in _COMPILED:
        if pattern.search(plain):
            return kind
    return "keywords"
