"""How screens are laid out: a heading with the sync chip, a body that scrolls, and panes where there is room."""

from collections.abc import Sequence

import flet as ft

from app import theme
from app.views.parts import buttons, writing
from app.views.parts.sync_chip import sync_chip
from app.views.scene import Scene

UNDO_BAR = 44
"""dp of the bar that offers to take something back, besides its line of words."""

FOOT = ft.Padding.only(bottom=theme.SPACE_M)


def scrolled(scene: Scene) -> ft.Padding:
    """Room above for the floating label of a field; below for the thumb, and for the bar that offers to take something
    back, which lies over the list of today."""
    bar = UNDO_BAR + round(scene.look.size(theme.BODY) * theme.LINE_HEIGHT)
    return ft.Padding.only(top=theme.SPACE_S, bottom=theme.SPACE_L + bar)


def screen(
    scene: Scene,
    heading: str,
    content: list[ft.Control],
    *,
    back: str | None = None,
    foot: ft.Control | None = None,
    asked: str | None = None,
) -> ft.Control:
    """A whole screen: heading and chip on top, `content` scrolling below, `foot` always in reach. Large text scrolls
    the heading too: with the system's own large text or a keyboard it would leave no room for anything else. What is
    `asked` on top is seen by whoever had scrolled down: another question begins at the top again."""
    top = _heading(scene, heading, back)
    scrolls_all = scene.look.is_large
    parts: list[ft.Control] = [
        *([] if scrolls_all else [top]),
        _pane(scene, [top, *content] if scrolls_all else content, expand=True, key=asked),
    ]
    if foot:
        parts.append(foot)
    return _page(parts)


def two_panes(
    scene: Scene,
    heading: str,
    main: list[ft.Control],
    side: list[ft.Control],
    *,
    back: str | None = None,
    above: Sequence[ft.Control] = (),
) -> ft.Control:
    """Two panes beside each other where the window is wide, one below the other where it is not; `above` both of them,
    what is true of the whole."""
    if not scene.look.is_expanded:
        return screen(scene, heading, [*above, *main, *side], back=back)
    sides: list[ft.Control] = [_pane(scene, main, expand=True), ft.Container(_pane(scene, side), width=theme.PANE)]
    panes = ft.Row(
        sides,
        spacing=theme.SPACE_L,
        expand=True,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return _page([_heading(scene, heading, back), *above, panes])


def list_and_detail(scene: Scene, heading: str, listed: ft.Control, detail: ft.Control) -> ft.Control:
    """A list on the left and what was chosen of it beside; each scrolls by itself."""
    width = theme.PANE if scene.look.width >= theme.LARGE else theme.PANE * 4 // 5
    panes = ft.Row(
        [ft.Container(listed, width=width), ft.Container(detail, expand=True)],
        spacing=theme.SPACE_L,
        expand=True,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return _page([_heading(scene, heading, None), panes])


def beside(scene: Scene, heading: str, shown: ft.Control, side: list[ft.Control]) -> ft.Control:
    """One thing as large as the window bears, never scrolled, and what is said of it: beside it, or below."""
    stretch = ft.CrossAxisAlignment.STRETCH
    if scene.look.width >= theme.EXPANDED:
        width = theme.PANE if scene.look.width >= theme.LARGE else theme.PANE * 4 // 5
        panes: ft.Control = ft.Row(
            [ft.Container(shown, expand=True, padding=FOOT), ft.Container(_pane(scene, side), width=width)],
            spacing=theme.SPACE_L,
            expand=True,
            vertical_alignment=stretch,
        )
    else:
        halves: list[ft.Control] = [ft.Container(shown, expand=3), ft.Container(_pane(scene, side), expand=2)]
        panes = ft.Column(halves, spacing=theme.SPACE_S, expand=True, horizontal_alignment=stretch)
    return _page([_heading(scene, heading, None), panes])


def list_only(scene: Scene, heading: str, listed: ft.Control) -> ft.Control:
    """A list that scrolls by itself, where there is no room for more; with large text its first part is `list_top`."""
    top = [] if scene.look.is_large else [_heading(scene, heading, None)]
    return _page([*top, ft.Container(listed, expand=True)])


def list_top(scene: Scene, heading: str) -> list[ft.Control]:
    """The heading of such a list where it scrolls with the rows; else nothing."""
    return [_heading(scene, heading, None)] if scene.look.is_large and not scene.look.is_expanded else []


def pane(scene: Scene, content: list[ft.Control]) -> ft.Control:
    """What scrolls by itself beside a list."""
    return _pane(scene, content, expand=True)


def together(parts: Sequence[ft.Control]) -> ft.Column:
    """Parts that come and go, in one place with what is always there, so that they take the focus from nothing: a list
    makes anew what moves to another place in it."""
    stretch = ft.CrossAxisAlignment.STRETCH
    return ft.Column(list(parts), spacing=theme.SPACE_M, horizontal_alignment=stretch)


def grid(controls: Sequence[ft.Control], *, across: int) -> ft.Column:
    """Controls of equal width, `across` on a line, reading order kept."""
    rows = [controls[start : start + across] for start in range(0, len(controls), across)]
    return ft.Column(
        list(controls) if across == 1 else [_line(row, across) for row in rows],
        spacing=theme.SPACE_S + 4,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _line(controls: Sequence[ft.Control], across: int) -> ft.Row:
    for each in controls:
        each.expand, each.expand_loose = 1, False
    return ft.Row(
        [*controls, *_gaps(across - len(controls))],
        spacing=theme.SPACE_S + 4,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
        intrinsic_height=True,
    )


def _gaps(count: int) -> list[ft.Control]:
    return [ft.Container(expand=1) for _ in range(count)]


def across(scene: Scene, *, most: int) -> int:
    """How many tiles fit beside each other at this width and text size."""
    fits = int(scene.look.width / (230 * scene.look.text_percent / 100))
    return max(1, min(most, fits))


def card(scene: Scene, content: Sequence[ft.Control]) -> ft.Container:
    """Things that belong together, on a raised surface."""
    return ft.Container(
        ft.Column(list(content), spacing=theme.SPACE_S + 4, horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        bgcolor=scene.palette.raised.paper,
        border_radius=theme.RADIUS,
        padding=theme.SPACE_M,
    )


def _heading(scene: Scene, heading: str, back: str | None) -> ft.Control:
    title = writing.title(scene, heading)
    title.expand = True
    left: list[ft.Control] = [title]
    if back:
        go_back = buttons.icon_button(scene, scene.text("go.back"), ft.Icons.ARROW_BACK, lambda: scene.stage.go(back))
        left.insert(0, go_back)
    title_row = ft.Row(left, vertical_alignment=ft.CrossAxisAlignment.CENTER, expand=3)
    if scene.look.is_compact or (scene.look.is_large and not scene.look.is_expanded):
        chip = ft.Container(sync_chip(scene), expand=True, alignment=ft.Alignment.CENTER_RIGHT)
        return ft.Column([ft.Row([chip]), ft.Row([title_row])], spacing=4)
    return ft.Row(
        [title_row, ft.Container(sync_chip(scene), expand=2, alignment=ft.Alignment.CENTER_RIGHT)],
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
        spacing=theme.SPACE_M,
    )


def _pane(scene: Scene, content: list[ft.Control], *, expand: bool = False, key: str | None = None) -> ft.ListView:
    """A list builds what is seen and a little more: of a long screen the rest costs nothing before it is looked at."""
    padding = scrolled(scene)
    return ft.ListView(content, spacing=theme.SPACE_M, padding=padding, expand=expand, key=key)


def _page(parts: list[ft.Control]) -> ft.Control:
    return ft.Container(
        ft.Column(parts, spacing=theme.SPACE_M, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, expand=True),
        padding=ft.Padding.only(left=theme.SPACE_L, right=theme.SPACE_L, top=theme.SPACE_M),
        expand=True,
    )
