"""What the centre says of the reference data, on the screens of somebody who is working."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.settings import REFERENCE
from sync.endpoint.reference_files import read_file
from sync.protocol.messages import SyncReply
from sync.protocol.records import Record
from tests.app.opened import Connector, opened
from tests.app.test_screens import FET, OMAC, until_saved

pytestmark = pytest.mark.anyio

TODAY = datetime.now().astimezone().date()
CATALOGUE = json.loads((REFERENCE / "catalogue.json").read_text(encoding="utf-8"))
FIRST, *OTHERS = CATALOGUE["procedures"]
BICING = {**FIRST, "id": "sp-bicing", "title": {"ca": "Donar-se d'alta a les bicicletes"}}
SHORT = {**FIRST, "steps": [{"id": "s9", "kind": "do", "ca": "Tot en un pas"}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tablet"


async def hear(app: Connector, *contents: object) -> None:
    """A round in which the centre says these files."""
    files = [read_file("file.json", json.dumps(content).encode()) for content in contents]
    entries = [entry for file in files for entry in (*file.entries, file.edition)]
    before = max((each.seq for each in app.store.records()), default=0)
    news = tuple(Record(each.id, each.kind, before + n, each.fields) for n, each in enumerate(entries, 1))
    app.store.hear(SyncReply(f"e.{before}", False, 0, datetime.now(UTC), (), news))
    await app.tablet.reference.follow()
    app.tablet.syncing.report(app.tablet.board.snapshot.sync.phase)
    await app.settle()


def catalogue(version: str, *procedures: object) -> dict[str, object]:
    return {**CATALOGUE, "catalogue_version": version, "procedures": procedures}


async def test_a_new_procedure_appears_in_the_search_that_is_open(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.go_to("/assist")
        await app.enter("Cerca un tràmit", "bicicletes")
        assert BICING["title"]["ca"] not in app.texts()

        await hear(app, catalogue("2", FIRST, *OTHERS, BICING))

        assert BICING["title"]["ca"] in app.texts()


async def test_an_open_case_does_not_change_under_the_fingers(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await app.click("Triar el dia i l'hora disponibles")
        await app.wait_text("Passos · 1 de 8")

        await hear(app, catalogue("2", SHORT, *OTHERS))

        await app.wait_text("Passos · 1 de 8")
        await app.click(FET)
        await until_saved(app)
        await app.open_case(OMAC)
        await app.wait_text("Passos · 0 de 1")


async def test_an_open_case_of_a_retired_procedure_goes_on_and_its_record_keeps_its_name(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)

        await hear(app, catalogue("2", *OTHERS))

        await app.wait_text("Passos · 0 de 8")
        await app.click(FET)
        await until_saved(app)
        await app.home()
        assert app.texts().count(OMAC) == 1  # among what was done, not among the tiles
        await app.go_to("/assist")
        assert OMAC not in app.texts()


async def test_connectors_are_those_of_the_centre_whose_contract_runs(folder):
    until = {"yesterday": TODAY - timedelta(days=1), "today": TODAY}
    people = [
        {"id": "C1", "name": "Connector 1", "valid_until": until["yesterday"].isoformat()},
        {"id": "C5", "name": "Connector 5", "valid_until": until["today"].isoformat(), "centres": ["ereta"]},
    ]
    async with opened(folder) as app:
        assert "Connector 4" in app.texts()

        await hear(app, {"people_version": "1", "people": people})

        assert [each for each in app.texts() if each.startswith("Connector")] == ["Connector 5"]
        await app.enter_as("C5")
        await app.click("Comença")  # at the one centre where they work
        await app.wait_text("Nova ajuda")
        assert app.tablet.board.snapshot.shift.centre_id == "ereta"


async def test_nobody_whose_contract_runs_is_said_instead_of_offering_nothing(folder):
    async with opened(folder) as app:
        await hear(
            app, {"people_version": "1", "people": [{"id": "C1", "name": "Connector 1", "valid_until": "2020-01-01"}]}
        )

        assert any(each.startswith("Cap connector") for each in app.texts())


async def test_what_is_planned_for_today_at_this_centre_stands_first_and_opens_with_one_tap(folder):
    # Not at this hour: one that is being held is opened by "Passar llista" itself.
    start, end = ("20:00", "21:30") if datetime.now().astimezone().hour < 15 else ("10:00", "11:30")
    here = {"module_ids": ["3"], "centre_id": "balafia", "day": TODAY.isoformat(), "start": start, "end": end}
    elsewhere = {**here, "centre_id": "ereta", "start": "16:00", "end": None}
    tomorrow = {**here, "day": (TODAY + timedelta(days=1)).isoformat(), "end": None}
    async with opened(folder) as app:
        await app.start_shift()
        await hear(app, {"plan_version": "1", "sessions": [here, elsewhere, tomorrow]})
        await app.click("Passar llista")
        await app.wait_text("Previst per avui")

        said = app.texts()
        assert said.count(f"{start} – {end}") == 1
        assert "16:00" not in said and start not in said
        assert said.index(f"{start} – {end}") < said.index("Mòdul 1")
        await app.click(f"{start} – {end}")

        await app.wait_text("12 per marcar")
        await app.go_to("/workshops")
        await app.click("Centre Cívic de l'Ereta")
        assert "16:00" in app.texts()


async def test_a_field_the_coordinator_switched_off_is_not_asked(folder):
    off = ["satisfaction", "satisfaction_good", "level"]
    async with opened(folder) as app:
        await app.start_shift()
        await hear(app, {"policies_version": "1", "policies": [{"id": "fields_not_asked", "value": off}]})

        await app.open_case(OMAC)
        await app.click("Més dades")
        assert "Com ha vingut" in app.texts()
        assert not any(each.startswith("Satisfacció") for each in app.texts())

        await app.go_to("/workshops")
        await app.click("Mòdul 3")
        await app.wait_text("12 per marcar")
        await app.click("Més dades")
        assert "Incidències" in app.texts()
        assert "Nivell" not in app.texts()
