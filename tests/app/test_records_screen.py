"""The list of records and one of them whole: found again, corrected, made void."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import flet as ft
import pytest

from app.domain.archive import PAGE
from app.domain.assisting import Assist
from app.domain.fields import pack
from app.store import Edit, Store, Write
from app.store.key_file import codec_of
from sync.protocol.messages import SyncReply
from sync.protocol.records import Applied, Fields, Kind
from sync.protocol.vocabulary import Outcome
from tests.app.opened import Connector, opened

pytestmark = pytest.mark.anyio

OMAC = "Demanar cita prèvia a l'OMAC"
PADRO = "Obtenir el certificat d'empadronament"
UNDO = "DESFÉS"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tablet"


def fill(folder: Path, many: int, *, days_ago: int = 0, **said: object) -> None:
    """So many cases, one a minute, the last one now or some days ago."""
    now = datetime.now().astimezone() - timedelta(days=days_ago)
    store = Store.open(folder, new_id=lambda: "", codec=codec_of(folder))
    edits = []
    for number in range(many):
        at = now - timedelta(minutes=number)
        procedure = "sp-cita-omac" if number % 2 else "sp-certificat-padro"
        case = Assist(
            procedure_id=procedure,
            outcome=Outcome.COMPLETED,
            connector_id="C1",
            centre_id="balafia",
            active_minutes=15,
            created_at=at,
        )
        fields: Fields = {**pack(case), **said}  # type: ignore[dict-item]
        edits.append(Edit(f"ca5e0000-0000-4000-8000-{number:012d}", Kind.ASSIST, "C1", at, fields))
    store.write(Write(edits=tuple(edits)))
    store.close()


async def look_at_records(app: Connector) -> None:
    await app.start_shift()
    await app.go_to("/records")
    await app.wait_text("Cerca un registre")
    app.taps = 0


def rows(app: Connector) -> list[ft.BaseControl]:
    return [*app.all_called(OMAC), *app.all_called(PADRO)]


def fields_of(app: Connector) -> Fields:
    (record,) = app.store.records(kind=Kind.ASSIST)
    return record.fields


# the list


async def test_an_empty_list_says_so(folder):
    async with opened(folder) as app:
        await look_at_records(app)

        assert "Encara no hi ha cap ajuda ni cap taller desat en aquesta tauleta." in app.texts()


async def test_a_page_is_shown_and_the_older_ones_are_a_tap_away(folder):
    fill(folder, PAGE + 5)
    async with opened(folder) as app:
        await look_at_records(app)
        assert len(rows(app)) == PAGE

        await app.click("Més antics")
        assert len(rows(app)) == 5

        await app.click("Més nous")
        assert len(rows(app)) == PAGE and app.all_called("Més nous") == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [("empadronament", 5), ("FET certifícat", 5), ("omac cita", 5), ("empadronamnet", 5), ("fet", 10)],
)
async def test_a_record_is_found_however_it_is_typed(folder, typed, found):
    fill(folder, 10)
    async with opened(folder) as app:
        await look_at_records(app)

        await app.enter("Cerca un registre", typed)

        assert len(rows(app)) == found
        assert f"{found} registres" in app.texts()


async def test_what_is_not_found_says_so_and_the_way_back_is_a_tap(folder):
    fill(folder, 3)
    async with opened(folder) as app:
        await look_at_records(app)

        await app.enter("Cerca un registre", "xyzzy <b>{0}%s")
        assert "No s'ha trobat cap registre amb aquestes paraules." in app.texts()

        await app.click("Mostra'ls tots")
        assert len(rows(app)) == 3


@pytest.mark.parametrize(
    ("filter", "days_ago", "found"),
    [("2 per enviar", 20, 2), ("Avui", 0, 2), ("Avui", 20, 0), ("Aquesta setmana", 20, 0), ("Cal revisar", 0, 0)],
)
async def test_a_filter_leaves_what_it_names(folder, filter, days_ago, found):
    fill(folder, 2, days_ago=days_ago)
    async with opened(folder) as app:
        await app.start_shift()
        await app.wait_text("3 per enviar")
        await look_back(app, filter)

        assert len(rows(app)) == found
        assert found or "Mostra'ls tots" in app.words()


COUNTED = "El número compta cada ajuda, llista, persona d'una llista i torn."


async def test_where_the_shift_alone_waits_nobody_is_told_that_all_is_sent(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.wait_text("1 per enviar")
        await look_back(app, "1 per enviar")
        assert any(each.startswith("Queda per enviar el torn mateix") for each in app.texts())
        assert "No hi ha res per enviar: ja és tot al servidor." not in app.texts()


async def test_the_number_that_waits_is_explained_where_it_is_not_that_of_the_rows(folder):
    fill(folder, 2)
    async with opened(folder) as app:
        await app.start_shift()
        await app.wait_text("3 per enviar")
        await look_back(app, "3 per enviar")
        assert len(rows(app)) == 2
        assert COUNTED in app.texts()
        await app.click(app.all_called("Tots")[0])
        assert COUNTED not in app.texts()


async def test_what_the_chip_had_asked_for_is_not_asked_any_more_once_it_is_sent(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.wait_text("1 per enviar")
        await app.click(next(each for each in app.texts() if each.startswith("1 per enviar")))
        await app.wait_text("Cerca un registre")
        await app.home()
        change = app.store.seal(50)
        app.store.hear(SyncReply("e.1", False, 1, datetime.now().astimezone(), (Applied(change[0].op, 1),)))
        app.tablet.board.show(sync=replace(app.tablet.board.snapshot.sync, waiting=0))
        await app.fire(app.one(ft.NavigationRail), "change", 2, selected_index=2)
        await app.wait_text("Cerca un registre")
        assert shown_filter(app) == ["Tots"]


async def look_back(app: Connector, filter: str) -> None:
    await app.go_to("/records")
    await app.wait_text("Cerca un registre")
    name = filter if filter != "2 per enviar" else "3 per enviar"  # the shift's own record waits as well
    await app.click(app.all_called(name)[-1])


async def test_the_list_is_as_it_was_left(folder):
    fill(folder, 10)
    async with opened(folder, width=800, height=1280) as app:
        await look_at_records(app)
        await app.enter("Cerca un registre", "omac")
        await app.click(app.all_called(OMAC)[0])
        await app.wait_text("Historial")
        assert app.all(ft.TextField) == []

        await app.click("Torna")
        await app.wait_text("Cerca un registre")

        assert app.one(ft.TextField).value == "omac"
        assert len(rows(app)) == 5


async def test_list_and_record_stand_side_by_side_where_there_is_room(folder):
    fill(folder, 10)
    async with opened(folder) as app:
        await look_at_records(app)
        assert "Tria un registre de la llista per veure'l sencer." in app.texts()

        await app.click(app.all_called(OMAC)[0])
        await app.wait_text("Historial")

        assert len(rows(app)) == 10
        assert app.taps == 1


async def test_a_record_is_drawn_again_after_the_tablet_was_turned_and_stays_unfolded(folder):
    fill(folder, 1)
    async with opened(folder, width=800, height=1280) as app:
        await look_at_records(app)
        await app.click(PADRO)
        await app.click("Corregeix")
        await app.resize(1280, 800)
        assert app.button("M'he equivocat")
        before = {text.value: text.color for text in app.all(ft.Text)}

        await app.fire(app.page, "platform_brightness_change", "dark")

        after = {text.value: text.color for text in app.all(ft.Text)}
        assert before["Historial"] != after["Historial"] == after["Registres"]
        assert app.button("M'he equivocat")


@pytest.mark.parametrize("width", [1280, 800])
async def test_a_record_that_is_not_there_says_so(folder, width):
    async with opened(folder, width=width) as app:
        await app.start_shift()
        await app.go_to("/records/nothing")

        await app.wait_text("Aquest registre ja no és en aquesta tauleta.")


# one record


async def test_a_record_is_told_in_words(folder):
    fill(folder, 1, channel="phone", autonomy="guided", referred_to="ogat", outcome="referred")
    async with opened(folder) as app:
        await look_at_records(app)
        await app.click(PADRO)
        await app.wait_text("Historial")

        texts = app.texts()
        assert {"Per telèfon", "Pas a pas", "OGAT", "Derivat a un altre servei", "Connector 1"} <= set(texts)
        assert any("15 min · Centre Cívic de Balàfia" in each for each in texts)
        assert any(each.startswith("v1 · ") and each.endswith("Connector 1") for each in texts)


async def test_whoever_helps_next_reads_which_document_was_missing(folder):
    fill(folder, 1, outcome="must_return", blocked_reason="missing_document", missing_items=("dni_nie",), note="Torna")
    async with opened(folder) as app:
        await look_at_records(app)
        await app.click(rows(app)[0])

        await app.wait_text("El que faltava")
        assert "DNI, NIE o TIE en vigor" in app.texts()
        assert app.texts().count("Torna") == 1, "a note is told once"


async def test_a_correction_asks_why_and_is_the_next_version(folder):
    fill(folder, 1)
    async with opened(folder) as app:
        await look_at_records(app)
        await app.click(PADRO)
        await app.click("Corregeix")
        await app.click("M'he equivocat")
        await app.wait_text("Com ha acabat?")
        await app.click("30")
        await app.wait_text("30")
        await app.click("Derivat a un altre servei")
        await app.wait_text("On s'ha derivat?")
        await app.click("OGAT")
        await app.wait_text(UNDO)

        await app.wait_text("Corregit (v2)")
        assert app.route.startswith("/records/"), "where it was corrected from"
        texts = app.texts()
        assert any(each.startswith("v2 · ") and each.endswith("Connector 3 · M'he equivocat") for each in texts)
        assert {"Com ha acabat: abans Fet", "Durada: abans 15 min", "On s'ha derivat: abans No s'ha dit"} <= set(texts)
        assert fields_of(app)["outcome"] == "referred"


async def test_a_correction_can_be_taken_back_and_leaves_no_version(folder):
    fill(folder, 1)
    async with opened(folder) as app:
        await look_at_records(app)
        before = fields_of(app)
        await app.click(PADRO)
        await app.click("Corregeix")
        await app.click("Faltava informació")
        await app.wait_text("Com ha acabat?")
        await app.click("Derivat a un altre servei")
        await app.wait_text("On s'ha derivat?")
        await app.click("OGAT")
        await app.wait_text(UNDO)

        await app.click(UNDO)
        await app.wait_for(lambda: app.tablet.board.snapshot.drafts != ())

        assert fields_of(app) == before


async def test_whoever_changes_their_mind_corrects_nothing(folder):
    fill(folder, 1)
    async with opened(folder) as app:
        await look_at_records(app)
        await app.click(PADRO)
        await app.click("Corregeix")
        await app.click("Deixa-ho com està")

        assert app.button("Corregeix")
        assert app.tablet.board.snapshot.drafts == ()


async def test_a_record_is_void_with_three_taps_and_back_with_one(folder):
    fill(folder, 1)
    async with opened(folder) as app:
        await look_at_records(app)
        app.taps = 1  # to come here from the home screen
        await app.click(PADRO)
        await app.click("Anul·la el registre")
        await app.wait_text(UNDO)

        assert app.taps == 3
        assert "Està anul·lat: es conserva, però no compta." in app.texts()
        struck = [each for each in app.all(ft.Text, value=PADRO) if each.style]
        assert len(struck) == 2  # in the list and in the record
        assert app.all(ft.Icon, icon=ft.Icons.BLOCK)
        assert fields_of(app)["voided_at"]

        await app.click(UNDO)
        await app.wait_text("Corregeix")
        assert "voided_at" not in fields_of(app) and "revisions" not in fields_of(app)


@pytest.mark.parametrize("days_ago", [6, 8])
async def test_after_seven_days_it_says_why_not_and_whom_to_ask(folder, days_ago):
    fill(folder, 1, days_ago=days_ago)
    async with opened(folder) as app:
        await look_at_records(app)
        await app.click(PADRO)
        await app.wait_text("Historial")

        is_open = days_ago < 7
        assert bool(app.all_called("Corregeix")) == bool(app.all_called("Anul·la el registre")) == is_open
        assert any("avisa la coordinació" in each for each in app.texts()) != is_open


async def test_a_void_record_does_not_count(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await app.click("Fet")
        await app.wait_text("1 ajuda")
        await app.go_to("/records")
        await app.click(app.all_called(OMAC)[0])
        await app.click("Anul·la el registre")
        await app.wait_text("Anul·lat: ")

        await app.home()

        assert any(each.startswith("0 ajudes") for each in app.texts())


# texts


async def test_t_07_half_a_character_in_the_search_is_no_crash(folder):
    fill(folder, 1)
    async with opened(folder) as app:
        await look_at_records(app)

        await app.enter("Cerca un registre", "empadr\ud800")

        assert app.one(ft.TextField).value == "empadr\ufffd"
        assert len(rows(app)) == 1


async def test_t_25_marks_in_a_record_are_shown_as_they_are(folder):
    marks = "<b>a</b>{0}%s${x}"
    fill(folder, 1, outcome=marks, channel=marks)
    async with opened(folder) as app:
        await look_at_records(app)
        assert any(each.endswith(f"· Altre ({marks})") for each in app.texts())

        await app.click(PADRO)
        await app.wait_text("Historial")

        assert app.texts().count(f"Altre ({marks})") == 2


async def test_t_26_a_choice_of_a_newer_app_is_shown_and_outlives_a_correction(folder):
    fill(folder, 1, channel="hologram", outcome="sent_to_mars", told_by_a_newer_app="x")
    async with opened(folder) as app:
        await look_at_records(app)
        await app.click(PADRO)
        await app.wait_text("Altre (hologram)")
        assert "Altre (sent_to_mars)" in app.texts()

        await app.click("Corregeix")
        await app.click("Un altre motiu")
        await app.wait_text("Com ha acabat?")
        await app.click("Fet")
        await app.wait_text(UNDO)

        kept = fields_of(app)
        assert (kept["channel"], kept["told_by_a_newer_app"]) == ("hologram", "x")
        await app.go_to("/records")
        await app.click(PADRO)
        await app.wait_text("Com ha acabat: abans Altre (sent_to_mars)")


# a correction is no new help


async def correct(app: Connector, reason: str = "M'he equivocat") -> None:
    await look_at_records(app)
    await app.click(PADRO)
    await app.click("Corregeix")
    await app.click(reason)
    await app.wait_text("Com ha acabat?")


def lit(app: Connector) -> int | None:
    return app.one(ft.NavigationRail).selected_index


def chosen(app: Connector) -> list[str]:
    """Of the endings, what is marked."""
    marked = [each for each in app.all(ft.Semantics, selected=True) if "És el que consta ara" in words_in(app, each)]
    return [words_in(app, each)[0] for each in marked]


def words_in(app: Connector, control: ft.Control) -> list[str]:
    return [str(each.value) for each in app.walk(control) if isinstance(each, ft.Text)]


@pytest.mark.parametrize("width", [1280, 800])
async def test_a_correction_says_what_is_corrected_and_why(folder, width):
    fill(folder, 1, outcome="must_return", blocked_reason="missing_document")
    async with opened(folder, width=width) as app:
        await correct(app)

        band = next(each for each in app.texts() if each.startswith("Corregeixes: "))
        assert band.endswith(" · ara consta Ha de tornar · M'he equivocat")
        assert app.button("Deixa-ho com estava")
        assert lit(app) == 2
        assert chosen(app) == ["Ha de tornar"]
        assert "15 min, com consta al registre. Toca una xifra per canviar-ho." in app.texts()
        assert app.all_called("Posa en pausa") == []


async def test_the_reason_and_the_place_that_stand_are_marked(folder):
    fill(folder, 1, outcome="must_return", blocked_reason="missing_document")
    async with opened(folder) as app:
        await correct(app)
        await app.click("Ha de tornar")
        await app.wait_text("Ha de tornar: per què?")

        (why,) = app.all_called("Falta un document")
        assert [each.semantics_label for each in app.walk(why) if isinstance(each, ft.Icon)] == ["Triat"]


async def test_an_ending_that_is_folded_is_shown_when_it_stands(folder):
    fill(folder, 1, outcome="info_only")
    async with opened(folder) as app:
        await correct(app)

        assert chosen(app) == ["Només informació"]


async def test_minutes_are_corrected_once_they_are_and_a_second_tap_brings_back_what_stands(folder):
    fill(folder, 1)
    async with opened(folder) as app:
        await correct(app)
        await app.click("30")
        await app.wait_text("30 min, corregits")
        await app.click("30")

        await app.wait_text("15 min, com consta al registre")


@pytest.mark.parametrize("way", ["Torna", "Deixa-ho com estava", "Escape"])
async def test_back_from_a_correction_that_changed_nothing_is_back_at_the_record(folder, way):
    fill(folder, 1)
    async with opened(folder) as app:
        await correct(app)
        if way == "Escape":
            await app.fire(app.page, "keyboard_event", {"key": way, "shift": 0, "ctrl": 0, "alt": 0, "meta": 0})
        else:
            await app.click(way)
        await app.wait_text("Historial")

        await app.wait_for(lambda: app.store.drafts() == {})
        assert app.all_called(UNDO) == []


@pytest.mark.parametrize("route", ["/", "/end-of-shift", "/help"])
async def test_a_correction_that_changed_nothing_leaves_nothing_behind(folder, route):
    fill(folder, 1)
    async with opened(folder) as app:
        await correct(app)

        await app.go_to(route)

        await app.wait_for(lambda: app.store.drafts() == {})
        assert not any("sense acabar" in each.lower() for each in app.texts())


async def test_a_correction_that_changed_something_waits_at_home_and_is_no_open_case(folder):
    fill(folder, 1)
    async with opened(folder) as app:
        await correct(app)
        await app.click("30")
        await app.wait_text("30 min, corregits")
        await app.home()

        assert any(each.startswith("Correcció sense acabar · ") for each in app.texts())
        assert not any("En marxa" in each for each in app.texts())
        assert app.tablet.board.snapshot.own_cases == ()

        await app.click("Deixa-ho com estava")
        await app.wait_text("Es queda com estava: " + PADRO)
        assert app.store.drafts() == {}
        assert fields_of(app)["active_minutes"] == 15

        await app.click(UNDO)
        await app.wait_text("30 min, corregits")


async def test_the_bar_says_that_it_was_corrected(folder):
    fill(folder, 1)
    async with opened(folder) as app:
        await correct(app)
        await app.click("30")
        await app.wait_text("30 min, corregits")
        await app.click("Fet")

        await app.wait_text(f"Corregit: {PADRO} · Fet")


# the ways here


async def test_a_row_of_today_opens_its_record(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await app.click("Fet")
        await app.wait_text("1 ajuda")
        app.taps = 0

        row = app.all_called(OMAC)[-1]
        assert any(icon.icon == ft.Icons.CHEVRON_RIGHT for icon in app.walk(row) if isinstance(icon, ft.Icon))
        await app.click(row)

        await app.wait_text("Historial")
        assert app.taps == 1 and app.route.startswith("/records/")


async def test_the_sync_chip_opens_what_waits_and_the_next_shift_sees_all(folder):
    fill(folder, 2)
    async with opened(folder) as app:
        await app.start_shift()
        await app.wait_text("3 per enviar")
        await app.click(next(each for each in app.texts() if each.startswith("3 per enviar")))
        await app.wait_text("Cerca un registre")
        assert app.tablet.board.snapshot.sync.waiting == 3
        assert shown_filter(app) == ["3 per enviar"]

        await app.home()
        await app.tablet.real.shifts.leave()
        await app.wait_text("Qui ets?")
        await app.start_shift()
        await app.go_to("/records")
        await app.wait_text("Cerca un registre")
        assert shown_filter(app) == ["Tots"]


def shown_filter(app: Connector) -> list[str]:
    """Of the choices, the one with a tick."""
    ticked = [each for each in app.all(ft.TextButton) if isinstance(each.content, ft.Row)]
    return [
        words_in(app, each)[0]
        for each in ticked
        if any(icon.semantics_label == "Triat" for icon in app.walk(each) if isinstance(icon, ft.Icon))
    ]
