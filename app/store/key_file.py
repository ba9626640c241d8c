"""A place for a key on a desk, where no Keystore is to be had: a file that only its owner may read, outside of the
tablet's folder. What that protects, and what not: docs/security.md.
"""

from pathlib import Path

from app.store.disk import make_folder, replace_file
from app.store.errors import KeyGone
from app.store.keys import KEY, is_sealed, opened
from app.store.lines import CHECKSUM, Codec
from app.store.sealing import KEY_BYTES, Sealed

OWNER_ONLY = 0o600
LARGEST = 4096  # bytes that are read of what should be 65


def key_file_of(folder: Path) -> Path:
    """Where the key of a tablet's folder is kept if nobody says otherwise: beside the folder, never in it."""
    whole = folder.absolute()
    return whole.with_name(f"{whole.name}.key")


class KeyFile:
    """The key as hexadecimal digits and a line break. `read_now` is for who runs no event loop."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read_now(self) -> bytes | None:
        try:
            if self._path.stat().st_mode & 0o077:
                self._path.chmod(OWNER_ONLY)  # a copy or an archive had made it wider
            with self._path.open("rb") as file:
                content = file.read(LARGEST)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeyGone(self._path.parent, f"{self._path}: {error.strerror or error}") from error
        return key_in(content)

    async def read(self) -> bytes | None:
        return self.read_now()

    async def keep(self, key: bytes) -> None:
        try:
            make_folder(self._path.parent)
            replace_file(self._path, key.hex().encode() + b"\n", mode=OWNER_ONLY)
        except OSError as error:
            raise KeyGone(self._path.parent, f"{self._path}: {error.strerror or error}") from error

    async def forget(self) -> None:
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            raise KeyGone(self._path.parent, f"{self._path}: {error.strerror or error}") from error


def key_in(content: bytes) -> bytes:
    """A key as it is, or as hexadecimal digits; what is neither comes back as it is, and opens nothing."""
    if len(content) == KEY_BYTES:
        return content
    try:
        return bytes.fromhex(content.decode("ascii"))
    except ValueError:
        return content


def codec_of(folder: Path, key_file: Path | None = None) -> Codec:
    """What reads the store of a folder, without changing anything: its key is looked for where a desk keeps it.

    A file that is named may also be the store's own key, for a folder that has none wrapped. Raises KeyGone.
    """
    if key_file is None and not is_sealed(folder):
        return CHECKSUM
    kept = KeyFile(key_file or key_file_of(folder)).read_now()
    try:
        return Sealed(opened(folder, kept))
    except KeyGone:
        if key_file is None or kept is None or (folder / KEY).exists():
            raise
        return Sealed(kept)
