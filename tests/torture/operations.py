"""What a program asks of a disk, as values, in the order it asked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Created:
    """An empty file under a new name. Files are numbered: a name may stand for another file later."""

    name: str
    file: int


@dataclass(frozen=True, slots=True)
class Written:
    file: int
    place: int  # in bytes from the beginning
    content: bytes


@dataclass(frozen=True, slots=True)
class Resized:
    """Cut, or grown by NULs."""

    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """What was written to this file is on the disk."""

    file: int


@dataclass(frozen=True, slots=True)
class Renamed:
    name: str
    to: str
    file: int


@dataclass(frozen=True, slots=True)
class Removed:
    name: str


@dataclass(frozen=True, slots=True)
class FolderSynced:
    """The names in the folder are on the disk."""


@dataclass(frozen=True, slots=True)
class Began:
    """Not asked of the disk: the step of this number is under way."""

    step: int


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Not asked of the disk: somebody was told that the step of this number is saved."""

    step: int


Change = Written | Resized
Naming = Created | Renamed | Removed
Operation = Change | Naming | Synced | FolderSynced | Began | Acknowledged
