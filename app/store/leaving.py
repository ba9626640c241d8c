"""What is left of a tablet that is out of service: parcels that only the centre can open, until they are brought there.

The file is there before anything is destroyed, so a kill at any point is made good at the next start. It is signed with
the key that it says to destroy: as long as that opens, nobody else's word is enough.
"""

import hmac
import json
import logging
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from app.store.disk import replace_file, sync_folder
from app.store.errors import DiskRefused, FolderUnwritable
from app.store.file import LOCK
from app.store.key_file import OWNER_ONLY
from app.store.keys import KEY, KeyPlace, opened
from app.store.lines import CHECKSUM, Codec
from app.store.sealing import Sealed

LEFT, NOT_OURS = "leaving.json", "leaving.set-aside"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Left:
    """Nothing in it can be read here, and its token opens nothing but the drop box."""

    url: str
    token: str  # as long as there is something to bring
    parcels: tuple[tuple[str, ...], ...] = ()  # the lines of each that was not brought yet
    is_kept: bool = False  # the store could not be sealed for the centre: it stays, closed


async def believed(folder: Path, place: KeyPlace) -> tuple[Left | None, Codec]:
    """What is left, and what signs it when it is written again. What this tablet did not write is set aside, and it is
    in service. Raises KeyGone, when that cannot be told now, and FolderUnwritable, with nothing touched."""
    read = _read(folder)
    if read is None or not (folder / KEY).exists():
        return read and read[0], CHECKSUM
    wrapping = await place.read()
    if wrapping is None:  # half of the key is destroyed, and with it what would be destroyed
        return read[0], CHECKSUM
    codec = Sealed(opened(folder, wrapping))
    left, signature = read
    if hmac.compare_digest(signature.encode(errors="replace"), _signature(left, codec).encode()):
        return left, codec
    _log.warning("%s was not written by this tablet: it is set aside as %s, and nothing is destroyed", LEFT, NOT_OURS)
    try:
        (folder / LEFT).replace(folder / NOT_OURS)
        sync_folder(folder)
    except OSError as error:
        raise FolderUnwritable(folder, error) from error
    return None, codec


def read_left(folder: Path) -> Left | None:
    """Whoever wrote it; None on a tablet that is in service. Raises FolderUnwritable."""
    read = _read(folder)
    return read and read[0]


def _read(folder: Path) -> tuple[Left, str] | None:
    """With its signature."""
    try:
        said = json.loads((folder / LEFT).read_bytes())
        left = Left(said["url"], said["token"], tuple(map(tuple, said["parcels"])), said["is_kept"])
        return left, str(said.get("signature", ""))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise FolderUnwritable(folder, error) from error
    except (ValueError, KeyError, TypeError):
        raise FolderUnwritable(folder, OSError(f"{LEFT} is damaged")) from None


def write_left(folder: Path, left: Left, codec: Codec = CHECKSUM) -> None:
    """On disk when it returns, signed with the key if there still is one. Raises DiskRefused."""
    written = {**asdict(left), "signature": _signature(left, codec)}
    try:
        replace_file(folder / LEFT, json.dumps(written).encode("ascii"), mode=OWNER_ONLY)
    except OSError as error:
        raise DiskRefused(error) from error


def _signature(left: Left, codec: Codec) -> str:
    return codec.signature("out of service", json.dumps(asdict(left)).encode("ascii"))


def destroy(folder: Path) -> None:
    """Everything in the folder but what is left; the key first. Again changes nothing. Raises FolderUnwritable."""
    try:
        (folder / KEY).unlink(missing_ok=True)
        sync_folder(folder)
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name not in (LEFT, LOCK):
                path.unlink()
        sync_folder(folder)
    except OSError as error:
        raise FolderUnwritable(folder, error) from error


def return_to_service(folder: Path) -> None:
    """Whoever found it has a new code. Raises FolderUnwritable."""
    try:
        (folder / LEFT).unlink(missing_ok=True)
        sync_folder(folder)
    except OSError as error:
        raise FolderUnwritable(folder, error) from error
