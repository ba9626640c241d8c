"""Who is tortured: our store, and TinyDB as it comes, which shows that the judge can find something."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Protocol

from tinydb import TinyDB
from tinydb.table import Document

from tests.torture import tablet
from tests.torture.hands import Hands, found_in
from tests.torture.tablet import Picture, Tablet


class Worker(Protocol):
    def do(self, step: Any) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Subject:
    """A store and the model of it. What a model's state and a step are is its own business."""

    empty: Any
    draw: Callable[[Any, Random], Any]
    after: Callable[[Any, Any], Any]
    picture: Callable[[Any], Picture]
    start: Callable[[Path], Worker]
    found_in: Callable[[Path], tuple[Picture, bool]]  # what is there, and whether damage was reported


def _ours_found_in(folder: Path) -> tuple[Picture, bool]:
    found, recovery = found_in(folder)
    return found, recovery.bad_lines > 0


OURS = Subject(Tablet(), tablet.draw, tablet.after, Tablet.picture, Hands, _ours_found_in)

Documents = Mapping[int, Mapping[str, object]]
Put = tuple[int, Mapping[str, object] | None]  # None: remove it


class Stock:
    """TinyDB with its JSONStorage, in a file of its own."""

    def __init__(self, folder: Path) -> None:
        self._database = TinyDB(folder / "stock.json")

    def do(self, step: Put) -> None:
        number, document = step
        if document is None:
            self._database.remove(doc_ids=[number])
        else:
            self._database.upsert(Document(document, doc_id=number))

    def close(self) -> None:
        self._database.close()

    def picture(self) -> Picture:
        return {f"record {document.doc_id}": dict(document) for document in self._database}


def _stock_draw(documents: Documents, chance: Random) -> Put:
    """Made, corrected or removed."""
    fate = chance.random()
    number = chance.choice(list(documents)) if documents and fate < 0.5 else chance.randrange(10**6)
    text = f"{chance.random()} " + "x" * chance.choice((5, 40, 120))
    return number, None if number in documents and fate < 0.2 else {"note": text, "steps": ["a", "b"]}


def _stock_after(documents: Documents, step: Put) -> Documents:
    number, document = step
    others = {other: kept for other, kept in documents.items() if other != number}
    return others if document is None else {**others, number: {**documents.get(number, {}), **document}}


def _stock_picture(documents: Documents) -> Picture:
    return {f"record {number}": document for number, document in documents.items()}


def _stock_found_in(folder: Path) -> tuple[Picture, bool]:
    stock = Stock(folder)
    try:
        return stock.picture(), False
    finally:
        stock.close()


STOCK = Subject({}, _stock_draw, _stock_after, _stock_picture, Stock, _stock_found_in)
SUBJECTS = {"ours": OURS, "stock": STOCK}
