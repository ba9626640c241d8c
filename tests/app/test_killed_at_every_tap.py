"""A kill at every tap of a shift: what the screen confirmed is there, and the restart shows the same screen.

A tap that only unfolds something (the door and a choice before "Comença", the question why a record is corrected)
confirms nothing: after a kill it is folded again, and the screen is the one before it.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import flet as ft

from app.store import key_file_of
from tests.app.lives import Life, Seen
from tests.app.opened import Connector

OMAC, LOCATE = "Demanar cita prèvia a l'OMAC", "Trobar un tràmit en línia de l'Ajuntament"
STEP, SAVE = "Obrir el web de cita prèvia i triar l'oficina OMAC", "Desa la llista (11 presents · 2 absents)"
TABS = ("Avui", "Tallers", "Registres", "Ajuda")
KILLED_WITHIN = (STEP, "Falta un document", SAVE)
MOST_OPERATIONS = 12  # of the disk, in one tap


@dataclass(frozen=True, slots=True)
class Touch:
    """One tap, and the words that say that it was done."""

    name: str
    brings: str
    unfolds: bool = False

    async def __call__(self, app: Connector) -> None:
        if self.name in TABS:
            rail, index = app.one(ft.NavigationRail), TABS.index(self.name)
            await app.fire(rail, "change", index, selected_index=index)
        else:
            begun = next((each for each in app.words() if each.startswith(self.name)), self.name)
            await app.click((app.all_called(self.name) or app.all_called(begun))[0])
        await app.wait_text(self.brings)


@dataclass(frozen=True, slots=True)
class ComesIn(Touch):
    """Six digits, or twice six of them the first time: after a kill one stands at the door again."""

    async def __call__(self, app: Connector) -> None:
        await app.type_whole_pin(self.name)
        await app.wait_text(self.brings)


SHIFT = (
    Touch("Connector 1", "Connector 1", unfolds=True),
    ComesIn("C1", "Centre Cívic", unfolds=True),
    Touch("Centre Cívic de Balàfia", "Comença", unfolds=True),
    Touch("Comença", "Encara no has apuntat res"),
    Touch(LOCATE, "Com ha acabat?"),
    Touch("Fet", "1 ajuda"),
    Touch(OMAC, "Passos · 0 de 8"),
    Touch(STEP, "Passos · 1 de 8"),
    Touch("Triar el dia i l'hora disponibles", "Passos · 2 de 8"),
    Touch("Posa en pausa", "En pausa"),
    Touch("En pausa des de les", "Posa en pausa"),
    Touch("Ha de tornar", "Ha de tornar: per què?"),
    Touch("Falta un document", "2 ajudes"),
    Touch("Passar llista", "Quin mòdul?"),
    Touch("Treu profit del teu mòbil", "0 presents · 0 absents · 12 per marcar"),
    Touch("Tots presents", "12 presents · 0 absents"),
    Touch("P04", "11 presents · 1 absent"),
    Touch("P07", "10 presents · 2 absents"),
    Touch("Un més: Sense inscripció", "11 presents · 2 absents"),
    Touch(SAVE, "1 taller"),
    Touch("Registres", "Tria un registre de la llista"),
    Touch(LOCATE, "Corregeix"),
    Touch("Corregeix", "Per què ho corregeixes?", unfolds=True),
    Touch("M'he equivocat", "Com ha acabat?"),
    Touch("Derivat a un altre servei", "On s'ha derivat?"),
    Touch("OMAC", "Corregit (v2)"),
    Touch("Avui", "Tanca el torn"),
    Touch("Tanca el torn", "Envia i tanca el torn"),
    Touch("Envia i tanca el torn", "Encara no: 17 registres només són en aquesta tauleta"),
    Touch("Tanca igualment: la tauleta es queda al centre", "Qui ets?"),
    Touch("Connector 2", "Connector 2", unfolds=True),
    ComesIn("C2", "Centre Cívic", unfolds=True),
    Touch("Centre Cívic de Balàfia", "Comença", unfolds=True),
    Touch("Comença", "Encara no has apuntat res"),
)


def lives(taps: Iterable[Touch]) -> list[tuple[Touch, ...]]:
    """What is tapped in one life each: all that unfolds on the way to a tap that saves is tapped again."""
    found: list[tuple[Touch, ...]] = []
    on_the_way: tuple[Touch, ...] = ()
    for tap in taps:
        found.append((*on_the_way, tap))
        on_the_way = (*on_the_way, tap) if tap.unfolds else ()
    return found


def lived(folder: Path, taps: tuple[Touch, ...] = ()) -> tuple[Seen, Seen]:
    """The screen a process opened with, and the one it was killed at."""
    with Life(folder, taps) as life:
        seen = [life.hears() for _ in range(1 + len(taps))]
    first, last = seen[0], seen[-1]
    assert first is not None and last is not None, "it ended by itself"
    return first, last


def died(folder: Path, taps: tuple[Touch, ...], operation: int) -> bool:
    """Whether it died in the last tap, before this operation of the disk."""
    with Life(folder, taps, dies_at=operation) as life:
        return [life.hears() for _ in range(1 + len(taps))][-1] is None


def test_a_kill_at_any_tap_loses_no_more_than_that_tap_and_the_restart_shows_the_same_screen(tmp_path: Path) -> None:
    folder, before, confirmed, died_within = tmp_path / "tablet", tmp_path / "before", None, 0
    for taps in lives(SHIFT):
        copied(folder, before)
        opened_with, shown = lived(folder, taps)
        assert confirmed in (None, opened_with), taps[0].name
        if taps[-1].name in KILLED_WITHIN:
            died_within += killed_within(before, tmp_path / "copy", taps, (opened_with, shown))
        confirmed = opened_with if taps[-1].unfolds else shown
    assert lived(folder)[0] == confirmed
    assert died_within >= 2 * len(KILLED_WITHIN)


def copied(folder: Path, copy: Path) -> None:
    """A tablet's folder, and its key from where a desk keeps it. One that is not there yet stays so."""
    shutil.rmtree(copy, ignore_errors=True)
    key_file_of(copy).unlink(missing_ok=True)
    if folder.exists():
        shutil.copytree(folder, copy)
        shutil.copy2(key_file_of(folder), key_file_of(copy))


def killed_within(before: Path, copy: Path, taps: tuple[Touch, ...], known: tuple[Seen, Seen]) -> int:
    """How often the last of these taps was cut, once at each thing it does to the disk; what is found then is all of it
    or nothing."""
    disks = [each.in_any_life.disk for each in known]
    for operation in range(MOST_OPERATIONS):
        copied(before, copy)
        if not died(copy, taps, operation):
            return operation
        found, _ = lived(copy)
        assert found.in_any_life.disk in disks, (taps[-1].name, operation)
        assert found.route in {each.route for each in known}, (taps[-1].name, operation)
    raise AssertionError(f"{taps[-1].name} does not come to an end")
