"""The key of a store, closed for the centre: where the place that keeps it is lost, what waits on the tablet is not.

The box lies beside the store, and opens nothing on the tablet. Whoever has the centre's private key, and the folder or
a copy of its files, reads what the store holds. Nothing more is written for a save.
"""

import hmac
import zlib
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from app.store.disk import replace_file
from app.store.errors import DiskRefused, FolderUnwritable
from app.store.file import JOURNAL
from app.store.key_file import OWNER_ONLY
from app.store.sealing import KEY_BYTES, Sealed
from sync.protocol.sealed_box import LONGER_BY, seal, unseal

RESCUE = "store.rescue"
LARGEST = 512 << 20  # bytes of a journal that is unfolded: a hundred times what a tablet ever holds

_USE = b"acompanya: the key of a store\n"
_BOX_BYTES = LONGER_BY + len(_USE) + KEY_BYTES


def close_for_centre(folder: Path, key: bytes, public: bytes) -> None:
    """The box is on disk when this returns, in place of one that is of another key or centre. Raises DiskRefused."""
    signature = Sealed(key).signature("the key is closed for", public).encode("ascii")
    path = folder / RESCUE
    try:
        if path.is_file() and hmac.compare_digest(path.read_bytes()[_BOX_BYTES:], signature):
            return
        replace_file(path, seal(_USE + key, public) + signature, mode=OWNER_ONLY)
    except OSError as error:
        raise DiskRefused(error) from error


def key_for_centre(box: bytes, private: bytes) -> bytes | None:
    """The key in the box; None when it is for another centre's key, or damaged."""
    said = unseal(box[:_BOX_BYTES], private)
    return said.removeprefix(_USE) if said is not None and said.startswith(_USE) else None


def may_be_copied(folder: Path) -> bool:
    """Whether there is a box for a centre."""
    return (folder / RESCUE).is_file()


def copied(folder: Path) -> bytes:
    """The store and the box as one file to be carried. Raises FolderUnwritable."""
    carried = BytesIO()
    try:
        with ZipFile(carried, "w") as copy:
            for name in (JOURNAL, RESCUE):
                copy.writestr(name, (folder / name).read_bytes())
    except OSError as error:
        raise FolderUnwritable(folder, error) from error
    return carried.getvalue()


def unfolded(copy: Path, folder: Path) -> bytes:
    """Put the store out of what `copied` made, or out of a tablet's whole folder, into this folder. Returns the box.
    Raises FolderUnwritable."""
    try:
        (folder / JOURNAL).write_bytes(_content(copy, JOURNAL))
        return _content(copy, RESCUE)
    except (OSError, BadZipFile, KeyError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise FolderUnwritable(copy, OSError(f"it holds no copy of a tablet ({error})")) from error


def _content(copy: Path, name: str) -> bytes:
    if copy.is_dir():
        return (copy / name).read_bytes()
    with ZipFile(copy) as carried:
        if carried.getinfo(name).file_size > LARGEST:
            raise OSError(f"{name} is larger than any tablet's")
        return carried.read(name)
