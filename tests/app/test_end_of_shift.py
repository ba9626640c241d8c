"""The end of a shift on the screen: the day in numbers, what is missing of it, and the two ways it can turn out."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from app.domain import workshops as rules
from app.services.workshops import Workshops
from app.views.parts import tappable
from sync.protocol.records import Kind
from sync.protocol.vocabulary import AttendanceStatus
from tests.app.opened import Connector, opened
from tests.app.screens import all_sent
from tests.app.test_reference_screens import hear

pytestmark = pytest.mark.anyio

OMAC = "Demanar cita prèvia a l'OMAC"
OGAT = "Demanar cita prèvia a l'OGAT"
GO_ON = "Continua"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tablet"


async def at_the_end(app: Connector) -> None:
    await app.go_to("/end-of-shift")
    await app.wait_text("Envia i tanca el torn")
    app.taps = 0


def shift(app: Connector) -> dict[str, object]:
    (record,) = app.store.records(kind=Kind.SHIFT)
    return dict(record.fields)


async def test_the_day_is_said_in_words_without_what_there_was_none_of(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/workshops")
        await app.click("Mòdul 3")
        await app.wait_text("12 per marcar")
        workshops, (draft,) = Workshops(app.tablet.recorder), app.tablet.board.snapshot.drafts
        await workshops.change(draft.id, partial(rules.rest, status=AttendanceStatus.PRESENT))
        await workshops.close(draft.id)

        await at_the_end(app)

        assert "0 ajudes (0 fetes) · 1 taller (12 persones) · 0 min" in app.texts()


async def test_a_case_that_is_open_is_one_tap_away(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        case = app.route
        await at_the_end(app)

        assert "Hi ha 1 cosa sense acabar: es queda com a esborrany a la tauleta i no s'envia." in app.texts()
        await app.click(GO_ON)

        await app.wait_for(lambda: app.route == case)
        assert app.taps == 1


async def test_a_case_that_was_only_looked_up_is_discarded_there_and_can_be_taken_back(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await at_the_end(app)

        await app.click(f"Descarta «1 · {OMAC}»")
        await app.wait_for(lambda: not app.tablet.board.snapshot.drafts, "the case to go")
        assert app.route == "/end-of-shift"
        await app.click("DESFÉS")

        await app.wait_for(lambda: len(app.tablet.board.snapshot.drafts) == 1, "the case to come back")


async def test_of_two_quick_taps_the_second_discards_nothing_of_the_next(folder, monkeypatch):
    """Only the last thing that was discarded can be taken back."""
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await app.home()
        await app.open_case(OGAT)
        monkeypatch.setattr(tappable, "HASTY", timedelta(seconds=2))
        await at_the_end(app)
        await asyncio.sleep(2)

        await app.click(f"Descarta «1 · {OMAC}»")
        await app.wait_for(lambda: len(app.tablet.board.snapshot.drafts) == 1, "the first to go")
        await app.click(f"Descarta «2 · {OGAT}»")
        assert len(app.tablet.board.snapshot.drafts) == 1


async def test_a_list_that_was_opened_to_look_is_discarded_there_as_well(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/workshops")
        await app.click("Mòdul 3")
        await app.wait_text("12 per marcar")
        await at_the_end(app)

        await app.click("Descarta «Plataformes de participació»")
        await app.wait_for(lambda: not app.tablet.board.snapshot.drafts, "the list to go")
        assert app.route == "/end-of-shift"


async def test_a_session_that_has_begun_without_a_list_is_one_tap_away(folder):
    begun = {
        "module_ids": ["3"],
        "centre_id": "balafia",
        "day": datetime.now().astimezone().date().isoformat(),
        "start": "00:00",
        "end": None,
    }
    later = {**begun, "module_ids": ["4"], "start": "23:59"}
    async with opened(folder) as app:
        await app.start_shift()
        await hear(app, {"plan_version": "1", "sessions": [begun, later]})
        await at_the_end(app)

        assert "Hi ha 1 taller d'avui sense llista." in app.texts()
        await app.click("00:00 · Sense llista. Toca per passar-la.")

        await app.wait_text("12 per marcar")
        assert app.taps == 1
        await at_the_end(app)
        assert not any("sense llista" in each for each in app.texts())


@pytest.mark.parametrize(
    ("words", "custody"),
    [
        ("Tanca igualment: la tauleta es queda al centre", "centre"),
        ("Tanca igualment: la tauleta ve amb mi", "connector"),
    ],
)
async def test_who_has_the_tablet_is_written_down_where_something_is_only_on_it(folder, words, custody):
    async with opened(folder) as app:
        await app.start_shift()
        await at_the_end(app)
        await app.click("Envia i tanca el torn")
        await app.wait_text("Encara no: 1 registre només és en aquesta tauleta")
        await app.click(words)
        await app.wait_text("Qui ets?")

        assert app.taps == 2
        assert shift(app)["custody"] == custody
        assert app.store.counts().waiting == 1


async def test_what_is_open_is_said_before_the_button_that_ends_the_shift(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await at_the_end(app)

        texts = app.texts()
        warning = next(each for each in texts if each.startswith("Hi ha 1 cosa sense acabar"))
        assert texts.index(warning) < texts.index("Envia i tanca el torn")


async def test_after_the_end_what_is_open_is_named_and_not_said_to_be_sent(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await at_the_end(app)
        await all_sent(app)

        texts = app.texts()
        assert "Tot el que has desat és enviat." in texts and OMAC in texts
        assert "Tot enviat. Pots marxar." not in texts
        assert any(each.startswith("Queda 1 cosa sense acabar. No s'envia: es queda a la tauleta") for each in texts)
