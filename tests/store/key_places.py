"""A place for a key in memory, which can be made to misbehave as secure storage does."""

from pathlib import Path

from app.store import KeyGone


class MemoryPlace:
    """Passes the contract of a place (tests/app/test_key_places.py) as long as nobody breaks it."""

    def __init__(self, kept: bytes | None = None) -> None:
        self.kept = kept
        self.raises = False
        self.keeps_nothing = False
        self.asked = 0

    async def read(self) -> bytes | None:
        self._ask()
        return self.kept

    async def keep(self, key: bytes) -> None:
        self._ask()
        if not self.keeps_nothing:
            self.kept = key

    async def forget(self) -> None:
        self._ask()
        self.kept = None

    def _ask(self) -> None:
        self.asked += 1
        if self.raises:
            raise KeyGone(Path("memory"), "it does not answer")
