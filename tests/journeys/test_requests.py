"""A group asks for training: written down in a browser, moved on, and what the centre then holds."""

import json
from collections.abc import Callable
from pathlib import Path

from sync.protocol.records import Kind
from tests.journeys.driver import PORTRAIT, FletUI
from tests.journeys.processes import App, Centre
from tests.journeys.test_review import paired, send, start_a_shift
from tests.journeys.test_shift import centre_records

MOBILE = "Treu profit del teu mòbil"
POLICIES = {"policies_version": "1", "policies": [{"id": "fields_asked", "value": ["note"]}]}


def test_a_request_becomes_a_session_with_a_note_and_the_centre_holds_both(
    tmp_path: Path, start_centre: Callable[..., Centre], start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    centre = start_centre()
    file = tmp_path / "policies.json"
    file.write_text(json.dumps(POLICIES), encoding="utf-8")
    centre.command("import-catalogue", str(file))
    ui = open_ui(paired(centre, start_app, "tablet-1"), viewport=PORTRAIT)
    start_a_shift(ui, "Connector 1")
    send(ui, "Tot enviat ·")

    ui.nav("Tallers")
    with ui.count_taps() as taps:
        ui.click("Peticions de grups", exact=False)
        ui.click("Nova petició")
        ui.click("Gent gran")
        ui.click(MOBILE)
        ui.click("Desa la petició")
        ui.wait_text(f"Desat: Petició: Gent gran · {MOBILE} · Demanada")
    assert taps.count == 5

    # Its session is held, with what the coordinator has switched on.
    ui.click(f"Petició: Gent gran · {MOBILE}", exact=False)
    ui.wait_text("Historial")
    ui.click("Acordada")
    ui.wait_text("Ha canviat l'estat")
    ui.click("Obre la llista per a aquest grup")
    ui.wait_text("12 per marcar")
    ui.click("Tots presents")
    ui.wait_text("12 presents ·")
    ui.scroll_to("Més dades")
    ui.click("Més dades")
    ui.scroll_to("0/140")
    ui.type("Nota", "Falta un endoll")
    ui.wait_text("15/140")
    ui.click("Desa la llista", exact=False)
    ui.wait_text(f"Desat: {MOBILE} · Fet")
    send(ui, "Tot enviat ·")

    held = [fields for kind, fields in centre_records(centre).values() if kind == Kind.SESSION]
    asked = [fields for kind, fields in centre_records(centre).values() if kind == Kind.TRAINING_REQUEST]
    assert [(each["kind"], each["group_type"], each["module_ids"], each["note"]) for each in held] == [
        ("on_request", "older_people", ["6"], "Falta un endoll")
    ]
    assert [(each["status"], each["group_type"], each["module_ids"]) for each in asked] == [
        ("held", "older_people", ["6"])
    ]
    assert [each["held_on"] for each in asked] == [each["started_at"] for each in held]

    # A session for a group is none of the plan's; one of the plan is on the board as soon as it is saved.
    ui.nav("Tallers")
    ui.click("Pla de formació Fets: 0 de 8")
    ui.wait_text("Encara no")
    ui.nav("Tallers")
    ui.click(f"{MOBILE} Mòdul 6")
    ui.wait_text("12 per marcar")
    ui.click("La resta no ha vingut")
    ui.wait_text("12 absents ·")
    ui.click("Desa la llista", exact=False)
    ui.wait_text(f"Desat: {MOBILE} · Fet")
    ui.nav("Tallers")
    ui.click("Pla de formació Fets: 1 de 8")
    ui.wait_text("Fet ·")
