"""What a connector waits for in Chromium: the start, a tap, hits, with 10,000 records and 1,800 procedures.

start   from going to the page to the first screen one can work on: a new process that answers, and a browser that has
        nothing of it yet; beside an empty Flet app (one text), in turns, the same for both. `start_ratio` is ours
        divided by that. `start_process_ratio` is the same from starting the process on, with compiled modules in both.
tap     from the finger touching the screen until the awaited words are in the tree that a screen reader gets, both by
        the page's own clock. Every round goes through the whole app: tabs, a case, its steps and its end, search; what
        was to be touched next has been seen for 350 ms, as by somebody in a hurry (`driver.SEEN_MS`).
hits    from the last letter typed in the search until what it finds is there.

A machine that does something else meanwhile makes all of it slower; the load of the machine is shown beside it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from playwright.sync_api import Browser, Locator

from tests import bench_search, chromium
from tests.bench_report import Report
from tests.grown import fill, grown_reference
from tests.journeys.driver import FOCUS_SETTLES_MS, START_MS, FletUI, chromium_browser
from tests.journeys.processes import App, ServerProcess, free_port

RECORDS = 10_000
ROUNDS_PER_REPEAT = 2
TYPED = ("ref1234", "ref1107", "ref1650", "ref1799")  # each finds one; without its last letter it finds others
PATIENCE_MS = 20_000

# The tap and the change it makes, by one clock: asked for before the tap, answered after it.
WATCH = """words => {
  const host = document.querySelector('flt-semantics-host');
  const there = () => (host.innerText + [...host.querySelectorAll('[aria-label]')]
      .map(each => each.getAttribute('aria-label')).join('\\n')).includes(words);
  window.touched = null;
  const note = () => { window.touched ??= performance.now(); };
  for (const kind of ['pointerdown', 'keydown']) document.addEventListener(kind, note, {capture: true, once: true});
  window.changed = new Promise((done, fail) => {
    setTimeout(() => fail('in vain: ' + words), 20000);
    const watch = new MutationObserver(() => {
      if (window.touched !== null && there()) { watch.disconnect(); done(performance.now() - window.touched); }
    });
    watch.observe(host, {subtree: true, childList: true, attributes: true, characterData: true});
  });
}"""


IS_THERE = """words => {
  const host = document.querySelector('flt-semantics-host');
  return host !== null && (host.innerText + [...host.querySelectorAll('[aria-label]')]
      .map(each => each.getAttribute('aria-label')).join(' ')).includes(words);
}"""

EMPTY = """import flet as ft


def main(page: ft.Page) -> None:
    page.add(ft.Text("Hola"))


ft.run(main, view=ft.AppView.WEB_BROWSER, host="127.0.0.1", port={port}, no_cdn=True)
"""


class Empty(ServerProcess):
    """The least that Flet can show."""

    def __init__(self, folder: Path) -> None:
        program, port = folder / "empty.py", free_port()
        program.write_text(EMPTY.replace("{port}", str(port)), encoding="utf-8")
        environment = {"FLET_FORCE_WEB_SERVER": "true", "FLET_WEB_NO_CDN": "true", "FLET_WEB_RENDERER": "auto"}
        super().__init__([str(program)], port=port, log=folder / "empty.log", environment=environment)


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds until the first screen: from going to the page, and from starting the process."""

    page: float
    process: float


@dataclass
class Watch:
    """Milliseconds from a touch to what it brings."""

    ui: FletUI
    taps: list[tuple[str, float]]

    def tap(self, what: str, target: Locator, words: str) -> None:
        target.wait_for(state="attached", timeout=PATIENCE_MS)
        target.scroll_into_view_if_needed()
        self.ui.page.evaluate(WATCH, words)
        self.ui.tap(target)
        self.taps.append((what, self.waited()))

    def waited(self) -> float:
        return float(self.ui.page.evaluate("window.changed"))


def run(repeats: int) -> list[Report]:
    assert chromium.main() == 0
    load = os.getloadavg()[0]
    searched = bench_search.run(repeats)[0].figures
    with TemporaryDirectory() as name, chromium_browser() as browser:
        folder = Path(name)
        reference = grown_reference(folder / "reference", bench_search.PROCEDURES)
        fill(folder / "tablet", RECORDS, now=datetime.now(UTC).astimezone())
        ours, empty = App(folder / "tablet", arguments=("--reference", str(reference))), Empty(folder)
        for each in (ours, empty):  # as installed: whoever runs this may have told Python to keep nothing compiled
            each.environment |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
        begin_shift(ours, browser)
        _started(empty, browser, "Hola")
        starts = [(_started(empty, browser, "Hola"), _started(ours, browser, "Qui ets?")) for _ in range(repeats)]
        with ours:
            taps, hits = walked(ours, browser, repeats * ROUNDS_PER_REPEAT)
    return [_starts(starts, load), _taps(taps, load), _hits(hits, searched)]


def begin_shift(app: ServerProcess, browser: Browser) -> None:
    with app:
        ui = FletUI(browser, app.url).open(ready="Qui ets?")
        ui.enter_as("Connector 1")
        for words in ("Centre Cívic de Balàfia", "Comença"):
            ui.click(words)
        ui.wait_text("Nova ajuda")
        ui.close()


def _started(app: ServerProcess, browser: Browser, ready: str) -> Start:
    """How long until these words are there, of a process and a browser page that are both new."""
    born = perf_counter()
    with app:
        ui = FletUI(browser, app.url)
        gone_to = perf_counter()
        ui.open()
        ui.page.wait_for_function(IS_THERE, arg=ready, polling=20, timeout=START_MS)
        there = perf_counter()
        ui.close()
    return Start(there - gone_to, there - born)


def walked(app: ServerProcess, browser: Browser, rounds: int) -> tuple[list[tuple[str, float]], list[float]]:
    """The taps of so many rounds through the app, and the waits for hits."""
    ui = FletUI(browser, app.url).open(ready="Qui ets?")
    ui.enter_again("Connector 1")
    ui.wait_text("Nova ajuda")
    watch, hits = Watch(ui, []), list[float]()
    _round(watch, [])
    watch.taps.clear()  # the first time, Flutter prepares what it will need
    for _ in range(rounds):
        _round(watch, hits)
    ui.close()
    return watch.taps, hits


def _round(watch: Watch, hits: list[float]) -> None:
    ui = watch.ui

    def tab(number: int) -> Locator:
        return ui.page.locator("[aria-current],[aria-selected]").nth(number)

    watch.tap("tab Tallers", tab(1), "Treu profit")
    watch.tap("tab Registres", tab(2), "Desat a la tauleta")
    watch.tap("tab Ajuda", tab(3), "200 %")
    watch.tap("tab Avui", tab(0), "Nova ajuda")
    watch.tap("new assist", ui.button("Nova ajuda", exact=False), "Cerca un tràmit")
    for query in TYPED:
        hits.append(_typed(watch, query))
    watch.tap("hit", ui.button("Un altre tràmit o consulta"), "Com ha acabat?")
    watch.tap("ending", ui.button("Fet"), "Desat: Un altre")
    watch.tap("tile", ui.button("Demanar cita prèvia a l'OMAC"), "Passos · 0 de 8")
    watch.tap("step", ui.button("Obrir el web de cita prèvia i triar l'oficina OMAC"), "Passos · 1 de 8")
    watch.tap("reason asked", ui.button("Ha de tornar"), ": per què?")
    watch.tap("reason", ui.button("Falta un document"), "Desat: Demanar")


def _typed(watch: Watch, query: str) -> float:
    """Milliseconds from the last key until the hits of the whole query are there."""
    page, field = watch.ui.page, watch.ui.page.locator("input").first
    field.focus()
    page.wait_for_timeout(FOCUS_SETTLES_MS)
    field.fill("")
    watch.ui.wait_text("Punt de suport digital")
    page.keyboard.type(query[:-1], delay=15)
    page.evaluate(WATCH, "1 tràmit trobat")
    page.keyboard.type(query[-1])
    return watch.waited()


def _starts(starts: list[tuple[Start, Start]], load: float) -> Report:
    empty, ours = (
        Start(median(s.page for s in each), median(s.process for s in each)) for each in zip(*starts, strict=True)
    )
    title = f"App: the first screen with {RECORDS:,} records (medians of {len(starts)}; load {load:.1f})"
    rows = tuple((name, each.page, each.process) for name, each in (("empty Flet app", empty), ("ours", ours)))
    figures = {
        "start_ratio": ours.page / empty.page,
        "start_s": ours.page,
        "start_empty_s": empty.page,
        "start_process_ratio": ours.process / empty.process,
    }
    return Report(title, ("", "from the page", "from the process"), rows, figures)


def _median(starts: tuple[Start, ...]) -> Start:
    return Start(median(each.page for each in starts), median(each.process for each in starts))


def _taps(taps: list[tuple[str, float]], load: float) -> Report:
    kinds = {what: [ms for each, ms in taps if each == what] for what, _ in taps}
    every = [ms for _, ms in taps]
    rows = (*((what, *_spread(each)) for what, each in kinds.items()), ("every tap", *_spread(every)))
    title = f"App: from the tap to what it brings ({len(taps)} taps; load {load:.1f})"
    return Report(title, ("", "median ms", "p95 ms", "longest ms"), rows, {"tap_ms_p95": _spread(every)[1]})


def _hits(hits: list[float], searched: Mapping[str, float]) -> Report:
    title = f"App: from the last letter to its hits on the screen, in {bench_search.PROCEDURES:,} procedures"
    same = {name: searched[name] for name in ("search_ms_p95_1800", "typo_found")}
    return Report(
        title,
        ("", "median ms", "p95 ms", "longest ms"),
        (("hits", *_spread(hits)),),
        {"seconds_to_hits": _spread(hits)[1] / 1000, **same},
    )


def _spread(times: list[float]) -> tuple[float, float, float]:
    return median(times), sorted(times)[round(0.95 * (len(times) - 1))], max(times)
