"""Colours, sizes and spacing by meaning. Contrast of every pair is held by a test: text 7:1, the rest 3:1."""

from dataclasses import dataclass

import flet as ft

SPACE_XS, SPACE_S, SPACE_M, SPACE_L, SPACE_XL = 4, 8, 16, 24, 32
TARGET = 48  # dp: the least anything one can tap measures
PRIMARY_TARGET = 64
RADIUS = 12
PANE = 400  # dp: the narrower of two panes
OUTLINE = 1.5
LINE_HEIGHT = 1.43  # of Material
RING = 6  # dp: half of it inside of what has the focus, half around it

MEDIUM, EXPANDED, LARGE = 600, 840, 1200  # dp of window width: Material 3 window classes
NARROW = 720

DISPLAY, TITLE, SECTION, LABEL, BODY, CAPTION = 30, 24, 20, 19, 18, 14  # sp at 100 %; a label floats at 3/4


@dataclass(frozen=True, slots=True)
class Tone:
    """A foreground on its background."""

    ink: str
    paper: str


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme."""

    text: Tone
    secondary: Tone
    primary: Tone
    outline: Tone
    focus: Tone
    raised: Tone  # cards and rail
    sent: Tone
    saved: Tone
    review: Tone
    sending: Tone
    draft: Tone
    practice: Tone  # the band that says that nothing is real
    spot: Tone  # under what has the focus and takes no frame: a place of the rail, a line of a menu


LIGHT = Palette(
    text=Tone("#1B1F23", "#F6F8FA"),
    secondary=Tone("#46515C", "#F6F8FA"),
    primary=Tone("#FFFFFF", "#8A1C3B"),
    outline=Tone("#5F6A73", "#F6F8FA"),
    focus=Tone("#0B4A86", "#F6F8FA"),
    raised=Tone("#1B1F23", "#FFFFFF"),
    sent=Tone("#0B5A2B", "#DDF3E4"),
    saved=Tone("#6B4700", "#FFF1CC"),
    review=Tone("#8C1410", "#FDE3E1"),
    sending=Tone("#0B4A86", "#DCEBFA"),
    draft=Tone("#3A4550", "#ECEFF2"),
    practice=Tone("#1B1F23", "#FFB74D"),
    spot=Tone("#1B1F23", "#6189B2"),
)

DARK = Palette(
    text=Tone("#E8EDF2", "#12161A"),
    secondary=Tone("#B4BEC8", "#12161A"),
    primary=Tone("#4A0A1C", "#FFB1C2"),
    outline=Tone("#8693A0", "#12161A"),
    focus=Tone("#B9DBFF", "#12161A"),
    raised=Tone("#E8EDF2", "#1C2228"),
    sent=Tone("#A8E6BE", "#0E3B20"),
    saved=Tone("#FFDF94", "#4A3500"),
    review=Tone("#FFC9C4", "#5A1210"),
    sending=Tone("#B9DBFF", "#0C355E"),
    draft=Tone("#D5DDE4", "#2E363E"),
    practice=Tone("#1B1F23", "#FFB74D"),
    spot=Tone("#E8EDF2", "#62809F"),
)


@dataclass(frozen=True, slots=True)
class Look:
    """How this page draws: its palette, its text size and its width."""

    palette: Palette
    text_percent: int
    width: int

    def size(self, at_100: int) -> int:
        """A text size in sp, at the size the connector chose."""
        return round(at_100 * self.text_percent / 100)

    @property
    def is_compact(self) -> bool:
        """A phone, or half a screen: the navigation is at the bottom."""
        return self.width < MEDIUM

    @property
    def is_expanded(self) -> bool:
        """Wide enough for two panes at the chosen text size."""
        return self.width >= EXPANDED * max(1, self.text_percent / 125)

    @property
    def is_cramped(self) -> bool:
        """So narrow for its large text that a long word of a title would be broken."""
        return self.is_large and self.width < NARROW

    @property
    def is_large(self) -> bool:
        """Text so large that what stands side by side should stand one below the other."""
        return self.text_percent > 125


def ring(color: str) -> ft.BorderSide:
    """The frame around what the keyboard would press. Half of it lies outside, so that it shows on every paper."""
    return ft.BorderSide(RING, color, stroke_align=ft.BorderSideStrokeAlign.CENTER)


def material(palette: Palette, text_percent: int) -> ft.Theme:
    """The Material 3 theme of a palette; what Flet draws by itself (dates, fields) follows it too."""

    def style(at_100: int, weight: ft.FontWeight | None = None) -> ft.TextStyle:
        return ft.TextStyle(size=round(at_100 * text_percent / 100), color=palette.text.ink, weight=weight)

    focused = {ft.ControlState.FOCUSED: ring(palette.focus.ink)}
    plain = ft.TextStyle(size=round(BODY * text_percent / 100), height=LINE_HEIGHT, weight=ft.FontWeight.NORMAL)
    return ft.Theme(
        color_scheme=ft.ColorScheme(
            primary=palette.primary.paper,
            on_primary=palette.primary.ink,
            secondary=palette.focus.ink,
            on_secondary=palette.focus.paper,
            secondary_container=palette.sending.paper,
            on_secondary_container=palette.sending.ink,
            error=palette.review.ink,
            on_error=palette.review.paper,
            error_container=palette.review.paper,
            on_error_container=palette.review.ink,
            surface=palette.text.paper,
            on_surface=palette.text.ink,
            on_surface_variant=palette.secondary.ink,
            surface_container=palette.raised.paper,
            surface_container_low=palette.raised.paper,
            surface_container_high=palette.raised.paper,
            surface_container_highest=palette.draft.paper,
            outline=palette.outline.ink,
            outline_variant=palette.outline.ink,
        ),
        scaffold_bgcolor=palette.text.paper,
        focus_color=palette.spot.paper,
        text_button_theme=ft.TextButtonTheme(ft.ButtonStyle(side=focused, text_style=plain, animation_duration=0)),
        icon_button_theme=ft.IconButtonTheme(ft.ButtonStyle(side=focused, animation_duration=0)),
        tooltip_theme=ft.TooltipTheme(
            text_style=ft.TextStyle(size=round(CAPTION * text_percent / 100), color=palette.text.paper)
        ),
        visual_density=ft.VisualDensity.STANDARD,
        text_theme=ft.TextTheme(
            body_large=style(BODY),
            body_medium=style(BODY),
            body_small=style(CAPTION),
            title_large=style(TITLE, ft.FontWeight.BOLD),
            title_medium=style(SECTION, ft.FontWeight.BOLD),
            label_large=style(BODY, ft.FontWeight.W_600),
            label_medium=style(CAPTION),
        ),
    )
