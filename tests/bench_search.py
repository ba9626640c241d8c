"""How long one key press takes in the search of 1,800 procedures, beside a plain scan that folds accents."""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from app.domain.catalogue import LANGUAGES, Catalogue, Label, Procedure, parse_catalogue
from app.domain.search import ProcedureSearch
from app.domain.synonyms import parse_synonyms
from tests.bench_report import Report
from tests.search.misspellings import read_list

PROCEDURES = 1_800  # how many the council has online
FIRST = 10  # hits that a person sees without scrolling
QUERIES = (
    "vida laboral",
    "cita prèvia",
    "certificat del padró",
    "sellar el paro",
    "idcat mòbil",
    "pagar multa",
    "currículm",  # a letter is missing
    "vidalaboral",  # the space is missing
    "xyzzy",  # in no procedure
)

_DATA = Path(__file__).parents[1] / "app" / "data"
_Find = Callable[[str], object]


def run(repeats: int) -> list[Report]:
    catalogue = _multiplied(parse_catalogue(_read("catalogue.json"), where="catalogue.json"), PROCEDURES)
    synonyms = parse_synonyms(_read("synonyms.json"), where="synonyms.json")
    started = perf_counter()
    search = ProcedureSearch(catalogue, synonyms)
    search.prepare()
    ready_ms = 1000 * (perf_counter() - started)
    scan = _PlainScan(catalogue)

    ours = _per_key(lambda query: search.find(query, "ca"), repeats)
    peer = _per_key(scan.find, repeats)

    misspellings = read_list()
    found = [each.procedure_id in _first(search, each.typed, each.language) for each in misspellings]
    spelt = [each.procedure_id in _first(search, each.meant, each.language) for each in misspellings]
    figures = {
        "typo_found": sum(found) / len(found),
        "typo_found_if_spelt_right": sum(spelt) / len(spelt),
        "search_ms_p95_1800": _at(ours, 0.95),
        "search_ratio": _at(peer, 0.95) / _at(ours, 0.95),  # above 1: how many times faster than the scan
        "search_ready_ms_1800": ready_ms,
    }
    rows = tuple(
        (name, _at(times, 0.5), _at(times, 0.95), max(times)) for name, times in (("ours", ours), ("scan", peer))
    )
    titled = f"{sum(found)} of {len(found)} misspellings found"
    title = (
        f"{titled}; one key press in {PROCEDURES:,} procedures ({len(ours)} key presses; ready in {ready_ms:.0f} ms)"
    )
    return [Report(title, ("", "median ms", "p95 ms", "longest ms"), rows, figures)]


def _first(search: ProcedureSearch, query: str, language: str) -> list[str]:
    return [each.id for each in search.find(query, language)[:FIRST]]


class _PlainScan:
    """The peer: every key press goes through every procedure's words, folded beforehand. No ranking, no typos."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._texts = [(_folded(" ".join(_words_of(each))), each) for each in catalogue.procedures]

    def find(self, query: str) -> list[Procedure]:
        words = _folded(query).split()
        return [procedure for text, procedure in self._texts if all(word in text for word in words)]


def _words_of(procedure: Procedure) -> Iterator[str]:
    for label in (procedure.title, *(step.label for step in procedure.steps)):
        yield from (label.in_(language) for language in LANGUAGES)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _per_key(find: _Find, repeats: int) -> list[float]:
    """Milliseconds of each key press, typing every query from its first letter; the best of the repeats."""
    typed = [query[:length] for query in QUERIES for length in range(1, len(query) + 1)]
    return [min(_milliseconds(find, text) for _ in range(repeats)) for text in typed]


def _milliseconds(find: _Find, text: str) -> float:
    started = perf_counter()
    find(text)
    return 1000 * (perf_counter() - started)


def _at(times: list[float], share: float) -> float:
    return sorted(times)[round(share * (len(times) - 1))]


def _multiplied(catalogue: Catalogue, count: int) -> Catalogue:
    """The same procedures again and again, each with words of its own, as a grown catalogue would have."""
    own = catalogue.procedures
    grown = (_variant(own[n % len(own)], n) if n >= len(own) else own[n] for n in range(count))
    return replace(catalogue, procedures=tuple(grown))


def _variant(procedure: Procedure, n: int) -> Procedure:
    steps = tuple(replace(step, label=_with_word(step.label, f"{n % 97}pas")) for step in procedure.steps)
    return replace(procedure, id=f"{procedure.id}-{n}", title=_with_word(procedure.title, f"ref{n}"), steps=steps)


def _with_word(label: Label, word: str) -> Label:
    return Label(f"{label.ca} {word}", f"{label.es} {word}", f"{label.en} {word}")


def _read(name: str) -> str:
    return (_DATA / name).read_text(encoding="utf-8")
