"""A place for the key on a phone or a tablet: the system's Keystore or Keychain, through Flet. Not used on a desk."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from flet_secure_storage import AndroidOptions, SecureStorage  # type: ignore[import-untyped]

from app.store import KeyGone
from app.store.key_file import key_in

NAME = "acompanya.key"
PATIENCE_SECONDS = 20.0  # a Keystore that does not answer is one that is not there

# Flet's own default erases everything as soon as one value cannot be read, which an update of the system may cause.
ANDROID = AndroidOptions(reset_on_error=False)


class SecureStoragePlace:
    """The key as text under one name. Made while the page that it goes through is the one whose code runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._storage = SecureStorage(android_options=ANDROID)

    async def read(self) -> bytes | None:
        kept = await self._asked("read", self._storage.get(NAME))
        return key_in(kept.encode()) if isinstance(kept, str) else None

    async def keep(self, key: bytes) -> None:
        await self._asked("written", self._storage.set(NAME, key.hex()))

    async def forget(self) -> None:
        await self._asked("removed", self._storage.remove(NAME))

    async def _asked(self, what: str, answer: Coroutine[Any, Any, Any]) -> Any:
        """What the device says is not repeated: it could hold the key."""
        try:
            return await asyncio.wait_for(answer, PATIENCE_SECONDS)
        except (RuntimeError, TimeoutError) as error:
            why = f"the secure storage could not be {what} ({type(error).__name__})"
            raise KeyGone(self._folder, why) from None
