"""The reference files the app ships, read for tests, and small ones made by hand."""

import json
from pathlib import Path

from app.domain.catalogue import BringItem, Catalogue, Label, Module, Procedure, Site, Step, parse_catalogue
from app.domain.centres import Centres, parse_centres
from app.domain.synonyms import Synonyms, parse_synonyms

FOLDER = Path(__file__).parents[2] / "app" / "data"


def shipped_text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def shipped_catalogue() -> Catalogue:
    return parse_catalogue(shipped_text("catalogue.json"), where="catalogue.json")


def shipped_centres() -> Centres:
    return parse_centres(shipped_text("centres.json"), where="centres.json")


def shipped_synonyms() -> Synonyms:
    return parse_synonyms(shipped_text("synonyms.json"), where="synonyms.json")


def altered(name: str, path: tuple[object, ...], value: object) -> str:
    """The shipped file with one value replaced or added; `...` as the value removes it."""
    content = json.loads(shipped_text(name))
    place = content
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(content, ensure_ascii=False)


def make_procedure(id: str, ca: str, *, es: str = "", en: str = "", steps: tuple[str, ...] = ()) -> Procedure:
    return Procedure(
        id=id,
        module="1",
        title=Label(ca, es, en),
        steps=tuple(Step(f"s{n}", "do", Label(words)) for n, words in enumerate(steps, 1)),
        bring=(BringItem("nothing", Label("No cal portar res")),),
        site=Site("—", None),
        default_minutes=10,
        needs_identity="none",
    )


def make_catalogue(*procedures: Procedure) -> Catalogue:
    return Catalogue("test-1", (Module("1", Label("Tràmits")),), procedures)
