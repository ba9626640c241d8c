"""What could not be read is said until a person has seen it, and kept."""

from pathlib import Path

import pytest

from tests.app.opened import opened

pytestmark = pytest.mark.anyio

SAID, SEEN = "no es pot llegir", "Entesos, ja ho dic"


def damage(folder: Path) -> None:
    """One byte of the last line is another."""
    journal = folder / "store.journal"
    bytes_ = bytearray(journal.read_bytes())
    bytes_[-20] ^= 1
    journal.write_bytes(bytes_)


async def test_a_damaged_line_is_said_until_somebody_has_seen_it(tmp_path):
    folder = tmp_path / "tablet"
    async with opened(folder) as app:
        await app.start_shift()
    damage(folder)

    for _ in range(2):  # also by a start at which nothing new is found
        async with opened(folder, at_door=True) as app:
            await app.wait_text(SAID)
            assert SEEN not in app.words()

    async with opened(folder, at_door=True) as app:
        await app.start_shift()  # it was of the line that is lost
        await app.click(SEEN)
        assert not any(SAID in each for each in app.texts())
    async with opened(folder, at_door=True) as app:
        assert not any(SAID in each for each in app.texts())
