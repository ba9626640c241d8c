"""A whole help by the keys of a desk alone, in a browser: each key where it is meant, and none while typing."""

from collections.abc import Callable
from pathlib import Path

from tests.journeys.driver import FOCUS_SETTLES_MS, FletUI
from tests.journeys.prepared import prepare
from tests.journeys.processes import App

FOUND = "Alta al padró municipal d'habitants"
FOCUSED = """() => {
  const there = document.activeElement;
  return there ? (there.getAttribute('aria-label') || there.innerText || '').trim() : '';
}"""
MOST = 80
HESITATES_MS = 1_000


def tab_to(ui: FletUI, words: str) -> None:
    """With the tabulator key, as often as it takes."""
    for _ in range(MOST):
        if str(ui.page.evaluate(FOCUSED)).startswith(words):
            return
        ui.page.keyboard.press("Tab")
        ui.page.wait_for_timeout(40)
    raise AssertionError(f"{words!r} never had the focus")


def test_a_help_is_found_ended_taken_back_and_left_by_keys_alone(
    tmp_path: Path, start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    prepare(tmp_path / "tablet")
    ui = open_ui(start_app())
    ui.enter_as("Connector 3")
    ui.wait_text("Nova ajuda")
    keys, before = ui.page.keyboard, ui.taps

    keys.press("n")
    ui.wait_text("Punt de suport digital")
    ui.page.wait_for_timeout(FOCUS_SETTLES_MS)
    keys.type("alta padro l/n", delay=30)  # the last two mean nothing here but letters
    for _ in range(4):
        keys.press("Backspace")
    ui.wait_text(FOUND)
    tab_to(ui, FOUND)
    ui.page.wait_for_timeout(HESITATES_MS)
    keys.press("Enter")
    ui.wait_text("Com ha acabat?")
    tab_to(ui, "Fet")
    ui.shot(tmp_path / "focus.png")
    keys.press("Enter")
    ui.wait_text(f"Desat: {FOUND}")

    keys.press("Control+z")
    ui.wait_text("Com ha acabat?")
    keys.press("Escape")
    ui.wait_text("Nova ajuda")
    assert ui.taps == before
