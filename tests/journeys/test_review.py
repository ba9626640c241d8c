"""What two tablets disagree about, and what the centre refuses, decided by people: real tablets, a real centre."""

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime

from app.store import Edit, Store, Write
from app.store.key_file import codec_of
from sync.protocol.records import Kind
from tests.journeys.driver import FletUI
from tests.journeys.processes import App, Centre
from tests.journeys.test_shift import centre_records

WORKSHOP = "Treu profit del teu mòbil"
CASES = ("Demanar cita prèvia a l'OMAC", "Demanar cita prèvia a l'OGAT", "Trobar un tràmit en línia de l'Ajuntament")


def paired(centre: Centre, start_app: Callable[..., App], name: str) -> App:
    code = centre.code(name)
    return start_app(name, centre_url=centre.url, arguments=("--code", code))


def start_a_shift(ui: FletUI, connector: str) -> None:
    ui.enter_as(connector)
    ui.wait_text("Comença el torn")
    ui.click("Centre Cívic de Balàfia")
    ui.click("Comença")
    ui.wait_text("Els més fets aquí")


def take_the_list(ui: FletUI, *absent: str) -> None:
    ui.nav("Tallers")
    ui.click(WORKSHOP, exact=False)
    ui.wait_text("12 per marcar")
    ui.click("Tots presents")
    for seat in absent:
        ui.click(seat, exact=False)
    ui.wait_text(f"{12 - len(absent)} presents")
    ui.click("Desa la llista", exact=False)
    ui.wait_text(f"Desat: {WORKSHOP}")


def send(ui: FletUI, then: str) -> None:
    ui.nav("Ajuda")
    ui.click("Envia ara")
    ui.wait_text(then)


def test_a_disagreement_is_settled_with_a_tap_and_gone_on_both_tablets(
    start_centre: Callable[..., Centre], start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    centre = start_centre()
    first, second = (open_ui(paired(centre, start_app, name)) for name in ("tablet-1", "tablet-2"))
    start_a_shift(first, "Connector 1")
    start_a_shift(second, "Connector 2")
    for ui in (first, second):
        send(ui, "Tot enviat ·")
    centre.kill()  # or one might hear of the other's list before it opens its own
    take_the_list(first)
    take_the_list(second, "P04")
    centre.start()
    send(first, "Tot enviat ·")

    # The second tablet's answer comes too late: what it wrote is kept beside, of the list and of one seat.
    send(second, "2 per revisar")
    send(first, "2 per revisar")
    second.click("2 per revisar", exact=False)
    second.wait_text(f"{WORKSHOP} · seient P04")
    second.click("Tot com consta ara")
    second.wait_text("1 per revisar")
    with second.count_taps() as taps:
        second.click("No ha vingut", exact=False)
        second.wait_text(f"Revisat: {WORKSHOP} · seient P04")
    assert taps.count == 1
    second.wait_text("No hi ha res per revisar.")

    send(second, "Tot enviat ·")
    send(first, "Tot enviat ·")
    assert disputed(centre) <= {"shift_id"}  # two shifts took that list: which of them asks nobody
    seats = [fields for kind, fields in centre_records(centre).values() if kind == Kind.ATTENDANCE]
    assert [each["slot"] for each in seats if each["status"] == "absent"] == ["P04"]


def disputed(centre: Centre) -> set[str]:
    """The fields in dispute at the centre."""
    with sqlite3.connect(f"file:{centre.folder / 'centre.db'}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT conflicts FROM record").fetchall()
    return {str(conflict["field"]) for (conflicts,) in rows for conflict in json.loads(conflicts)}


def test_what_the_centre_refused_leaves_by_each_of_three_ways(
    start_centre: Callable[..., Centre], start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    centre = start_centre()
    app = paired(centre, start_app, "tablet-1")
    ui = open_ui(app)
    start_a_shift(ui, "Connector 1")
    send(ui, "Tot enviat ·")
    centre.kill()  # or a case might be taken before it is spoilt
    ui.nav("Avui")
    for case in CASES:
        ui.click(case)
        ui.wait_text("Com ha acabat?")
        ui.click("Fet")
        ui.wait_text(f"Desat: {case}")
    spoil(app)
    centre.start()
    app.start()
    ui = open_ui(app)
    ui.enter_again("Connector 1")
    ui.wait_text("Els més fets aquí")
    send(ui, "3 per revisar")

    ui.click("3 per revisar", exact=False)
    ui.wait_text("Què no ha agafat: On s'ha aturat")
    ui.click("Lliura-ho a coordinació")
    ui.wait_text("2 per revisar")
    ui.click("Esborra-ho")
    ui.wait_text("Segur?")
    ui.click("Sí, descarta-ho")
    ui.wait_text("1 per revisar")
    ui.click("Corregeix-ho")
    ui.wait_text("corregeix-ho i torna a desar")
    ui.click("Fet És el que consta ara")
    ui.wait_text(f"Desat: {CASES[0]}")

    send(ui, "Tot enviat ·")
    ui.nav("Registres")
    ui.wait_text("Lliurat a coordinació")
    app.kill()
    assists = [fields for kind, fields in centre_records(centre).values() if kind == Kind.ASSIST]
    assert [(each["procedure_id"], each["outcome"]) for each in assists] == [("sp-cita-omac", "completed")]
    with sqlite3.connect(f"file:{centre.folder / 'centre.db'}?mode=ro", uri=True) as database:
        handed = database.execute("SELECT count(*) FROM refused WHERE problem LIKE '%handed-over%'").fetchone()
    assert handed == (1,)


def spoil(app: App) -> None:
    """Give every case a text that no centre takes, as a fault of the app might, while it is not running."""
    app.kill()
    store = Store.open(app.folder, new_id=lambda: "", codec=codec_of(app.folder))
    now = datetime.now(UTC)
    edits = [
        Edit(each.id, each.kind, each.by, now, {"blocked_step": "x" * 20_001})
        for each in store.records(kind=Kind.ASSIST)
    ]
    store.write(Write(edits=tuple(edits)))
    store.close()
