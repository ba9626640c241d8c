"""Contrast, computed: text at least 7 to 1 on what it stands on, lines and icons at least 3 to 1 (WCAG 2.2)."""

from dataclasses import fields

import pytest

from app.theme import DARK, LIGHT, TARGET, Look, Palette, Tone, material
from tests.app.drawing import LINE, TEXT, contrast

PALETTES = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])


def written(palette: Palette) -> dict[str, Tone]:
    """Where the views put words: on their own paper, on cards, on the undo bar."""
    own = {each.name: getattr(palette, each.name) for each in fields(palette) if each.name not in ("outline", "spot")}
    card, page = palette.raised.paper, palette.text.paper
    return {
        **own,
        "text on a card": Tone(palette.text.ink, card),
        "caption on a card": Tone(palette.secondary.ink, card),
        "quiet button on a card": Tone(palette.focus.ink, card),
        "row of a card, on the page": Tone(palette.raised.ink, page),
        "practice": palette.practice,
        "way out of practice": Tone(palette.practice.paper, palette.practice.ink),
        "undo bar": Tone(page, palette.text.ink),
        "bold label of the rail": Tone(palette.text.ink, palette.sending.paper),
        "unfinished": Tone(palette.saved.ink, palette.saved.paper),
    }


def drawn(palette: Palette) -> dict[str, Tone]:
    """Where the views put lines and icons that mean something."""
    card, page = palette.raised.paper, palette.text.paper
    states = {name: getattr(palette, name) for name in ("sent", "saved", "review", "sending", "draft")}
    return {
        "outline on the page": Tone(palette.outline.ink, page),
        "outline on a card": Tone(palette.outline.ink, card),
        "empty box on a card": Tone(palette.outline.ink, card),
        "ticked box on a card": Tone(palette.sent.ink, card),
        "focus on the page": Tone(palette.focus.ink, page),
        "focus on a card": Tone(palette.focus.ink, card),
        "icon of the rail under the focus": palette.spot,
        "focus on the rail": Tone(palette.spot.paper, card),
        "focus where one is": Tone(palette.spot.paper, palette.sending.paper),
        "line of a menu under the focus": palette.spot,
        "main button on the page": Tone(palette.primary.paper, page),
        "main button on a card": Tone(palette.primary.paper, card),
        "progress on a card": Tone(palette.sending.ink, card),
        **{f"edge of {name} on the page": Tone(tone.ink, page) for name, tone in states.items()},
        **{f"edge of {name} on a card": Tone(tone.ink, card) for name, tone in states.items()},
    }


def too_faint(tones: dict[str, Tone], least: float) -> dict[str, float]:
    ratios = {name: round(contrast(tone.ink, tone.paper), 2) for name, tone in tones.items()}
    return {name: ratio for name, ratio in ratios.items() if ratio < least}


def test_the_arithmetic_is_that_of_the_standard():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast("#808080", "#808080") == pytest.approx(1)


@PALETTES
def test_all_text_can_be_read_outdoors(palette):
    assert too_faint(written(palette), TEXT) == {}


@PALETTES
def test_all_lines_and_icons_can_be_made_out(palette):
    assert too_faint(drawn(palette), LINE) == {}


@PALETTES
def test_what_flet_draws_by_itself_follows_the_palette(palette):
    scheme = material(palette, 100).color_scheme
    pairs = {
        "on_primary": Tone(scheme.on_primary, scheme.primary),
        "on_secondary": Tone(scheme.on_secondary, scheme.secondary),
        "on_secondary_container": Tone(scheme.on_secondary_container, scheme.secondary_container),
        "on_error": Tone(scheme.on_error, scheme.error),
        "on_error_container": Tone(scheme.on_error_container, scheme.error_container),
        "on_surface": Tone(scheme.on_surface, scheme.surface),
        "on_surface_variant": Tone(scheme.on_surface_variant, scheme.surface),
        "on a menu": Tone(scheme.on_surface, scheme.surface_container),
    }

    assert too_faint(pairs, TEXT) == {}


@pytest.mark.parametrize("percent", [100, 125, 150, 200])
def test_every_size_grows_with_the_chosen_text(percent):
    text = material(LIGHT, percent).text_theme

    assert text.body_large.size == round(18 * percent / 100)
    assert text.body_small.size >= 14
    assert Look(LIGHT, percent, 1280).size(18) == round(18 * percent / 100)


@pytest.mark.parametrize(
    ("width", "percent", "is_compact", "is_expanded"),
    [
        (360, 100, True, False),
        (599, 100, True, False),
        (600, 100, False, False),
        (840, 100, False, True),
        (840, 125, False, True),
        (1007, 150, False, False),
        (1008, 150, False, True),
        (1280, 200, False, False),
        (1344, 200, False, True),
    ],
)
def test_a_page_is_laid_out_for_its_width_and_text(width, percent, is_compact, is_expanded):
    look = Look(LIGHT, percent, width)

    assert (look.is_compact, look.is_expanded) == (is_compact, is_expanded)


def test_a_finger_fits():
    assert TARGET >= 48
