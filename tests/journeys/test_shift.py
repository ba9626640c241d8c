"""A whole shift as a connector lives it: the real app and the real centre as processes, driven in a browser."""

import json
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from app.store import Store
from app.store.key_file import codec_of
from tests.journeys.driver import FletUI
from tests.journeys.processes import App, Centre

STEP = "Obrir el web de cita prèvia i triar l'oficina OMAC"
SEAT_RECORDS = 13
SENT_BY_ITSELF_MS = 45_000  # a save is sent once it cannot be undone any more

Records = dict[str, tuple[str, dict[str, Any]]]  # id -> (kind, fields)


def start_a_shift(ui: FletUI) -> None:
    ui.enter_as("Connector 1")
    ui.wait_text("Comença el torn")
    ui.click("Centre Cívic de Balàfia")
    ui.click("Comença")
    ui.wait_text("Els més fets aquí")


def centre_records(centre: Centre) -> Records:
    """What is in the centre's database: kind and fields by id, of records that stand."""
    with sqlite3.connect(f"file:{centre.folder / 'centre.db'}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT id, kind, fields FROM record WHERE NOT deleted").fetchall()
    assert len({id for id, *_ in rows}) == len(rows)
    return {id: (kind, json.loads(fields)) for id, kind, fields in rows}


def tablet_records(app: App) -> Records:
    """What is on the tablet's disk, as it was written; the app must not be running."""
    store = Store.open(app.folder, new_id=lambda: pytest.fail("reading makes no ids"), codec=codec_of(app.folder))
    try:
        records = [record for record in store.records() if not record.deleted]
        return {each.id: (each.kind, json.loads(json.dumps(dict(each.fields)))) for each in records}
    finally:
        store.close()


def test_a_shift_without_network_arrives_at_the_centre_once_and_whole(
    start_centre: Callable[..., Centre], start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    centre = start_centre()
    code = centre.code("Tauleta 1")
    app = start_app(centre_url=centre.url, arguments=("--code", code))
    ui = open_ui(app)

    # The shift starts, and its record reaches the centre by itself.
    start_a_shift(ui)
    ui.wait_text("Tot enviat", patience_ms=SENT_BY_ITSELF_MS)
    centre.kill()

    # Three procedures without a network: by tile, by search, and one that outlives a dead battery.
    with ui.count_taps() as by_tile:
        ui.click("Trobar un tràmit en línia de l'Ajuntament")
        ui.wait_text("Com ha acabat?")
        ui.click("Fet")
        ui.wait_text("Desat: Trobar un tràmit")
    ui.click("Nova ajuda", exact=False)
    ui.type("Cerca un tràmit", "padro")
    ui.click("Obtenir el certificat d'empadronament")
    ui.wait_text("Com ha acabat?")
    ui.click("Ha de tornar")
    ui.wait_text(": per què?")
    ui.click("Falta un document")
    ui.wait_text("Desat: Obtenir el certificat")
    ui.click("Demanar cita prèvia a l'OMAC")
    ui.wait_text("Passos · 0 de 8")
    ui.click(STEP)
    ui.wait_text("Passos · 1 de 8")
    app.kill()

    # The same folder again: the same case, at the same step.
    app.start()
    ui = open_ui(app)
    ui.enter_again("Connector 1")
    ui.wait_text("Demanar cita prèvia a l'OMAC")
    ui.wait_text("Passos · 1 de 8")
    ui.click("Derivat a un altre servei")
    ui.click("OMAC")
    ui.wait_text("Desat: Demanar cita prèvia a l'OMAC")

    # Attendance of twelve: two did not come, one came without being enrolled.
    with ui.count_taps() as attendance:
        ui.click("Passar llista", exact=False)
        ui.click("Treu profit del teu mòbil", exact=False)
        ui.wait_text("0 presents · 0 absents · 12 per marcar")
        ui.click("Tots presents")
        ui.wait_text("12 presents · 0 absents")
        ui.click("P04", exact=False)
        ui.wait_text("11 presents · 1 absent ·")
        ui.click("P07", exact=False)
        ui.wait_text("10 presents · 2 absents")
        before_walk_in = ui.taps
        ui.click("Un més: Sense inscripció")
        ui.wait_text("11 presents · 2 absents")
        walk_in_taps = ui.taps - before_walk_in
        ui.click("Desa la llista (11 presents · 2 absents)")
        ui.wait_text("Desat: Treu profit del teu mòbil")

    assert by_tile.count <= 3
    assert attendance.count - walk_in_taps <= 6
    assert walk_in_taps == 1

    # Three procedures, one session and its thirteen seats wait; the shift itself is at the centre.
    waiting = 3 + 1 + SEAT_RECORDS
    ui.wait_text(f"{waiting} per enviar")

    # The centre is back: the end of the shift sends everything, and only then is it green.
    centre.start()
    ui.scroll_to("Tanca el torn")
    ui.click("Tanca el torn")
    ui.click("Envia i tanca el torn")
    ui.wait_text("Tot enviat. Pots marxar.")
    ui.wait_text("Tot enviat ·")
    assert ui.outside == []
    app.kill()

    at_centre, on_tablet = centre_records(centre), tablet_records(app)
    assert at_centre == on_tablet
    judge(at_centre)


def judge(records: Records) -> None:
    """What the centre must hold after that shift, said again from what was tapped."""
    assert sorted(kind for kind, _ in records.values()) == (
        ["assist"] * 3 + ["attendance"] * SEAT_RECORDS + ["session", "shift"]
    )
    shift_id, shift = only(records, "shift")
    assert (shift["connector_id"], shift["centre_id"]) == ("C1", "balafia")
    assert shift["started_at"] <= shift["ended_at"]

    assists = {fields["procedure_id"]: fields for kind, fields in records.values() if kind == "assist"}
    assert {id: fields["outcome"] for id, fields in assists.items()} == {
        "sp-localitzar-tramit": "completed",
        "sp-certificat-padro": "must_return",
        "sp-cita-omac": "referred",
    }
    assert assists["sp-certificat-padro"]["blocked_reason"] == "missing_document"
    assert assists["sp-cita-omac"]["referred_to"] == "omac"
    assert assists["sp-cita-omac"]["steps_done"] == ["s2"]
    assert all(each["shift_id"] == shift_id and each["active_minutes"] >= 1 for each in assists.values())

    session_id, session = only(records, "session")
    assert (session["status"], session["kind"], session["module_ids"]) == ("held", "plan", ["6"])
    assert (session["headcount"], session["registered_count"]) == (11, 12)
    seats = {fields["slot"]: fields for kind, fields in records.values() if kind == "attendance"}
    absent = {slot for slot, each in seats.items() if each["status"] == "absent"}
    assert absent == {"P04", "P07"}
    assert {slot for slot, each in seats.items() if each["status"] == "present"} == set(seats) - absent
    assert [slot.partition("@")[0] for slot, each in seats.items() if each["walk_in"]] == ["+1"]
    assert all(each["session_id"] == session_id for each in seats.values())


def only(records: Records, wanted: str) -> tuple[str, dict[str, Any]]:
    """The one record of a kind: its id and fields."""
    [(id, fields)] = [(id, fields) for id, (kind, fields) in records.items() if kind == wanted]
    return id, fields
