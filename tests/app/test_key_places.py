"""Where the key of a store is kept: the file of a desk, the system's secure storage, and the fake of the tests. What is
promised of a place is held to all three."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import flet as ft
import pytest
from flet_secure_storage import AndroidOptions, SecureStorage

from app.opening import main_of
from app.secure_storage import SecureStoragePlace
from app.settings import Settings
from app.store import KeyFile, KeyGone, KeyPlace, key_file_of
from tests.app.harness import AppHarness
from tests.store.key_places import MemoryPlace

pytestmark = pytest.mark.anyio


class Device:
    """What a phone answers for its secure storage."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.raises = False

    def answers(self) -> dict[str, Any]:
        return {"get": self.get, "set": self.set, "remove": self.remove}

    def get(self, asked: dict[str, Any]) -> str | None:
        self._ask()
        return self.kept.get(asked["key"])

    def set(self, asked: dict[str, Any]) -> None:
        self._ask()
        self.kept[asked["key"]] = asked["value"]

    def remove(self, asked: dict[str, Any]) -> None:
        self._ask()
        self.kept.pop(asked["key"], None)

    def _ask(self) -> None:
        if self.raises:
            raise RuntimeError("javax.crypto.BadPaddingException")


@pytest.fixture(params=["memory", "file", "secure storage"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[KeyPlace]:
    if request.param == "memory":
        yield MemoryPlace()
    elif request.param == "file":
        yield KeyFile(tmp_path / "deep" / "tablet.key")
    else:
        made: list[KeyPlace] = []

        def main(page: ft.Page) -> None:
            made.append(SecureStoragePlace(tmp_path))

        async with AppHarness(main, answers=Device().answers()):
            yield made[0]


async def test_a_place_keeps_the_last_key_until_it_is_told_to_forget_it(place: KeyPlace) -> None:
    assert await place.read() is None
    for key in (bytes(range(32)), b"k" * 32, b"\0" * 32):
        await place.keep(key)
        assert [await place.read(), await place.read()] == [key, key]
    for _ in range(2):
        await place.forget()
        assert await place.read() is None


async def test_s_t11_the_secure_storage_is_told_never_to_erase_what_it_cannot_read(tmp_path):
    made: list[SecureStoragePlace] = []

    def main(page: ft.Page) -> None:
        made.append(SecureStoragePlace(tmp_path))

    async with AppHarness(main, answers=Device().answers()):
        (storage,) = [each for each in vars(made[0]).values() if isinstance(each, SecureStorage)]

    assert storage.android_options.reset_on_error is False
    assert AndroidOptions().reset_on_error is True  # Flet's own default, which is why it has to be told


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def phone(folder: Path, device: Device) -> list[str]:
    """The installed app started on a phone: what its first screen says."""
    async with AppHarness(main_of(Settings(folder)), answers=device.answers()) as app:
        await app.wait_for(lambda: bool(app.texts()))
        return app.texts()


async def test_s_t10_on_a_phone_the_key_is_kept_by_the_system_and_no_file_holds_it(tmp_path):
    device, folder = Device(), tmp_path / "tablet"

    assert "Qui ets?" in await phone(folder, device)

    (kept,) = device.kept.values()
    assert len(bytes.fromhex(kept)) == 32
    assert not key_file_of(folder).exists()
    assert not any(kept.encode() in content for content in contents(tmp_path).values())


@pytest.mark.parametrize("kept", [None, "", "garbage", "00" * 32, "ñ" * 40])
async def test_x_07_secure_storage_that_was_reset_or_says_garbage_is_told_in_words_and_data_stay(tmp_path, kept):
    device, folder = Device(), tmp_path / "tablet"
    await phone(folder, device)
    before = contents(tmp_path)
    device.kept = {} if kept is None else dict.fromkeys(device.kept, kept)

    said = " ".join(await phone(folder, device))

    assert "La clau que obre el que hi ha desat en aquesta tauleta no es pot llegir. No s'ha esborrat res." in said
    assert "no la desinstal·lis" in said
    assert contents(tmp_path) == before


async def test_x_07_secure_storage_that_raises_is_told_in_words_and_data_stay(tmp_path):
    device, folder = Device(), tmp_path / "tablet"
    await phone(folder, device)
    before = contents(tmp_path)
    device.raises = True

    said = " ".join(await phone(folder, device))

    assert "No s'ha esborrat res." in said and "RuntimeError" in said
    assert contents(tmp_path) == before


async def test_a_place_that_does_not_answer_is_asked_again_when_the_app_is_shown_anew(tmp_path):
    device = Device()
    device.raises = True
    main = main_of(Settings(tmp_path / "tablet"))
    async with AppHarness(main, answers=device.answers()) as app:
        await app.wait_text("La clau que obre")
    device.raises = False

    async with AppHarness(main, answers=device.answers()) as app:
        await app.wait_text("Qui ets?")


async def test_an_error_of_the_secure_storage_is_told_without_what_the_device_says_of_it(tmp_path):
    """A message of the platform may hold the value."""
    places: list[SecureStoragePlace] = []

    def main(page: ft.Page) -> None:
        places.append(SecureStoragePlace(tmp_path))

    device = Device()
    device.raises = True
    async with AppHarness(main, answers=device.answers()):
        with pytest.raises(KeyGone) as told:
            await places[0].keep(b"k" * 32)

    assert "BadPadding" not in str(told.value) and "6b6b" not in str(told.value)
