"""Why the store could not do something; each class says what the caller does next.

StoreTrouble
  FolderUnwritable  nothing can be kept here: name the folder to a person, do not start
  StoreLocked       another window already has it open: say so, do not start
  SchemaTooNew      a newer app wrote it: ask for an update; nothing was touched
  WrongKey          sealed with another key, or not sealed at all: get the right key; nothing was touched
  KeyGone           the key cannot be had: say so, delete nothing, try again later; nothing was touched
  DiskRefused       this write did not happen, memory equals disk: say so, it may be tried again
  ExportDamaged     an exported file is not whole: export it again; believe none of it
  NotStorable       a value JSON cannot hold: a mistake in the caller; nothing was written
"""

from pathlib import Path


class StoreTrouble(Exception):
    """The store could not do what was asked. What was saved before is still there."""


class FolderUnwritable(StoreTrouble):
    """The folder cannot be made, read or written. A person has to choose or repair it."""

    def __init__(self, folder: Path, cause: OSError) -> None:
        super().__init__(f"the folder {folder} cannot be used: {cause.strerror or cause}")
        self.folder = folder


class StoreLocked(StoreTrouble):
    """Another process has this folder open. Close it there first."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"the folder {folder} is already open in another window")
        self.folder = folder


class SchemaTooNew(StoreTrouble):
    """The file was written by a newer app. Update this one; the file was only read."""

    def __init__(self, found: str, known: str) -> None:
        super().__init__(f"the store was written by a newer app ({found}; this app knows {known}): update the app")
        self.found, self.known = found, known


class WrongKey(StoreTrouble):
    """The store cannot be read with the key that was given, or without one. Open it with its own; it was only read."""

    def __init__(self, folder: Path, found: str) -> None:
        super().__init__(f"the store in {folder} ({found}) does not open with the key that was given")
        self.folder = folder


class KeyGone(StoreTrouble):
    """The key of a store, or the place where it is kept, does not answer. What is there stays until it does."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"the key of the store in {folder} cannot be had: {why}")
        self.folder = folder


class DiskRefused(StoreTrouble):
    """The disk did not take this write and none of it happened. It may be tried again, as it is."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(f"nothing was saved: {cause.strerror or cause}")
        self.cause = cause


class ExportDamaged(StoreTrouble):
    """An exported file is not as it was written. Export it again; nothing was taken from it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the exported file cannot be used: {why}")


class NotStorable(StoreTrouble, ValueError):
    """A value that could not be read back as it was given. Names where it is, never what it is."""

    def __init__(self, why: str, *path: str) -> None:
        super().__init__(f"{'.'.join(path) or 'value'}: {why}")
        self.why, self.path = why, path

    def under(self, name: str) -> "NotStorable":
        """The same trouble seen from one level further out."""
        return NotStorable(self.why, name, *self.path)
