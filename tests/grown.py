"""A tablet as it is after years: a catalogue many times as large, and thousands of records, most of them sent."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from app.domain.assisting import Assist
from app.domain.fields import pack
from app.settings import REFERENCE
from app.store import Edit, Store, Write
from sync.protocol.records import Kind
from sync.protocol.vocabulary import Outcome

MOST_HELPED = "sp-cita-omac"
AT_ONCE = 500


def grown_reference(folder: Path, procedures: int) -> Path:
    """The reference data of the app with so many procedures: its own again and again, each with words of its own."""
    shutil.copytree(REFERENCE, folder)
    path = folder / "catalogue.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    own = content["procedures"]
    content["procedures"] = [*own, *(_variant(own[n % len(own)], n) for n in range(len(own), procedures))]
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return folder


def _variant(procedure: dict[str, Any], n: int) -> dict[str, Any]:
    title = {language: f"{words} ref{n}" for language, words in procedure["title"].items()}
    steps = [{**step, "ca": f"{step['ca']} {n % 97}pas"} for step in procedure["steps"]]
    return {**procedure, "id": f"{procedure['id']}-{n}", "title": title, "steps": steps}


def fill(folder: Path, records: int, *, now: datetime) -> None:
    """So many assisted procedures, the newest of yesterday."""
    numbers = count(1)
    store = Store.open(folder, new_id=lambda: f"0b000000-0000-4000-8000-{next(numbers):012d}")
    filling = _Filling([each["id"] for each in _procedures()], now - timedelta(days=1))
    for start in range(0, records, AT_ONCE):
        store.write(Write(edits=tuple(filling.edits(start, min(AT_ONCE, records - start)))))
    store.close()


def _procedures() -> list[dict[str, Any]]:
    content: dict[str, Any] = json.loads((REFERENCE / "catalogue.json").read_text(encoding="utf-8"))
    procedures: list[dict[str, Any]] = content["procedures"]
    return procedures


@dataclass(frozen=True, slots=True)
class _Filling:
    ids: list[str]
    until: datetime

    def edits(self, start: int, size: int) -> Iterator[Edit]:
        for n in range(start, start + size):
            at = self.until - timedelta(minutes=20 * n)
            assist = Assist(
                procedure_id=MOST_HELPED if n % 5 == 0 else self.ids[n % len(self.ids)],
                outcome=Outcome.COMPLETED,
                connector_id="C1",
                centre_id="balafia",
                shift_id=f"shift-{n // 20}",
                started_at=at - timedelta(minutes=15),
                ended_at=at,
                active_minutes=15,
                created_at=at,
            )
            yield Edit(f"0a000000-0000-4000-8000-{n:012d}", Kind.ASSIST, "C1", at, pack(assist))
