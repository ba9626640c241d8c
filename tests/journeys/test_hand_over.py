"""A shift that no network takes: codes on the screen and a file, which the centre's own command then reads."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.driver import PATIENCE_MS, FletUI
from tests.journeys.processes import App, Centre
from tests.journeys.test_shift import SENT_BY_ITSELF_MS, centre_records, start_a_shift


def test_what_could_not_be_sent_is_carried_to_the_centre_and_sent_later_all_the_same(
    start_centre: Callable[..., Centre],
    start_app: Callable[..., App],
    open_ui: Callable[..., FletUI],
    tmp_path: Path,
) -> None:
    centre = start_centre()
    code = centre.code("Tauleta 1")
    app = start_app(centre_url=centre.url, arguments=("--code", code))
    ui = open_ui(app)
    start_a_shift(ui)
    ui.wait_text("Tot enviat", patience_ms=SENT_BY_ITSELF_MS)
    centre.kill()

    # A case, and an end that cannot be sent.
    ui.click("Trobar un tràmit en línia de l'Ajuntament")
    ui.wait_text("Com ha acabat?")
    ui.click("Fet")
    ui.wait_text("Desat: Trobar un tràmit")
    ui.open("/end-of-shift")
    ui.click("Envia i tanca el torn")
    ui.wait_text("Encara no: 2 registres només són en aquesta tauleta")

    # One code, with its name for who does not see it; and the same as a file.
    ui.scroll_to("Mostra un codi QR")
    ui.click("Mostra un codi QR")
    ui.wait_text("Codi 1 de 1")
    expect(ui.page.get_by_role("img", name="Codi 1 de 1")).to_be_attached(timeout=PATIENCE_MS)
    ui.wait_text("només la coordinació")
    with ui.page.expect_download() as saving:
        ui.click("Desa'l en un fitxer")
    ui.wait_text("Fitxer fet: relleu-")
    file = tmp_path / saving.value.suggested_filename
    saving.value.save_as(file)

    # The centre reads it; the tablet goes on waiting for the centre itself.
    said = centre.command("hand-over", "--key", str(centre.key), str(file))
    assert "of Tauleta 1: 2 changes" in said
    carried = centre_records(centre)
    assert sorted(kind for kind, _ in carried.values()) == ["assist", "shift"]
    assert next(fields for kind, fields in carried.values() if kind == "shift")["ended_at"]
    ui.click("Torna")
    ui.wait_text("Encara no: 2 registres")

    centre.start()
    ui.scroll_to("Torna-ho a provar")
    ui.click("Torna-ho a provar")
    ui.wait_text("Tot enviat. Pots marxar.")
    assert centre_records(centre) == carried
    assert ui.outside == []
