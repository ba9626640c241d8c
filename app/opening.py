"""How the app comes to a tablet's store: with the key from where it is kept, or with words why it cannot start."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import flet as ft

from app import theme
from app.device import Device
from app.domain.reference import BrokenReference
from app.drawing import look_only_at_what_is_set
from app.i18n import words_in
from app.pages import show
from app.secure_storage import SecureStoragePlace
from app.settings import Settings
from app.shell import Gone, Tablet, random_bytes, read_library
from app.store import (
    DiskRefused,
    FolderUnwritable,
    KeyFile,
    KeyGone,
    KeyPlace,
    SchemaTooNew,
    StoreLocked,
    StoreTrouble,
    Write,
    WrongKey,
    believed,
    copied,
    destroy,
    key_file_of,
    key_of,
    may_be_copied,
    return_to_service,
)
from app.views.cannot_start import CannotStart
from app.views.out_of_service import OutOfService

FAILURES: dict[type[StoreTrouble], str] = {
    FolderUnwritable: "failure.folder",
    StoreLocked: "failure.locked",
    SchemaTooNew: "failure.schema",
    DiskRefused: "failure.folder",
    KeyGone: "failure.key",
    WrongKey: "failure.key",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the app cannot start: an id in the locales, and the place for whoever helps."""

    message: str
    detail: str
    closed: Path | None = None  # the tablet's folder, where its key cannot be had


async def open_tablet(settings: Settings, place: KeyPlace | None = None) -> Tablet | Gone | Failure:
    """The tablet on this folder, or why it cannot start, which is also said to whoever started it. Its key is kept in
    `place`; without one in a file, as on a desk."""
    try:
        shipped = read_library(settings.reference)
        place = place or KeyFile(settings.key_file or key_file_of(settings.folder))
        left, codec = await believed(settings.folder, place)
        if left and (left.parcels or not settings.code):
            return Gone(settings.folder, place, left, codec)
        if left:
            if not left.is_kept:  # a kill may have come in the middle of it
                await place.forget()
                destroy(settings.folder)
            return_to_service(settings.folder)
        tablet = Tablet(settings, shipped, await key_of(settings.folder, place, random_bytes), place)
        if left:
            tablet.store.write(Write(notes={"token": None}))  # the code is for another
        return tablet
    except BrokenReference as error:
        failure = Failure("failure.reference", str(error))
    except StoreTrouble as error:
        closed = settings.folder if isinstance(error, KeyGone | WrongKey) else None
        failure = Failure(FAILURES[type(error)], str(error), closed)
    except OSError as error:
        failure = Failure("failure.reference", str(error))
    print(f"acompanya: {failure.detail}", file=sys.stderr, flush=True)
    return failure


def make_main(opened: Tablet | Gone | Failure) -> Callable[[ft.Page], None]:
    """The function Flet calls for every page of a tablet that was opened, or could not be."""
    look_only_at_what_is_set()

    def main(page: ft.Page) -> None:
        page.title = "Acompanya"
        if isinstance(opened, Failure | Gone):  # before anybody could choose
            page.theme = theme.material(theme.LIGHT, 100)
            page.theme_mode = ft.ThemeMode.LIGHT
        if isinstance(opened, Failure):
            page.render_views(CannotStart, words_in("ca"), opened.message, opened.detail, _saver(page, opened.closed))
            return
        if isinstance(opened, Gone):
            page.render_views(OutOfService)
            page.run_task(opened.run)
            return
        show(page, opened)

    return main


def _saver(page: ft.Page, folder: Path | None) -> Callable[[], Awaitable[bool]] | None:
    """What keeps a copy that only the centre can open, where there is one."""
    if folder is None or not may_be_copied(folder):
        return None
    device = Device(page)

    async def save() -> bool:
        try:
            copy = await asyncio.to_thread(copied, folder)
        except FolderUnwritable:
            return False
        return await device.save(COPY, copy)

    return save


COPY = "acompanya-tauleta.zip"


def main_of(settings: Settings) -> Callable[[ft.Page], Awaitable[None]]:
    """The function Flet calls for every page of the installed app. On a phone the key is kept by the system, which can
    only be asked through a page; so the tablet is opened with the first one."""
    turn, opened = asyncio.Lock(), list[Tablet | Gone]()

    async def main(page: ft.Page) -> None:
        async with turn:
            if not opened:
                is_phone = not page.web and page.platform in (ft.PagePlatform.ANDROID, ft.PagePlatform.IOS)
                tablet = await open_tablet(settings, SecureStoragePlace(settings.folder) if is_phone else None)
                if isinstance(tablet, Failure):
                    return make_main(tablet)(page)
                opened.append(tablet)
        make_main(opened[0])(page)

    return main
