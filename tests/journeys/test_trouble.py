"""What a connector sees when something is wrong: what happened, that the work is safe, what to do."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.journeys.driver import PORTRAIT, FletUI
from tests.journeys.processes import App, Centre
from tests.journeys.test_shift import start_a_shift


class LogInPage(BaseHTTPRequestHandler):
    """What a hotel's Wi-Fi answers to everything."""

    def do_GET(self) -> None:
        body = b"<html><body>Accept our conditions</body></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Say nothing: a test's output is for what failed."""


@pytest.fixture
def log_in_page() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), LogInPage)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_log_in_page_in_the_way_is_called_by_its_name_and_nothing_is_lost(
    log_in_page: str, start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    app = start_app(centre_url=log_in_page, arguments=("--code", "AAAA-AAAA"))
    ui = open_ui(app)
    start_a_shift(ui)

    ui.wait_text("1 per enviar · la Wi-Fi demana acceptar condicions")
    ui.nav("Ajuda")

    ui.wait_text("Obre el navegador, accepta-les i torna a provar. La teva feina està desada.")


def test_a_centre_that_is_not_there_is_no_connection_and_the_shift_can_be_closed_all_the_same(
    start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    app = start_app(centre_url="http://127.0.0.1:9", arguments=("--code", "AAAA-AAAA"))
    ui = open_ui(app)
    start_a_shift(ui)
    ui.wait_text("1 per enviar · sense connexió des de les")

    ui.scroll_to("Tanca el torn")
    ui.click("Tanca el torn")
    ui.click("Envia i tanca el torn")

    ui.wait_text("Encara no: 1 registre només és en aquesta tauleta")
    ui.wait_text("La teva feina està desada i s'enviarà sola.")
    ui.click("Tanca igualment: la tauleta es queda al centre")
    ui.wait_text("Qui ets?")


def test_a_data_folder_that_cannot_be_used_is_said_on_the_screen(
    tmp_path: Path, start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    (tmp_path / "tablet").write_text("not a folder")
    app = start_app("tablet")

    ui = open_ui(app)

    ui.wait_text("Avisa la coordinació")
    assert (tmp_path / "tablet").read_text() == "not a folder"
    assert "tablet cannot be used" in app.output()


def test_a_page_that_was_closed_does_not_stop_the_others(
    start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    app = start_app()
    staying, leaving = open_ui(app), open_ui(app, ready="Qui ets?")
    start_a_shift(staying)
    leaving.wait_text("Els més fets aquí")
    leaving.close()

    staying.click("Demanar cita prèvia a l'OGAT")
    staying.wait_text("Com ha acabat?")
    staying.click("Fet")

    staying.wait_text("Desat: Demanar cita prèvia a l'OGAT")


def test_a_tablet_turned_while_the_page_loads_again_is_laid_out_anew(
    start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    ui = open_ui(start_app())
    start_a_shift(ui)
    ui.page.set_viewport_size(PORTRAIT)
    ui.reload()
    ui.wait_text("Els més fets aquí")
    ui.nav("Ajuda")
    ui.wait_text("Mida del text")
    ui.nav("Avui")
    ui.wait_text("Els més fets aquí")

    boxes = [ui.button(name, exact=False).bounding_box() for name in ("Nova ajuda", "Passar llista")]
    above, below = [each["y"] for each in boxes if each]
    assert above < below


def test_undo_opens_the_case_again_and_a_change_of_language_keeps_it(
    start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    app = start_app()
    ui = open_ui(app)
    start_a_shift(ui)
    ui.click("Demanar cita prèvia a l'OMAC")
    ui.click("Obrir el web de cita prèvia i triar l'oficina OMAC")
    ui.wait_text("Passos · 1 de 8")
    ui.click("Fet")
    ui.wait_text("Desat: Demanar cita prèvia a l'OMAC")

    with ui.count_taps() as undo:
        ui.click("DESFÉS")
        ui.wait_text("Passos · 1 de 8")
    with ui.count_taps() as language:
        ui.nav("Ajuda")
        ui.click("English")
        ui.wait_text("Text size")
    ui.nav("Today")
    ui.click("Not finished", exact=False)

    ui.wait_text("Steps · 1 of 8")
    assert (undo.count, language.count) == (1, 2)


def test_what_waits_is_sent_by_itself_when_the_network_comes_back(
    start_centre: Callable[..., Centre], start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    centre = start_centre()
    code = centre.code("Tauleta 1")
    centre.kill()
    app = start_app(centre_url=centre.url, arguments=("--code", code))
    ui = open_ui(app)
    start_a_shift(ui)
    ui.wait_text("1 per enviar · sense connexió des de les")
    centre.start()

    ui.set_offline(True)
    ui.set_offline(False)

    ui.wait_text("Tot enviat")
