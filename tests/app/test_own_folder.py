"""What a tablet writes stays in its own folder, and nothing that a person wrote in anybody's log."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.domain.happenings import Locking
from app.store import key_file_of
from tests.app.opened import opened

pytestmark = pytest.mark.anyio

WRITING = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate", "shutil.move")
FOR_WRITING = 0o3 | 0o100  # of the flags of open: O_WRONLY, O_RDWR or O_CREAT


class Watched:
    """The paths this process opens to write, makes or changes, while it is looked at. An audit hook stays for good."""

    def __init__(self) -> None:
        self.paths: set[str] | None = None
        sys.addaudithook(self._note)

    def _note(self, event: str, given: tuple[object, ...]) -> None:
        if self.paths is None or isinstance(given[0], int):  # a file that is open already
            return
        if event == "open" and isinstance(given[2], int) and given[2] & FOR_WRITING:
            self.paths.add(str(given[0]))
        elif event in WRITING:
            self.paths |= {str(each) for each in given[:2] if isinstance(each, str | Path)}

    @contextmanager
    def looked_at(self) -> Iterator[set[str]]:
        self.paths = found = set[str]()
        try:
            yield found
        finally:
            self.paths = None


@pytest.fixture(scope="module")
def watched() -> Watched:
    return Watched()


async def test_what_is_written_anywhere_is_seen(tmp_path, watched):
    with watched.looked_at() as written:
        (tmp_path / "new").mkdir()
        (tmp_path / "new" / "a").write_text("a")
        (tmp_path / "new" / "a").rename(tmp_path / "b")
    assert written == {str(tmp_path / name) for name in ("new", "new/a", "b")}


async def test_s_t01_a_shift_writes_in_the_tablets_own_folder_and_beside_its_key(tmp_path, watched):
    folder = tmp_path / "tablet"
    with watched.looked_at() as written:
        async with opened(folder) as app:
            await app.start_shift()
            await app.open_case()
            await app.click("Fet")
            await app.wait_text("Nova ajuda")
            await app.tablet.practice.begin()
            await app.tablet.lock(Locking.BY_HAND)
    own = (folder, key_file_of(folder).parent)
    others = {each for each in written if not any(Path(each).is_relative_to(one) for one in own)}
    elsewhere = {each for each in others if "__pycache__" not in each}

    assert str(folder / "store.journal") in written
    assert elsewhere == set()
