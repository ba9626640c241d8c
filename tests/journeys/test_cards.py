"""A citizen's card as it is used: switched on at the centre, typed on the tablet, counted, erased when asked for."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.driver import FletUI
from tests.journeys.processes import App, Centre
from tests.journeys.test_shift import centre_records, start_a_shift

OMAC = "Demanar cita prèvia a l'OMAC"
FIELD = "Codi de la targeta"


def test_the_code_of_a_card_is_typed_saved_sent_counted_and_erased(
    tmp_path: Path, start_centre: Callable[..., Centre], start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    centre = start_centre()
    policies = tmp_path / "policies.json"
    asked = {"policies_version": "1", "policies": [{"id": "fields_asked", "value": ["card_code"]}]}
    policies.write_text(json.dumps(asked), encoding="utf-8")
    centre.command("import-catalogue", str(policies))
    app = start_app(centre_url=centre.url, arguments=("--code", centre.code("Tauleta 1")))
    ui = open_ui(app)
    start_a_shift(ui)
    ui.click(OMAC)
    ui.wait_text("Com ha acabat?")
    ui.scroll_to("Més dades")
    ui.click("Més dades")
    ui.scroll_to(FIELD)

    ui.type(FIELD, "k7qf 2m9k")
    ui.wait_text("hi ha algun caràcter canviat")
    ui.click("Treu el codi")
    ui.type(FIELD, "k7qf 2m9j")
    ui.wait_text("Codi correcte: K7QF-2M9J")
    ui.click("Fet")
    ui.wait_text(f"Desat: {OMAC}")
    send(ui)

    (fields,) = [fields for kind, fields in centre_records(centre).values() if kind == "assist"]
    assert fields["card_code"] == "K7QF2M9J"
    assert "cards                   <5" in centre.command("card-counts")
    ui.nav("Registres")
    ui.click(OMAC, exact=False)
    ui.scroll_to("K7QF-2M9J")

    assert centre.command("erase", "--card", "k7qf-2m9j").startswith("1 records and 0 changes")
    send(ui)
    ui.nav("Registres")
    ui.click(OMAC, exact=False)
    ui.wait_text("Historial")
    expect(ui.text("K7QF-2M9J")).to_have_count(0)


def send(ui: FletUI) -> None:
    ui.nav("Ajuda")
    ui.scroll_to("Envia ara")
    ui.click("Envia ara")
    ui.wait_text("Tot enviat")
