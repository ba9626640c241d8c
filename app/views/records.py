"""What this tablet wrote, newest first, with what became of each: to be searched, filtered and looked at."""

from dataclasses import dataclass, replace

import flet as ft

from app import theme
from app.domain.archive import PAGE, Shown, Topic
from app.domain.texts import whole
from app.services.browsing import Listed
from app.state import Line
from app.views.parts import buttons, writing
from app.views.parts.chips import line_chips
from app.views.parts.dates import clock_time, short_date
from app.views.parts.fields import search_field
from app.views.parts.layout import list_and_detail, list_only, list_top, scrolled, together
from app.views.parts.lease import lease_note
from app.views.parts.subjects import line_result, name, result_words
from app.views.parts.tappable import Edge, Face, tappable
from app.views.record import NoRecord, Record
from app.views.scene import Scene, use_scene


@dataclass
class Place:
    """How far the list was scrolled; changes without a redraw."""

    pixels: float = 0.0


@ft.component
def Records() -> ft.Control:
    """The list beside the chosen record where there is room; else one of the two."""
    scene = use_scene()
    id = ft.use_route_location().removeprefix("/records").strip("/")
    place, _ = ft.use_state(Place())
    asked, ask = ft.use_state("")  # the record that is about to be corrected: a turn of the tablet does not fold it
    heading = scene.text("nav.records")
    if not id:
        chosen: ft.Control = NoRecord()
    else:  # made here: what the router makes once is not drawn again after it was moved to another place
        chosen = Record(id, id == asked, lambda asks: ask(id if asks else ""), key=id)  # type: ignore[call-arg]
    if scene.look.is_expanded:
        return list_and_detail(scene, heading, RecordList(id, place), chosen)
    return chosen if id else list_only(scene, heading, RecordList(id, place))


@ft.component
def RecordList(chosen: str, place: Place) -> ft.Control:
    """A page of what is wanted. `place` is how far it was scrolled: there again when the person comes back."""
    scene = use_scene()
    wanted = scene.stage.state.wanted
    listed = scene.stage.browsing.page(wanted, scene.words.language, lambda topic: _words(scene, topic))
    top = list_top(scene, scene.text("nav.records"))
    rows = ft.ListView(
        [*top, together([*lease_note(scene), _search(scene)]), _filters(scene), *_rows(scene, listed, chosen)],
        spacing=theme.SPACE_S,
        padding=scrolled(scene),
        on_scroll=lambda event: _remember(place, event.pixels),
    )

    async def back_in_place() -> None:
        if place.pixels:
            await rows.scroll_to(offset=place.pixels)

    ft.use_effect(back_in_place, [])
    return rows


def _remember(place: Place, pixels: float) -> None:
    place.pixels = pixels


def _want(scene: Scene, **values: object) -> None:
    state = scene.stage.state
    state.wanted = replace(state.wanted, **{"start": 0, **values})  # type: ignore[arg-type]


def _search(scene: Scene) -> ft.Control:
    query = scene.stage.state.wanted.query
    return search_field(scene, scene.text("records.search"), query, lambda words: _want(scene, query=whole(words)))


def _filters(scene: Scene) -> ft.Control:
    sync, shown = scene.now.sync, scene.stage.state.wanted.shown
    words = {
        Shown.ALL: scene.text("records.all"),
        Shown.WAITING: scene.words.count("chip.waiting", sync.waiting)
        if sync.waiting
        else scene.text("records.waiting"),
        Shown.REVIEW: scene.words.count("chip.review", sync.review) if sync.review else scene.text("state.review"),
        Shown.TODAY: scene.text("nav.today"),
        Shown.WEEK: scene.text("records.week"),
    }
    return buttons.choices([_filter(scene, each, words[each], is_chosen=each == shown) for each in Shown])


def _filter(scene: Scene, shown: Shown, words: str, *, is_chosen: bool) -> ft.Control:
    return buttons.choice(scene, words, lambda: _want(scene, shown=shown), is_chosen=is_chosen)


def _rows(scene: Scene, listed: Listed, chosen: str) -> list[ft.Control]:
    wanted = scene.stage.state.wanted
    if not listed.found:
        is_asked = bool(wanted.query.strip()) or wanted.shown != Shown.ALL
        return [_empty(scene)] if is_asked or not scene.stage.browsing.is_lapsed else []
    rows = [_row(scene, each, is_chosen=each.id == chosen) for each in listed.lines]
    said = writing.caption(scene, scene.words.count("records.found", listed.found))
    found: list[ft.Control] = [ft.Semantics(content=said, live_region=True)] if wanted.query.strip() else []
    if wanted.shown == Shown.WAITING and not found and listed.found != scene.now.sync.waiting:
        found = [writing.caption(scene, scene.text("records.counted"))]
    newer, older = _turn(scene, listed.start - PAGE), _turn(scene, listed.end)
    before = [buttons.quiet(scene, scene.text("records.newer"), newer, icon=ft.Icons.ARROW_UPWARD)]
    after = [buttons.quiet(scene, scene.text("records.older"), older, icon=ft.Icons.ARROW_DOWNWARD)]
    return [*found, *(before if listed.start else []), *rows, *(after if listed.end < listed.found else [])]


def _turn(scene: Scene, start: int) -> buttons.Tapped:
    return lambda: _want(scene, start=max(start, 0))


def _empty(scene: Scene) -> ft.Control:
    """Why nothing is there, and the way back to everything."""
    wanted = scene.stage.state.wanted
    is_asked = bool(wanted.query.strip())
    said = scene.text("records.no_hits") if is_asked else _none_of(scene, wanted.shown)
    words = writing.body(scene, said, color=scene.palette.secondary.ink)
    if wanted.shown == Shown.ALL and not is_asked:
        return words
    everything = buttons.quiet(
        scene, scene.text("records.show_all"), lambda: _want(scene, query="", shown=Shown.ALL), icon=ft.Icons.LIST_ALT
    )
    return ft.Column([ft.Semantics(content=words, live_region=True), everything], spacing=theme.SPACE_S)


def _none_of(scene: Scene, shown: Shown) -> str:
    """Why nothing has a row, though something may wait to be sent."""
    if shown == Shown.ALL:
        return scene.text("records.empty")
    is_unlisted = shown == Shown.WAITING and scene.now.sync.waiting
    return scene.text("records.none.unlisted") if is_unlisted else scene.text(f"records.none.{shown}")


def _row(scene: Scene, line: Line, *, is_chosen: bool) -> ft.Control:
    tone = scene.palette.sending if is_chosen else scene.palette.raised
    about = writing.body(scene, name(scene, line.kind, line.subject), color=tone.ink, is_bold=True)
    if line.is_void:
        about.style = writing.STRUCK
    when = f"{short_date(scene, line.at)} {clock_time(line.at)} · {line_result(scene, line)}"
    words = [about, writing.caption(scene, when, color=tone.ink)]
    chips = ft.Row(line_chips(scene, line), spacing=theme.SPACE_S, run_spacing=theme.SPACE_XS, wrap=True)
    face = Face(theme.SPACE_M, 12, tone, Edge(tone.ink, 2 * theme.OUTLINE) if is_chosen else None)
    content: ft.Control = ft.Column([*words, chips], spacing=theme.SPACE_XS)
    if is_chosen:
        content = ft.Semantics(content=content, selected=True)
    return tappable(scene, content, lambda: scene.stage.go(f"/records/{line.id}"), face)


def _words(scene: Scene, topic: Topic) -> str:
    """What a search looks in: the name and the result as they are read."""
    return f"{name(scene, topic.kind, topic.subject)} {result_words(scene, topic.kind, topic.result)}"
