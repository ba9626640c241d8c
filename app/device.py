"""What the device itself lends a page: a place for a file, and a screen that stays awake. Each device has its limits;
none of them stops anybody's work."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress

import flet as ft

REFUSALS = (ft.FletException, RuntimeError, TimeoutError)  # how Flet says what a device would not or could not do


class Device:
    """The device that the page of now is shown on. To be made once for each page, before it is drawn."""

    def __init__(self, page: ft.Page) -> None:
        self._page = page
        self._picker, self._lock = ft.FilePicker(), ft.Wakelock()  # both tell the page of themselves

    async def save(self, name: str, content: bytes) -> bool:
        """Ask the person where to keep a file, and write it there; False when they went back or it could not be done.

        A browser puts it where it puts its downloads and does not say what became of it: that counts as done.
        """
        try:
            path = await self._picker.save_file(file_name=name, src_bytes=content)
        except REFUSALS:
            return False
        return bool(path) or self._page.web

    async def awake_during(self, work: Awaitable[object]) -> None:
        """Keep the screen from going dark while this is done, where that is possible. The work waits for nothing."""
        asked = asyncio.ensure_future(self._keep_awake(True))
        try:
            await work
        finally:
            await asked
            await self._keep_awake(False)

    async def _keep_awake(self, is_on: bool) -> None:
        with suppress(*REFUSALS):
            await (self._lock.enable() if is_on else self._lock.disable())
