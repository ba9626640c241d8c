"""What can be wrong with what a screen draws: colours, sizes, names. From the tree, with the palette really used.

Layout is not known here: a height is the least that a control can have with one line of text. What a browser makes of
it is measured in `tests/journeys/test_layout.py`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import flet as ft
from flet.components.component import Component
from flet.components.public_utils import unwrap_component

from app.theme import Look
from tests.app.harness import children

TEXT, LINE = 7.0, 3.0  # contrast, WCAG 2.2: text to 7:1, all else that means something to 3:1
LEAST, LEAST_PRIMARY = 48, 56  # dp
LEAST_TEXT = 14  # sp
LEAST_RING = 2  # dp
LINE_HEIGHT = 1.17  # of Roboto; what is inherited is higher
MISSING_ID = re.compile(r"[a-z_-]+(\.[a-z0-9_-]+)+")
EMOJI = re.compile("[\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]")


def luminance(color: str) -> float:
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@dataclass(frozen=True)
class Drawn:
    """A control where it stands."""

    control: ft.BaseControl
    paper: str  # the colour behind it
    above: tuple[ft.BaseControl, ...]  # what holds it, the nearest last


@dataclass(frozen=True)
class Picture:
    """One screen at one moment."""

    theme: ft.Theme
    drawn: tuple[Drawn, ...]


def picture(page: ft.Page) -> Picture:
    """Everything that is visible, outermost first."""
    theme = theme_of(page)
    assert theme.color_scheme, "a theme without colours"
    looking = _Looking(str(theme.color_scheme.surface_container), set())
    return Picture(theme, tuple(looking.below(page.views, "", ())))


def theme_of(page: ft.Page) -> ft.Theme:
    """The one that is shown."""
    theme = page.dark_theme if page.theme_mode == ft.ThemeMode.DARK else page.theme
    assert theme, "a page without a theme"
    return theme


@dataclass(frozen=True)
class _Looking:
    menu: str  # the paper of what floats above everything
    seen: set[int]

    def below(self, node: object, paper: str, above: tuple[ft.BaseControl, ...]) -> Iterator[Drawn]:
        node = unwrap_component(node)
        if node is None or isinstance(node, str | int | float | bool) or id(node) in self.seen:
            return
        self.seen.add(id(node))
        if isinstance(node, ft.BaseControl):
            if getattr(node, "visible", True) is False:
                return
            yield Drawn(node, paper, above)
            paper, above = self._paper(node) or paper, (*above, node)
        for each in children(node):
            yield from self.below(each, self._chosen(node, each, above) or paper, above)

    def _paper(self, control: ft.BaseControl) -> str | None:
        if isinstance(control, ft.PopupMenuItem):
            return self.menu
        if isinstance(control, ft.TextButton) and control.style and control.style.bgcolor:
            return str(control.style.bgcolor)
        has_paper = isinstance(control, ft.Container | ft.View | ft.NavigationRail | ft.NavigationBar)
        return str(control.bgcolor) if has_paper and control.bgcolor else None  # type: ignore[attr-defined]

    def _chosen(self, node: object, part: object, above: tuple[ft.BaseControl, ...]) -> str | None:
        """Where one is, the rail has a spot of another colour."""
        if isinstance(node, ft.NavigationRailDestination) and part is node.selected_icon:
            rail = next(each for each in reversed(above) if isinstance(each, ft.NavigationRail))
            return str(rail.indicator_color)
        return None


def components(page: ft.Page) -> Iterator[Callable[..., object]]:
    """The functions that drew what is there."""
    todo: list[object] = [page.views]
    seen: set[int] = set()
    while todo:
        node = todo.pop()
        while isinstance(node, Component):
            yield node.fn
            node = node._b
        if node is not None and not isinstance(node, str | int | float | bool) and id(node) not in seen:
            seen.add(id(node))
            todo += children(node)


# --- what is said of one screen: each complaint names the control


def faint(picture: Picture) -> Iterator[str]:
    """Text below 7:1, or an icon, the edge of something to tap or the rest below 3:1, on what it really stands on."""
    for each in picture.drawn:
        paper = _paper_of_words(each)
        for what, ink, least in _inks(each.control):
            ratio = contrast(ink, paper) if ink else 0
            if ratio < least and not _is_disabled(each):
                yield f"{what}: {ink} on {paper} is {ratio:.1f}:1"
        if edge := _edge(each):
            yield edge


def _paper_of_words(each: Drawn) -> str:
    """A button that writes its own words does so on its own paper, where it has one."""
    control = each.control
    if isinstance(control, ft.TextButton) and isinstance(control.content, str) and control.style:
        return str(control.style.bgcolor or each.paper)
    return each.paper


def _edges(field: ft.TextField) -> Iterator[tuple[str, str, float]]:
    """In each of its states; one without a border has none, which is not enough."""
    borders = field.border if isinstance(field.border, dict) else {"": field.border}
    for state, border in borders.items():
        side = getattr(border, "side", None)
        yield f"edge of field {field.label!r} {state}", str(side.color if side else ""), LINE


def _inks(control: ft.BaseControl) -> Iterator[tuple[str, str, float]]:
    match control:
        case ft.Text(value=str(words)) if words:
            yield f"text {words!r}", str(control.color or ""), TEXT
        case ft.Icon():
            yield f"icon {control.icon}", str(control.color or ""), LINE
        case ft.TextButton(content=str()):
            style = control.style or ft.ButtonStyle()
            yield f"button {control.content!r}", str(style.color or ""), TEXT
            if control.icon:
                yield f"icon of {control.content!r}", str(style.icon_color or ""), LINE
        case ft.PopupMenuButton():
            yield "menu", str(control.icon_color or ""), LINE
        case ft.TextField():
            yield from _edges(control)
        case ft.NavigationRail():
            for style in (control.selected_label_text_style, control.unselected_label_text_style):
                yield "labels of the rail", str(style.color if style else ""), TEXT
        case ft.ProgressBar():
            yield "progress", str(control.color or ""), LINE


def _edge(each: Drawn) -> str | None:
    """A box one can tap stands out from what is around it: by its edge, or by its own colour where it has no edge; the
    words inside are told apart in any case, so only an edge that is there and cannot be seen is amiss."""
    side, paper = _side(each.control)
    if side is None or side.width == 0 or not each.paper:
        return None
    color, inside = str(side.color), str(paper or each.paper)
    if max(contrast(color, each.paper), contrast(inside, each.paper)) >= LINE:
        return None
    return f"edge {color} on {each.paper}"


def _side(box: ft.BaseControl) -> tuple[ft.BorderSide | None, object]:
    """The edge that is there without the focus, and what is inside of it."""
    if isinstance(box, ft.Container):
        return box.border.top if box.border else None, box.bgcolor
    if isinstance(box, ft.TextButton) and box.style and isinstance(box.style.side, dict):
        return box.style.side.get(ft.ControlState.DEFAULT), box.style.bgcolor
    return None, None


def unfocused(picture: Picture) -> Iterator[str]:
    """What the keyboard can come to without a frame of 3:1 around it, or a paper that changes by as much."""
    theme, scheme = picture.theme, picture.theme.color_scheme
    assert scheme
    framed = {ft.TextButton: theme.text_button_theme, ft.IconButton: theme.icon_button_theme}
    framed[ft.PopupMenuButton] = theme.icon_button_theme
    for each in picture.drawn:
        control = each.control
        if isinstance(control, ft.PopupMenuItem | ft.NavigationRail):
            is_line = isinstance(control, ft.PopupMenuItem)
            papers = [scheme.surface_container] if is_line else [control.bgcolor, control.indicator_color]
            colors = [str(theme.focus_color)]
        elif is_tappable(control) and not isinstance(control, ft.TextField):
            ring = _ring(control, framed.get(type(control)))
            papers, colors = [each.paper], [str(ring.color)] if ring and ring.width >= LEAST_RING else []
        else:
            continue
        if not colors or any(contrast(one, str(paper)) < LINE for one in colors for paper in papers):
            yield f"{said(control)!r} {type(control).__name__} on {papers} has {colors}"


def _ring(control: ft.BaseControl, usual: object) -> ft.BorderSide | None:
    """Its own, where it says one, else that of the theme."""
    for style in (getattr(control, "style", None), getattr(usual, "style", None)):
        if style and style.side:
            return style.side.get(ft.ControlState.FOCUSED)
    return None


def _is_disabled(each: Drawn) -> bool:
    return any(getattr(one, "disabled", False) for one in (each.control, *each.above))


def small_targets(picture: Picture, primary: str) -> Iterator[str]:
    """What can be tapped and is not at least 48 dp high and wide; 56 where it has the main colour."""
    for each in picture.drawn:
        if not is_tappable(each.control):
            continue
        style = getattr(each.control, "style", None)
        least = LEAST_PRIMARY if style and getattr(style, "bgcolor", None) == primary else LEAST
        high = room(each.control, upright=True)
        wide = room(each.control, upright=False)
        if round(high) < least or round(wide) < LEAST:
            yield f"{said(each.control)!r} is {wide:.0f} x {high:.0f}"


def is_tappable(control: ft.BaseControl) -> bool:
    if isinstance(control, ft.TextField | ft.PopupMenuButton):
        return True
    return getattr(control, "on_click", None) is not None


def room(node: object, *, upright: bool) -> float:
    """The least dp that a control takes, up or across, with one line of text."""
    control = unwrap_component(node)
    inside = [room(each, upright=upright) for each in _inside(control)]
    fixed = getattr(control, "height" if upright else "width", None)
    if fixed is not None:
        return float(fixed)
    match control:
        case ft.Text():
            size = float(control.size or 0)
            return size * LINE_HEIGHT if upright else size * 0.5 * len(control.value)
        case ft.Icon():
            return float(control.size or 24)
        case ft.Container():
            return max(inside, default=0) + _around(control, upright=upright)
        case ft.Row() | ft.Column():
            along = isinstance(control, ft.Column) == upright
            gaps = float(control.spacing) * max(len(inside) - 1, 0) if along else 0
            return (sum(inside) if along else max(inside, default=0)) + gaps
        case ft.TextButton():
            pad = control.style.padding  # type: ignore[union-attr]
            if inside:
                return max(inside) + (pad.top + pad.bottom if upright else pad.left + pad.right)
            size = control.style.text_style.size  # type: ignore[union-attr]
            return size * LINE_HEIGHT + pad.top + pad.bottom if upright else pad.left + pad.right + size
        case ft.PopupMenuButton():
            return float(control.icon_size or 24) + 2 * float(control.padding)  # type: ignore[arg-type]
        case ft.TextField() | ft.IconButton():
            return float(LEAST)  # of Material
    return max(inside, default=0)


def _inside(control: object) -> list[object]:
    held = getattr(control, "content", None) or getattr(control, "controls", None)
    if isinstance(control, ft.IconButton | ft.PopupMenuButton) or held is None or held == []:
        return []
    return list(held) if isinstance(held, list) else [] if isinstance(held, str) else [held]


def _around(box: ft.Container, *, upright: bool) -> float:
    pad, border = box.padding, box.border
    edge = 2 * float(border.top.width) if border else 0
    if pad is None or isinstance(pad, int | float):
        return 2 * float(pad or 0) + edge
    return float(pad.top + pad.bottom if upright else pad.left + pad.right) + edge


def nameless(picture: Picture) -> Iterator[str]:
    """What can be tapped or typed in and has no name for a screen reader."""
    for each in picture.drawn:
        if is_tappable(each.control) and not said(each.control).strip():
            yield f"{type(each.control).__name__} in {[type(one).__name__ for one in each.above[-3:]]}"
        if isinstance(each.control, ft.ProgressBar) and not each.control.semantics_label:
            yield "progress"


def said(node: object) -> str:
    """What a screen reader says of a control: its own name, or the words and icons inside."""
    control = unwrap_component(node)
    if isinstance(control, ft.Text):
        return control.value or ""
    if isinstance(control, ft.Icon):
        return control.semantics_label or ""
    own = [getattr(control, name, None) for name in ("label", "tooltip", "content")]
    named = [getattr(each, "message", each) for each in own]
    words = [each for each in named if isinstance(each, str) and each]
    return " ".join(words) or " ".join(filter(None, (said(each) for each in _inside_all(control))))


def _inside_all(control: object) -> list[object]:
    held = [getattr(control, name, None) for name in ("content", "controls", "icon")]
    return [
        one for each in held for one in (each if isinstance(each, list) else [each]) if isinstance(one, ft.BaseControl)
    ]


def _scrolls(control: ft.BaseControl) -> bool:
    return isinstance(control, ft.ListView) or bool(getattr(control, "scroll", None))


def fixed(picture: Picture, look: Look) -> Iterator[str]:
    """The name of a screen that stays where it is though its text is so large that it leaves no room for the rest."""
    leaves_no_room = look.is_large and not look.is_expanded
    for each in picture.drawn:
        is_name = getattr(each.control, "header", False) and each.control.heading_level == 1  # type: ignore[attr-defined]
        if is_name and leaves_no_room and not any(_scrolls(one) for one in each.above):
            yield said(each.control)


def small_texts(picture: Picture, percent: int) -> Iterator[str]:
    """Text below 14 sp, or that does not grow as it was chosen."""
    tips = picture.theme.tooltip_theme
    for each in picture.drawn:
        if getattr(each.control, "tooltip", None) and (not tips or not tips.text_style or not tips.text_style.size):
            yield f"tip {said(each.control)!r} has a size of its own"
        for words, size in _sizes(each.control):
            least = LEAST_TEXT if isinstance(each.control, ft.NavigationRail) else LEAST_TEXT * percent / 100
            if not size or size < least:
                yield f"{words!r} has {size}"


FLOATING = 0.75
"""Of its size a label keeps when it floats above its field."""


def _sizes(control: ft.BaseControl) -> Iterator[tuple[str, float]]:
    match control:
        case ft.Text(value=str(words)) if words:
            yield words, float(control.size or 0)
        case ft.TextButton(content=str()):
            yield str(control.content), float(control.style.text_style.size)  # type: ignore[union-attr, arg-type]
        case ft.TextField():
            yield f"typed in {control.label}", float(control.text_size or 0)
            label = control.label_style.size if control.label_style else None
            yield f"label {control.label}", float(label or 0) * FLOATING
            if control.error:
                yield str(control.error), float(control.error_style.size)  # type: ignore[union-attr, arg-type]
        case ft.NavigationRail():
            yield "rail", float(control.unselected_label_text_style.size)  # type: ignore[union-attr, arg-type]


def odd_words(picture: Picture) -> Iterator[str]:
    """Ids without words, gaps that were not filled, and signs that are pictures: icons are drawn, never written."""
    for each in picture.drawn:
        for words in _words(each.control):
            if MISSING_ID.fullmatch(words) or re.search(r"\{[a-z_]*\}", words):
                yield f"not words: {words!r}"
            if EMOJI.search(words):
                yield f"a picture among letters: {words!r}"
            if any(unicodedata.category(one) in ("Cc", "Co", "Cn") and one != "\n" for one in words):
                yield f"what cannot be seen: {words!r}"


def _words(control: ft.BaseControl) -> Iterator[str]:
    for name in ("value", "label", "content", "title", "tooltip", "semantics_label", "error"):
        words = getattr(control, name, None)
        words = getattr(words, "message", words)
        if isinstance(words, str):
            yield words


def jumps(picture: Picture) -> Iterator[str]:
    """Headings: one of the first level at most and first, and no level left out."""
    levels = [each.control.heading_level or 0 for each in picture.drawn if getattr(each.control, "header", False)]
    if levels.count(1) > 1 or any(after - before > 1 for before, after in pairwise([0, *levels])):
        yield f"levels of the headings: {levels}"
