"""The key of a store: 32 random bytes, kept in the store's folder only wrapped, by a key that is kept in another place.

The place is never told the store's key, and whoever has the folder has no use for it without the place. A key that is
needed and cannot be had is never replaced by another: what it closes would be lost.

A key that is made beside a store in clear is made for that one: a signature of its bytes lies with it. No other store
in clear is ever sealed with it, or whoever can write into the folder could have any words sealed with the tablet's key.
"""

import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from app.store.disk import FolderLock, make_folder, replace_file, sync_file
from app.store.errors import FolderUnwritable, KeyGone, StoreLocked
from app.store.file import JOURNAL, LOCK
from app.store.lines import CHECKSUM, Codec, header_of, replay
from app.store.sealing import KEY_BYTES, Sealed, unwrapped, wrapped

KEY = "store.key"

Chance = Callable[[int], bytes]  # so many random bytes, as `secrets.token_bytes` gives them


class KeyPlace(Protocol):
    """Keeps one key outside of the store's folder. Any method may raise KeyGone: the place itself does not answer."""

    async def read(self) -> bytes | None:
        """What was kept, or whatever became of it; None when there is nothing."""
        ...

    async def keep(self, key: bytes) -> None:
        """Returns when it survives a power cut. In place of what was there."""
        ...

    async def forget(self) -> None:
        """Nothing is kept any more; also when nothing was."""
        ...


async def key_of(folder: Path, place: KeyPlace, chance: Chance) -> bytes:
    """The key of the store in this folder. One is made where nothing is sealed yet: at the first start, or when an
    older app left a store in clear. Raises KeyGone, StoreLocked or FolderUnwritable, with nothing touched.

    A kill at any point leaves either nothing that needs a key, or both halves of it.
    """
    if is_sealed(folder):
        return opened(folder, await place.read())
    with _alone(folder):  # two that start at once would each make one
        kept = await place.read()
        try:
            return opened(folder, kept)  # made before, by one that was killed before it was used
        except KeyGone:
            if (folder / KEY).exists() and (
                folder / JOURNAL
            ).exists():  # somebody may have put the one beside the other
                raise
            return await _made(folder, place, chance)


def opened(folder: Path, wrapping: bytes | None) -> bytes:
    """The key that lies wrapped in this folder. Raises KeyGone."""
    try:
        content = (folder / KEY).read_bytes()
    except OSError as error:
        raise KeyGone(folder, f"{KEY}: {error.strerror or error}") from error
    if wrapping is None:
        raise KeyGone(folder, "the place where it is kept has none")
    key = unwrapped(content.partition(b"\n")[0], wrapping)
    if key is None:
        raise KeyGone(folder, f"what is kept does not open {KEY}")
    return key


def is_sealed(folder: Path) -> bool:
    """Whether there is a store here that cannot be read without a key. Raises FolderUnwritable."""
    try:
        content = (folder / JOURNAL).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise FolderUnwritable(folder, error) from error
    header = header_of(content)
    if header is not None:
        return header.codec == Sealed.name
    return (folder / KEY).exists() and not replay(content, CHECKSUM).good  # the damage may be to either kind


def is_made_for(folder: Path, codec: Codec, content: bytes) -> bool:
    """Whether the key was made for the store in clear that has this content."""
    try:
        signature = (folder / KEY).read_bytes().partition(b"\n")[2].strip()
    except OSError:
        return False
    wanted = _signature(codec, content)
    return bool(wanted) and hmac.compare_digest(signature, wanted)


async def _made(folder: Path, place: KeyPlace, chance: Chance) -> bytes:
    """First the place, then the folder: what lies in the folder can be opened at any moment."""
    wrapping = await place.read()
    if wrapping is None or len(wrapping) != KEY_BYTES:
        wrapping = chance(KEY_BYTES)
        await place.keep(wrapping)
        if await place.read() != wrapping:
            raise KeyGone(folder, "the place for it does not keep what it is given")
    key = chance(KEY_BYTES)
    try:
        in_clear = _synced(folder / JOURNAL)
        signature = b"" if in_clear is None else _signature(Sealed(key), in_clear)
        replace_file(folder / KEY, wrapped(key, wrapping) + signature + b"\n" * bool(signature))
    except OSError as error:
        raise FolderUnwritable(folder, error) from error
    return key


def _synced(path: Path) -> bytes | None:
    """What is in a file, and will be after a power cut; None when there is no file."""
    try:
        with path.open("r+b", buffering=0) as file:
            sync_file(file.fileno())
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _signature(codec: Codec, content: bytes) -> bytes:
    return codec.signature("turned from clear", content).encode()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    try:
        make_folder(folder)
        lock = FolderLock(folder / LOCK)
    except BlockingIOError:
        raise StoreLocked(folder) from None
    except OSError as error:
        raise FolderUnwritable(folder, error) from error
    try:
        yield
    finally:
        lock.release()
