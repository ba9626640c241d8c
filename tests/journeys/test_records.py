"""A saved record corrected and made void in a browser, and what the centre then holds of it."""

import json
from collections.abc import Callable
from typing import Any

from sync.protocol.records import Kind
from tests.journeys.driver import PORTRAIT, FletUI
from tests.journeys.processes import App, Centre
from tests.journeys.test_review import paired, send, start_a_shift
from tests.journeys.test_shift import centre_records

CASE = "Demanar cita prèvia a l'OMAC"


def the_case(centre: Centre) -> dict[str, Any]:
    (fields,) = [fields for kind, fields in centre_records(centre).values() if kind == Kind.ASSIST]
    return fields


def test_a_record_is_corrected_and_made_void_and_the_centre_holds_both(
    start_centre: Callable[..., Centre], start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    centre = start_centre()
    ui = open_ui(paired(centre, start_app, "tablet-1"), viewport=PORTRAIT)
    start_a_shift(ui, "Connector 1")
    ui.click(CASE)
    ui.wait_text("Com ha acabat?")
    ui.click("Fet")
    ui.wait_text(f"Desat: {CASE}")
    send(ui, "Tot enviat ·")

    # Found by its words, corrected with a reason: the next version.
    ui.nav("Registres")
    ui.wait_text("Enviat ·")
    ui.type("Cerca un registre", "previa omac")
    ui.wait_text("1 registre")
    ui.click(CASE, exact=False)
    ui.wait_text("Historial")
    ui.click("Corregeix")
    ui.click("M'he equivocat")
    ui.wait_text("Com ha acabat?")
    ui.click("Derivat a un altre servei")
    ui.click("OGAT")
    ui.wait_text(f"Corregit: {CASE} · Derivat a un altre servei")
    send(ui, "Tot enviat ·")
    corrected = the_case(centre)
    (told,) = corrected["revisions"]
    assert (corrected["outcome"], json.loads(told)["why"]) == ("referred", "mistake")
    assert json.loads(told)["was"]["outcome"] == "completed"

    # Taken back: the list is as it was left, the record is struck and kept, and the centre knows.
    ui.nav("Registres")
    ui.wait_text("Corregit (v2)")
    ui.click(CASE, exact=False)
    ui.wait_text("Com ha acabat: abans Fet")
    with ui.count_taps() as taps:
        ui.click("Anul·la el registre")
        ui.wait_text(f"Anul·lat: {CASE}")
    assert taps.count == 1
    ui.wait_text("Està anul·lat: es conserva, però no compta.")
    send(ui, "Tot enviat ·")
    void = the_case(centre)
    assert void["voided_at"] and void["outcome"] == "referred"
    assert len(void["revisions"]) == 2
