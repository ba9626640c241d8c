"""A coordinator changes the catalogue at the running centre; the tablet follows while people work with it."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.journeys.driver import FletUI
from tests.journeys.processes import ROOT, App, Centre
from tests.journeys.test_shift import start_a_shift

OMAC = "Demanar cita prèvia a l'OMAC"
NEW = "Donar-se d'alta a les bicicletes"


def test_a_procedure_imported_at_the_running_centre_is_found_on_the_tablet_and_a_retired_one_keeps_its_name(
    tmp_path: Path, start_centre: Callable[..., Centre], start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    centre = start_centre()
    code = centre.code("Tauleta 1")
    app = start_app(centre_url=centre.url, arguments=("--code", code))
    ui = open_ui(app)
    start_a_shift(ui)
    ui.click(OMAC)
    ui.wait_text("Com ha acabat?")
    ui.click("Fet")
    ui.wait_text(f"Desat: {OMAC}")

    said = centre.command("import-catalogue", str(newer_catalogue(tmp_path)))
    assert said.splitlines()[0] == "catalogue starter-2: 57 added, 0 changed, 0 retired, 0 unchanged"
    ui.nav("Ajuda")
    ui.scroll_to("Envia ara")
    ui.click("Envia ara")
    ui.scroll_to("starter-2")

    ui.nav("Avui")
    ui.click("Nova ajuda", exact=False)
    ui.type("Cerca un tràmit", "bicicletes")
    ui.click(NEW)
    ui.wait_text("Com ha acabat?")
    ui.click("Fet")
    ui.wait_text(f"Desat: {NEW}")
    ui.nav("Registres")
    ui.wait_text(OMAC)  # retired meanwhile

    app.kill()
    centre.kill()
    app.start()
    again = open_ui(app)
    again.enter_again("Connector 1")
    again.wait_text(OMAC)
    again.open("/assist")
    again.type("Cerca un tràmit", "bicicletes")
    again.wait_text(NEW)


def newer_catalogue(folder: Path) -> Path:
    """The catalogue with one procedure more and one less."""
    catalogue = json.loads((ROOT / "app" / "data" / "catalogue.json").read_text(encoding="utf-8"))
    first, *rest = catalogue["procedures"]
    assert first["title"]["ca"] == OMAC
    catalogue |= {
        "catalogue_version": "starter-2",
        "procedures": [{**first, "id": "sp-bici", "title": {"ca": NEW}}, *rest],
    }
    path = folder / "catalogue.json"
    path.write_text(json.dumps(catalogue), encoding="utf-8")
    return path
