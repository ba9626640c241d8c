"""Drives the app in a browser by what a person reads on it: names of buttons, labels of fields.

Flutter paints to a canvas; what is found here is the tree it builds for screen readers, so a journey also proves that
a screen reader finds its way. Everything waits by asking again until the screen shows it, never by a fixed pause, with
two exceptions: Flutter opens its connection to the keyboard a moment after a field got the focus, and says nothing; and
a person sees what has appeared before they touch it.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlparse

from playwright.sync_api import Browser, Locator, Request, TimeoutError, ViewportSize, expect, sync_playwright

from tests.chromium import ADVICE, find_chromium

LANDSCAPE = ViewportSize(width=1280, height=800)
PORTRAIT = ViewportSize(width=800, height=1280)

PIN = "402917"

PATIENCE_MS = 15_000
START_MS = 60_000  # a fresh page loads and starts the whole of Flutter
FOCUS_SETTLES_MS = 150
SEEN_MS = 500
FRAME_MS = 100
BUILT_MS = 3_000  # what is not there by then is further down, and built when somebody scrolls
# Flet's client asks for this once, from a public host, and does without when it does not come.
ASKED_IN_VAIN = "rive_native.js"
ABOVE_THE_FOOT = 0.85
PANES = (0.5, 0.85)  # of the width: the middle, and the pane at the side where there is one
FAR = 20_000  # dp: to the top from anywhere
STABLE_FRAMES = 4  # frames in a row without a new picture before a screenshot is taken
MOST_FRAMES = 100

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Only loopback resolves: the app must need nothing else, and interception would cost a second per load.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]

Role = Literal["button", "checkbox", "radio", "switch", "tab"]


@contextmanager
def chromium_browser() -> Iterator[Browser]:
    """A headless Chromium. While it is open, `asyncio.run` cannot be used in the same thread."""
    path = find_chromium()
    assert path is not None, ADVICE
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Taps:
    """How often a person would have touched the screen; going into a field is one touch, typing in it none."""

    count: int = 0


class FletUI:
    """One browser page showing the app, with its own cookies and cache. Close it after use."""

    def __init__(
        self,
        browser: Browser,
        url: str,
        *,
        viewport: ViewportSize = LANDSCAPE,
        locale: str = "ca-ES",
        dark: bool = False,
    ) -> None:
        self.url = url
        self.taps = 0
        self.outside: list[str] = []  # addresses other than loopback that the page asked for
        self.errors: list[str] = []  # what went wrong inside the page; killing the app below it is such a thing
        self.context = browser.new_context(
            viewport=viewport,
            locale=locale,
            color_scheme="dark" if dark else "light",
            service_workers="block",
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.page.on("request", self._note_request)
        self.page.on("pageerror", lambda error: self.errors.append(error.stack or str(error)))

    def close(self) -> None:
        self.context.close()

    # --- opening

    def open(self, route: str = "/", *, ready: str | None = None) -> "FletUI":
        """Load the app at `route` and wait until `ready` can be read. Also after the app was started again."""
        self.page.goto(self.url + route)
        self._show_tree()
        if ready:
            self.wait_text(ready)
        return self

    def reload(self) -> None:
        """As the browser's button: the app goes on with the same session."""
        self.page.reload()
        self._show_tree()

    def set_offline(self, offline: bool = True) -> None:
        """Tell the page that the network is gone. The connection to the app itself, on loopback, stays."""
        self.context.set_offline(offline)

    # --- finding

    def button(self, name: str, *, exact: bool = True, role: Role = "button") -> Locator:
        """A button, list row, menu item or clickable card by its name; lines of the name may be given with spaces.

        An icon button named only by its tooltip has its name one node further up.
        """
        words = r"\s+".join(re.escape(word) for word in name.split())
        pattern = re.compile(rf"^\s*{words}\s*$" if exact else words)
        by_tooltip = self.page.locator(f'flt-semantics[aria-label="{_quoted(name)}"]')
        return self.page.get_by_role(role, name=pattern).or_(by_tooltip).first

    def field(self, label: str) -> Locator:
        name = f'[data-semantics-role="text-field"][aria-label="{_quoted(label)}"]'
        return self.page.locator(f"input{name},textarea{name}").first

    def text(self, words: str, *, exact: bool = False) -> Locator:
        """Words anywhere on the screen. Inside cards, snack bars and dialogs they are a label, not a text."""
        return self.page.get_by_text(words, exact=exact).or_(self.page.get_by_label(words, exact=exact)).first

    # --- touching

    @contextmanager
    def count_taps(self) -> Iterator[Taps]:
        """`with ui.count_taps() as taps: ...` then `taps.count`: the touches made inside the block."""
        before, taps = self.taps, Taps()
        try:
            yield taps
        finally:
            taps.count = self.taps - before

    def tap(self, target: Locator) -> None:
        """Touch what was found. Every other way of touching goes through here and is counted."""
        target.wait_for(state="attached")
        self.page.wait_for_timeout(SEEN_MS)
        self._touch(target)

    def _touch(self, target: Locator) -> None:
        target.click()
        self.taps += 1

    def click(self, name: str, *, exact: bool = True, role: Role = "button") -> None:
        target = self.button(name, exact=exact, role=role)
        try:
            target.wait_for(state="attached", timeout=BUILT_MS)
        except TimeoutError:
            for share in PANES:
                self._turn(share, -FAR)
            self._turn_to(target, name)
        self.tap(target)

    def type(self, label: str, value: str) -> None:
        """Key by key, for what answers to each key."""
        self.tap(self.field(label))
        self.page.wait_for_timeout(FOCUS_SETTLES_MS)
        self.page.keyboard.type(value, delay=15)

    def nav(self, label: str) -> None:
        """A destination of the rail or bar, whose full name is "label, tab 1 of 3"."""
        starts = re.compile(rf"^\s*{re.escape(label)}\s")
        in_rail = self.page.locator("[aria-current],[aria-selected]").filter(has_text=starts)
        in_bar = self.page.locator(f'[role="tab"][aria-label^="{_quoted(label)}"]')
        self.tap(in_rail.or_(in_bar).first)

    def enter_as(self, who: str, pin: str = PIN, *, said: Callable[[str], str] = str) -> None:
        """By the door, in Catalan, for the first time: with a PIN of their own choice. `said`: how the app says it."""
        name = said("Connector {number}").format(number=who.removeprefix("Connector "))
        self.wait_text(said("Qui ets?"))
        self.click(name, exact=False)
        for asked in ("Tria un PIN, {who}", "Torna a escriure el PIN, {who}"):
            self.wait_text(said(asked).format(who=name))
            self.keys(pin)

    def enter_again(self, who: str, pin: str = PIN, *, said: Callable[[str], str] = str) -> None:
        """By the door, with the PIN that was chosen."""
        name = said("Connector {number}").format(number=who.removeprefix("Connector "))
        self.wait_text(said("Qui ets?"))
        self.click(name, exact=False)
        self.wait_text(said("PIN de {who}").format(who=name))
        self.keys(pin)

    def keys(self, pin: str) -> None:
        """Blindly, as whoever knows it."""
        for digit in pin:
            self._touch(self.button(digit))

    def scroll_to(self, words: str, *, step: int = 300, most: int = 200) -> Locator:
        """Turn the wheel until the words can be found: rows far below are not built before."""
        return self._turn_to(self.text(words), words, step=step, most=most)

    def _turn_to(self, found: Locator, words: str, *, step: int = 300, most: int = 200) -> Locator:
        """Over the middle, and over the pane at the side where there is one."""
        for turn in range(most):
            if self.is_seen(found):
                return self._at_rest(found)
            self._turn(PANES[turn % len(PANES)], step)
        raise AssertionError(f"{words!r} not found after {most} turns of the wheel:\n{self.dump()}")

    def _turn(self, share: float, by: int) -> None:
        """The wheel, at this share of the width."""
        size = self.page.viewport_size or LANDSCAPE
        self.page.mouse.move(size["width"] * share, size["height"] // 2)
        self.page.mouse.wheel(0, by)
        self.page.wait_for_timeout(FRAME_MS)

    def is_seen(self, found: Locator) -> bool:
        """Whether its middle is in the window, above what stands at the foot of some screens. What is a little further
        down has been built, and Flutter scrolls to it while a finger comes down."""
        boxes = found.evaluate_all("found => found.map(each => each.getBoundingClientRect().toJSON())")
        height = (self.page.viewport_size or LANDSCAPE)["height"]
        return any(0 <= box["y"] + box["height"] / 2 <= ABOVE_THE_FOOT * height for box in boxes)

    def _at_rest(self, found: Locator) -> Locator:
        """When a wheel has run out: a finger that comes down before hits what will be there."""
        before = None
        while (there := found.bounding_box()) != before:
            before = there
            self.page.wait_for_timeout(2 * FRAME_MS)
        return found

    # --- reading

    def wait_text(self, words: str, *, exact: bool = False, patience_ms: int = PATIENCE_MS) -> None:
        expect(self.text(words, exact=exact)).to_be_attached(timeout=patience_ms)

    def texts(self) -> list[str]:
        """Everything that can be read now, in reading order. Do not assert on it at once: use `wait_text`."""
        return list(self.page.evaluate(_ALL_TEXTS))

    def dump(self) -> str:
        """The tree as a screen reader gets it: the quickest way to see what can be found."""
        return self.page.locator("body").aria_snapshot()

    def shot(self, path: Path) -> Path:
        """A picture, once no new frame has come for a second (a blinking caret alternates between two known ones).

        Start the app with `renderer="canvaskit"`: the other one paints beside the tree and now and then loses letters.
        """
        seen: set[bytes] = set()
        picture, known = self.page.screenshot(), 0
        for _ in range(MOST_FRAMES):
            frame = hashlib.sha256(picture).digest()
            known = known + 1 if frame in seen else 0
            if known >= STABLE_FRAMES:
                break
            seen.add(frame)
            self.page.wait_for_timeout(FRAME_MS)
            picture = self.page.screenshot()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)
        return path

    # --- inside

    def _show_tree(self) -> None:
        """Flutter builds the tree only after its placeholder, a pixel outside the window, is activated."""
        placeholder = self.page.locator("flt-semantics-placeholder")
        placeholder.wait_for(state="attached", timeout=START_MS)
        placeholder.dispatch_event("click")
        first = self.page.locator("flt-semantics-host flt-semantics").first
        first.wait_for(state="attached", timeout=START_MS)

    def _note_request(self, request: Request) -> None:
        address = urlparse(request.url)
        is_outside = address.scheme in ("http", "https") and address.hostname not in ("127.0.0.1", "localhost")
        if is_outside and not address.path.endswith(ASKED_IN_VAIN):
            self.outside.append(request.url)


def _quoted(words: str) -> str:
    """Words inside a quoted CSS attribute."""
    return words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\a ")


_ALL_TEXTS = """() => {
  const found = [];
  const walk = element => {
    const own = [...element.childNodes].filter(node => node.nodeType === 3).map(node => node.textContent).join('');
    const words = own || element.getAttribute('aria-label') || '';
    if (words.trim()) found.push(words);
    for (const child of element.children) walk(child);
  };
  const host = document.querySelector('flt-semantics-host');
  if (host) walk(host);
  return found;
}"""
