"""The trace of a question in Dutch, for the programme team: why this answer, and what in a document would mend it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from kb.trace import FoundPassage, ModelWork, Trace, WeighedUnit
from kb.types import Question, Term

_EXCERPT = 160
_KINDS = {
    "who": "wie",
    "when": "wanneer",
    "where": "waar",
    "how_many": "hoeveel (een aantal)",
    "amount": "hoeveel (een bedrag)",
    "how_long": "hoe lang",
    "list": "welke (een opsomming)",
    "definition": "wat is",
    "why": "waarom",
    "how": "hoe",
    "yes_no": "ja of nee",
    "compare": "een vergelijking",
    "what": "wat",
    "keywords": "trefwoorden, geen vraag",
    "contact": "contactgegevens",
    "target": "voor wie",
}
_WAYS = {"words": "woorden", "vectors": "vectoren", "questions": "een verwachte vraag"}
FATES = {
    "chosen": "gekozen",
    "weak": "scoort te laag naast de beste zin",
    "introduces": "kondigt een lijst aan die niet is gekozen",
    "repeats": "zegt hetzelfde als een gekozen zin",
    "list_leads": "er is een lijst of tabel gekozen, die in haar geheel wordt gegeven",
    "full": "het antwoord was al vol",
    "enough": "niet nodig: het antwoord stond er al, of het zegt niets nieuws",
    "records": "het antwoord komt uit de gegevens van de documenten, niet uit losse zinnen",
}
REASONS = {
    "no_citation": "noemt geen bron",
    "unknown_citation": "noemt een bron die er niet is",
    "quote_not_found": "het citaat staat niet letterlijk in die bron",
    "quote_too_long": "het citaat is te lang",
    "too_long": "de uitspraak is te lang",
    "orders": "de bron geeft opdrachten aan een taalmodel",
    "number": "een getal staat niet in de bron",
    "measure": "een eenheid, maand of bedrag staat niet in de bron",
    "name": "een naam of vaste waarde staat niet in de bron",
    "address": "een webadres of e-mailadres staat niet in de bron",
    "negation": "de bron ontkent en de uitspraak niet, of andersom",
    "strength": "de uitspraak is stelliger dan de bron",
    "doubt": "de bron houdt een slag om de arm, de uitspraak niet",
    "unsupported": "te weinig woorden van de uitspraak staan in de bron",
}
FAILURES = {
    "unreachable": "niet bereikbaar",
    "unauthorized": "weigert de toegang",
    "busy": "te druk",
    "endpoint_error": "gaf een fout",
    "slow": "te langzaam",
    "cut_off": "brak af",
    "endless": "hield niet op",
    "empty": "gaf geen antwoord",
    "paused": "even buiten gebruik na fouten",
    "crowded": "bezet",
}
FIGURES = {
    "found": "hoeveel van de vraag gevonden is, ook in koppen en ernaast",
    "in_best": "hoeveel van de vraag in de beste zin zelf staat",
    "unknown": "deel van de vraag dat geen document kent",
    "name_missing": "een naam uit de vraag ontbreekt",
    "noun_not_in_best": "een zelfstandig naamwoord staat niet in de beste zin",
    "noun_unknown": "een zelfstandig naamwoord dat geen document kent",
    "count_missing": "er staat geen aantal bij wat er geteld wordt",
    "expected": "de vraag lijkt op een verwachte vraag van deze sectie",
    "expected_otherwise": "bij deze sectie wordt naar zoiets gevraagd, maar om een ander soort antwoord",
    "untyped": "aan een zin is niet te zien of zij het soort antwoord heeft dat gevraagd is",
    "a_number": "er wordt naar een getal gevraagd, en er staat een getal",
    "not_as_many": "er worden zoveel dingen gevraagd, en zoveel staan er niet",
    "expecting": "bij dit document staan verwachte vragen",
    "many_terms": "aantal woorden in de vraag",
    "listed": "de gegevens van de documenten beantwoorden de vraag",
    "none_fits": "geen enkel document past bij wat gevraagd wordt",
    "year_not_in_best": "een jaartal uit de vraag staat niet bij de beste zin",
    "number_missing": "een getal uit de vraag ontbreekt",
    "value_missing": "er staat geen naam van wat gevraagd is, zoals een hogeschool",
    "other_value": "de beste zin noemt een andere organisatie dan gevraagd",
    "role_apart": "bij de gevraagde rol staat geen persoon",
    "near": "hoe dicht de beste zin bij de vraag komt, in woorden en betekenis",
    "least_near": "hoe ver het woord van de vraag dat het minst is gevonden ervan af staat",
    "in_passage": "hoeveel van de vraag in het stuk rond de beste zin staat",
    "cosine": "hoe dicht de beste zin, met titel en koppen, in betekenis bij de vraag komt",
    "others_nearer": "hoeveel dichter een andere zin in betekenis bij de vraag komt",
    "vouched": "de schrijver zegt met zoveel woorden dat dit stuk de vraag beantwoordt",
    "stands_out": "hoe duidelijk de beste zin boven de andere uitsteekt",
}
"""What each figure of `kb/answerability.py` says; one that is not here is shown by its own name."""


def show_trace(trace: Trace, console: Console) -> None:
    """Print it."""
    for line in trace_lines(trace):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def trace_lines(trace: Trace) -> Iterator[str]:
    """The trace as lines of Dutch text, without what could steer a terminal."""
    yield _readable(trace.question.text)
    for title, lines in trace_parts(trace):
        yield ""
        yield title
        yield from (f"   {line}" for line in lines)


def trace_parts(trace: Trace) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The steps in their order: the name of each, and its lines."""
    parts = (
        ("1. Begrepen", _understood(trace.question)),
        ("2. Gevonden passages", _found(trace)),
        ("3. Gewogen zinnen", _weighed(trace)),
        ("4. Zekerheid", _certainty(trace)),
        ("5. Taalmodel", _model(trace)),
        ("6. Antwoord", _answer(trace)),
    )
    for title, lines in parts:
        yield title, tuple(map(_readable, lines))


def _readable(line: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in line)


def _understood(question: Question) -> Iterator[str]:
    yield f"taal: {'Nederlands' if question.language == 'nl' else 'Engels'}"
    yield f"er wordt gevraagd: {_KINDS.get(question.kind, question.kind)}"
    if question.standalone and question.standalone != question.text:
        yield f"vervolgvraag, aangevuld tot: {question.standalone}"
    if question.facets:
        yield "genoemde waarden: " + ", ".join(f"{facet} = {value}" for facet, value in question.facets)
    if question.years:
        yield "jaartallen: " + ", ".join(question.years)
    yield "woorden, met hun gewicht (0 tot 1) en wat ervoor in de plaats mag komen (als stam):"
    for term in sorted(question.terms, key=lambda term: -term.weight):
        yield f"  {term.weight:.2f}  {term.text}{_marks(term)}{_stand_ins(term)}"


def _marks(term: Term) -> str:
    marks = [word for word, holds in (("naam", term.name), ("algemeen woord", term.light)) if holds]
    return f" ({', '.join(marks)})" if marks else ""


def _stand_ins(term: Term) -> str:
    ways = ", ".join(f"{' '.join(stems)} {weight:.2f}" for stems, weight in term.alternatives)
    return f": {ways}" if ways else ""


def _found(trace: Trace) -> Iterator[str]:
    if not trace.found:
        yield "geen: geen enkele passage deelt iets met de vraag"
    for number, passage in enumerate(trace.found, start=1):
        yield f"{number}. {_where(passage.title, passage.section)} ({passage.document_id})"
        yield f"   score {passage.score:.2f}, gevonden door {_ways(passage)}"
        yield f"   {_excerpt(passage.text)}"


def _ways(passage: FoundPassage) -> str:
    scores = {"words": passage.by_words, "vectors": passage.by_vectors}
    ways = ((_WAYS.get(way, way), scores.get(way)) for way in passage.found_by)
    return " en ".join(name if score is None else f"{name} ({score:.2f})" for name, score in ways)


def _weighed(trace: Trace) -> Iterator[str]:
    if not trace.weighed:
        yield "geen"
    for unit in trace.weighed:
        yield f"{'+' if unit.fate == 'chosen' else '-'} {unit.score:.2f}  {_excerpt(unit.text)} ({unit.document_id})"
        yield f"        {FATES[unit.fate]}; {_met(unit)}"


def _met(unit: WeighedUnit) -> str:
    """What of the question a unit holds: in itself, in what stands around it, and not at all."""
    inside = [term for term, _, direct in unit.met if direct >= 0.5]
    around = [term for term, found, direct in unit.met if direct < 0.5 <= found]
    missing = [term for term, found, _ in unit.met if found < 0.5]
    groups = (("in de zin", inside), ("eromheen", around), ("mist", missing))
    parts = [f"{name}: {', '.join(terms)}" for name, terms in groups if terms]
    if not unit.typed:
        parts.append("niet het soort antwoord dat gevraagd is")
    return "; ".join(parts)


def _certainty(trace: Trace) -> Iterator[str]:
    verdict = "wordt beantwoord" if trace.certainty >= trace.threshold else "wordt geweigerd"
    yield f"{trace.certainty:.2f}, de drempel is {trace.threshold:.2f}: {verdict}"
    yield "wat de zekerheid verhoogt (+) en verlaagt (-), het sterkste eerst:"
    for part in trace.contributions:
        yield f"  {part.moved:+.2f}  {FIGURES.get(part.name, part.name)} ({part.value:.2f})"
    if trace.contributions:
        yield f"  {trace.start:+.2f}  waar elke vraag mee begint"
    else:
        yield "  er is niets gevonden om te wegen"


def _model(trace: Trace) -> Iterator[str]:
    work = trace.model
    if work is None:
        if not trace.model_configured:
            yield "niet ingesteld"
        elif trace.answered_from == "records":
            yield "niet gevraagd: de gegevens van de documenten beantwoorden de vraag volledig"
        else:
            yield "niet gevraagd: de vraag wordt geweigerd"
        return
    yield from _outcome(work)
    for statement in work.withheld:
        yield f"- weggelaten: {statement.text}"
        detail = f" ({statement.detail})" if statement.detail else ""
        yield f"  want {REASONS[statement.reason]}{detail}"
        numbers = ", ".join(map(str, statement.citations)) or "geen"
        yield f"  genoemde passage: {numbers}" + "".join(f"; citaat: «{quote}»" for quote in statement.quotes)


def _outcome(work: ModelWork) -> Iterator[str]:
    if work.failure:
        yield f"ging mis: {FAILURES[work.failure]}"
    if work.no_answer:
        yield "zei dat het antwoord niet in de passages staat"
    yield f"{len(work.accepted)} uitspraken getoond, {len(work.withheld)} weggelaten"


def _answer(trace: Trace) -> Iterator[str]:
    if trace.answered_from == "records":
        yield "uit de gegevens van de documenten (titel, kop en lijsten), niet uit losse zinnen"
    yield from (f"- {statement}" for statement in trace.statements)
    if not trace.statements:
        yield "geen: de lezer ziet wat het dichtst in de buurt komt"
    if trace.note:
        yield f"de lezer leest erbij: {trace.note}"


def _where(title: str, section: tuple[str, ...]) -> str:
    return " > ".join(dict.fromkeys((title, *section)))


def _excerpt(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _EXCERPT else plain[:_EXCERPT].rsplit(" ", 1)[0] + " …"
