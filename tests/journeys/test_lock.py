"""The lock in a browser, where a page that is hidden is told from one that is closed only after a moment."""

from collections.abc import Callable

from tests.journeys.driver import FletUI
from tests.journeys.processes import App
from tests.journeys.test_shift import start_a_shift

HIDE = """() => {
  Object.defineProperty(document, 'visibilityState', {get: () => 'hidden', configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def test_s_t15_a_page_that_is_hidden_in_a_browser_locks_the_tablet(
    start_app: Callable[..., App], open_ui: Callable[..., FletUI]
) -> None:
    app = start_app()
    hidden, looking = open_ui(app), open_ui(app, ready="Qui ets?")  # nothing is drawn on a hidden one
    start_a_shift(hidden)
    looking.wait_text("Els més fets aquí")

    hidden.page.evaluate(HIDE)

    looking.wait_text("Qui ets?")
    looking.enter_again("Connector 1")
    looking.wait_text("Els més fets aquí")
