"""What the store asks of the operating system: bytes that stay written, one process at a time."""

import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


_AS_IT_IS = getattr(os, "O_BINARY", 0)  # Windows would change line breaks


def sync_file(descriptor: int) -> None:
    """Return only when what was written to this file survives a power cut."""
    if sys.platform == "win32":
        os.fsync(descriptor)
    elif sys.platform == "darwin" or sys.platform == "ios":
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)  # there, fsync stops at the drive's own cache
    else:
        os.fdatasync(descriptor)


def sync_folder(folder: Path) -> None:
    """Return only when the names in this folder survive a power cut. Windows does that by itself."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def replace_file(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """The file as it was, or with this content and nothing else: whole, and surviving a power cut on return."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)  # left by a kill, perhaps with another mode
    try:
        with open(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _AS_IT_IS, mode), "wb") as file:
            file.write(content)
            file.flush()
            sync_file(file.fileno())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def has_name(status: os.stat_result, path: Path) -> bool:
    """Whether the open file with this status is the one under that name. Windows lets nobody remove or replace it."""
    if sys.platform == "win32":
        return True
    try:
        return os.path.samestat(status, os.stat(path))
    except (FileNotFoundError, NotADirectoryError):
        return False


def make_folder(folder: Path) -> None:
    """The folder, with its parents if need be; each new name is synced in the folder that holds it."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        sync_folder(path.parent)


class FolderLock:
    """Held by one process at a time; the system takes it back when that process dies, however it dies."""

    def __init__(self, path: Path) -> None:
        """Raises BlockingIOError when someone else holds it."""
        self._path, self._file = path, path.open("ab")
        try:
            _lock(self._file.fileno())
        except OSError:
            self._file.close()
            raise

    def is_in_place(self) -> bool:
        """False when the folder was taken away under it."""
        return has_name(os.fstat(self._file.fileno()), self._path)

    def release(self) -> None:
        self._file.close()


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError(*error.args) from error
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
