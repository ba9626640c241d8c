"""What is left of a tablet that is out of service: parcels that only the centre can open, until they are brought there.

The file is there before anything is destroyed, so a kill at any point is made good at the next start.
"""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from app.store.disk import replace_file, sync_folder
from app.store.errors import DiskRefused, FolderUnwritable
from app.store.file import LOCK
from app.store.key_file import OWNER_ONLY
from app.store.keys import KEY

LEFT = "leaving.json"


@dataclass(frozen=True, slots=True)
class Left:
    """Nothing in it can be read here, and its token opens nothing but the drop box."""

    url: str
    token: str
    parcels: tuple[tuple[str, ...], ...] = ()  # the lines of each that was not brought yet
    is_kept: bool = False  # the store could not be sealed for the centre: it stays, closed


def read_left(folder: Path) -> Left | None:
    """None on a tablet that is in service. Raises FolderUnwritable."""
    try:
        said = json.loads((folder / LEFT).read_bytes())
        return Left(said["url"], said["token"], tuple(map(tuple, said["parcels"])), said["is_kept"])
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise FolderUnwritable(folder, error) from error
    except (ValueError, KeyError, TypeError):
        raise FolderUnwritable(folder, OSError(f"{LEFT} is damaged")) from None


def write_left(folder: Path, left: Left) -> None:
    """On disk when it returns. Raises DiskRefused."""
    try:
        replace_file(folder / LEFT, json.dumps(asdict(left)).encode("ascii"), mode=OWNER_ONLY)
    except OSError as error:
        raise DiskRefused(error) from error


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
