"""A line of a parcel as a QR code: a picture, dark on light whatever the theme, because that is what cameras read."""

import asyncio
from functools import lru_cache
from io import BytesIO

import flet as ft
import segno

from app import theme

QUIET_ZONE = 4  # modules of white around it: the standard asks for them
MODULE_PIXELS = 8


def code(line: str, name: str) -> ft.Control:
    """As large as there is room for; `name` is what a screen reader says."""
    image = ft.Image(
        picture_of(line),
        fit=ft.BoxFit.CONTAIN,
        gapless_playback=True,
        semantics_label=name,
        data=line,  # stays here: what is behind the picture
    )
    paper = ft.Container(image, bgcolor=ft.Colors.WHITE, border_radius=theme.RADIUS, padding=theme.SPACE_XS)
    return ft.Container(paper, alignment=ft.Alignment.CENTER, expand=True)


async def drawn(line: str) -> None:
    """Draw it beside everything else, so that showing it costs nothing: a large one takes a good part of a second."""
    await asyncio.to_thread(picture_of, line)


@lru_cache(maxsize=64)
def picture_of(line: str) -> bytes:
    """A PNG. In a code's own letters, so that it has no more modules than it needs."""
    made = segno.make_qr(line, mode="alphanumeric", error="l")
    picture = BytesIO()
    made.save(picture, kind="png", scale=MODULE_PIXELS, border=QUIET_ZONE)
    return picture.getvalue()
