"""Large text and long words in a real layout: nothing is cut off, covered or out of reach. A few screens; the others
are looked at in the pictures of `make screenshots`."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize

from tests.journeys.driver import PATIENCE_MS, FletUI
from tests.journeys.layout import Box, covered, outside, settled_troubles, spilled
from tests.journeys.prepared import prepare
from tests.journeys.processes import App
from tests.journeys.pseudo import accented, pseudo_sources

WIDTHS = (600, 800, 1280)
FRAMES_SETTLE_MS = 500
TALL = 6000  # dp: what would have to be scrolled to is there as well
SYSTEM_200 = "document.documentElement.style.fontSize = '32px'"  # how a browser tells Flutter the system's text size


def test_words_two_fifths_longer_at_twice_the_size_stay_in_their_places(
    tmp_path: Path, start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    routes = prepare(tmp_path / "tablet", text_percent=200)
    app = start_app(sources=pseudo_sources(tmp_path / "sources"))
    ui, found = open_ui(app), {}

    def measure(where: str) -> None:
        for width in WIDTHS:
            ui.page.set_viewport_size(ViewportSize(width=width, height=TALL))
            found[where, width] = settled_troubles(ui.page)

    measure("the door")
    ui.click(accented("Connector {number}").format(number=3), exact=False)
    ui.wait_text(accented("Tria un PIN, {who}").split("{")[0])
    measure("a PIN")
    ui.click(accented("Una altra persona"))
    ui.enter_as("Connector 3", said=accented)
    for route in ("/waiting", "/end-of-shift", routes.case, routes.roll):
        ui.open(route)
        measure(route)

    assert {where: troubles for where, troubles in found.items() if troubles} == {}


def test_t_30_with_the_largest_text_and_the_keyboard_open_one_can_still_save(
    tmp_path: Path, start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    routes = prepare(tmp_path / "tablet", text_percent=200)
    ui = open_ui(start_app(), viewport=ViewportSize(width=800, height=560))
    ui.enter_as("Connector 3")
    ui.wait_text("Nova ajuda")
    ui.open(routes.case, ready="Torna")  # home has "Els més fets aquí"
    ui.page.evaluate(SYSTEM_200)

    ui.tap(ui.scroll_to("Fet"))

    ui.wait_text("Desat: Demanar cita prèvia a l'OMAC")


def test_a_question_is_seen_by_whoever_had_scrolled_to_the_last_step(
    tmp_path: Path, start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    routes = prepare(tmp_path / "tablet")
    ui = open_ui(start_app(), viewport=ViewportSize(width=700, height=760))
    ui.enter_as("Connector 3")
    ui.wait_text("Nova ajuda")
    ui.open(routes.case, ready="Torna")
    ui.scroll_to("Explicar que ha de ser puntual i confirmar l'arribada a la pantalla tàctil")

    ui.click("Ha de tornar")

    ui.wait_text("Falta un document")
    assert ui.is_seen(ui.text("Falta un document"))


def test_accented_words_are_longer_and_keep_what_is_filled_in() -> None:
    words = accented("{n} per enviar · {why}")

    assert words.format(n=7, why="x").startswith("7 pér éñ")
    assert len(words) >= len("{n} per enviar · {why}") + 4


BOX = Box(0, 0, 100, 50, "one", "", -1, tappable=False, scrolls=False)


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        (lambda boxes: outside(boxes, 90), [BOX]),
        (spilled, [BOX, Box(10, 10, 120, 40, "other", "", 0, tappable=False, scrolls=False)]),
        (covered, [BOX, Box(50, 10, 150, 40, "other", "", -1, tappable=False, scrolls=False)]),
    ],
    ids=["outside", "spilled", "covered"],
)
def test_what_is_amiss_is_found(rule: Callable[[list[Box]], list[str]], wrong: list[Box]) -> None:
    assert list(rule(wrong)) != []


def test_what_is_scrolled_away_covers_nothing() -> None:
    scrolled = Box(0, 0, 100, 50, "", "", -1, tappable=False, scrolls=True)
    further_down = Box(10, 40, 90, 90, "row", "", 0, tappable=False, scrolls=False)
    at_the_foot = Box(0, 60, 100, 100, "foot", "", -1, tappable=False, scrolls=False)

    assert list(covered([scrolled, further_down, at_the_foot])) == []
    assert list(covered([replace(scrolled, scrolls=False), further_down, at_the_foot])) != []


def test_the_end_of_a_list_stays_where_it_is_when_the_bar_that_offers_to_undo_goes(
    tmp_path: Path, start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    """Whoever aimed at the last row hit the one above it."""
    routes = prepare(tmp_path / "tablet")
    ui = open_ui(start_app())
    ui.enter_as("Connector 3")
    ui.wait_text("Nova ajuda")
    ui.open(routes.case)
    ui.tap(ui.scroll_to("Fet"))
    ui.wait_text("DESFÉS")
    last = ui.scroll_to("Tanca el torn")
    ui.page.mouse.wheel(0, TALL)
    ui.page.wait_for_timeout(FRAMES_SETTLE_MS)
    before = last.bounding_box()

    ui.text("DESFÉS").wait_for(state="detached", timeout=PATIENCE_MS)
    ui.page.wait_for_timeout(FRAMES_SETTLE_MS)
    after = last.bounding_box()

    assert before and after and abs(before["y"] - after["y"]) < 8, (before, after)
