"""Every folder a power cut could leave, from what was asked of the disk until then. Pure; reads and writes no file.

The disk promises no more than this: a file holds at least what was written before it was last synced; since then, each
sector holds any of its versions, the length is any it had, and the write under way is torn at any byte. A name stands
for the file it stood for when the folder was last synced, or any of the namings since have happened. What was never
written is NUL.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from random import Random

from tests.torture.operations import (
    Change,
    Created,
    FolderSynced,
    Naming,
    Operation,
    Removed,
    Renamed,
    Resized,
    Synced,
    Written,
)

SECTOR = 512
EVERY_BYTE = 2048  # a write up to this long is torn at every byte, a longer one around its lines and sectors
COMBINATIONS = 48  # of sectors: all of them up to so many, else so many drawn


@dataclass(frozen=True, slots=True)
class Content:
    """A file: `beginning`, and NULs up to `size`. (A file made long in advance is mostly NULs.)"""

    beginning: bytes = b""
    size: int = 0

    def sector(self, number: int) -> bytes:
        found = self.beginning[number * SECTOR : (number + 1) * SECTOR]
        return found.ljust(SECTOR, b"\0")

    def whole(self) -> bytes:
        return self.beginning.ljust(self.size, b"\0")


Image = Mapping[str, Content]  # a folder: name -> file


def applied(content: Content, changes: Iterable[Change]) -> Content:
    beginning, size = bytearray(content.beginning), content.size
    for change in changes:
        if isinstance(change, Resized):
            size = change.size
            del beginning[size:]
            continue
        beginning.extend(bytes(max(0, change.place - len(beginning))))
        beginning[change.place : change.place + len(change.content)] = change.content
        size = max(size, change.place + len(change.content))
    return Content(bytes(beginning).rstrip(b"\0"), size)


@dataclass(slots=True)
class Disk:
    """What is certain and what is not, at one moment. `take` each operation, then ask for `images`."""

    names: dict[str, int] = field(default_factory=dict)
    namings: list[Naming] = field(default_factory=list)  # since the folder was synced
    contents: dict[int, Content] = field(default_factory=dict)
    changes: dict[int, list[Change]] = field(default_factory=dict)  # since each file was synced

    def take(self, operation: Operation) -> None:
        if isinstance(operation, Created | Renamed | Removed):
            self.namings.append(operation)
            if isinstance(operation, Created):
                self.contents[operation.file] = Content()
        elif isinstance(operation, Written | Resized):
            self.changes.setdefault(operation.file, []).append(operation)
        elif isinstance(operation, Synced):
            self.contents[operation.file] = self.newest(operation.file)
            self.changes.pop(operation.file, None)
        elif isinstance(operation, FolderSynced):
            self.names = named(self.names, self.namings)
            self.namings = []

    def newest(self, file: int) -> Content:
        return applied(self.contents[file], self.changes.get(file, ()))

    def without_a_cut(self) -> Image:
        return {name: self.newest(file) for name, file in named(self.names, self.namings).items()}

    def images(self, last: Operation, chance: Random) -> Iterator[Image]:
        """What a cut during `last` (taken already) or right after it may leave."""
        for names in self._all_names():
            unsure = [file for file in names.values() if self.changes.get(file)]
            for chosen in unsure or [0]:
                for others in (self.newest, self.contents.__getitem__) if len(unsure) > 1 else (self.newest,):
                    rest = {name: others(file) for name, file in names.items() if file != chosen}
                    own = [name for name, file in names.items() if file == chosen]
                    for content in self._contents_of(chosen, last, chance) if chosen else (Content(),):
                        yield {**rest, **dict.fromkeys(own, content)}

    def _contents_of(self, file: int, last: Operation, chance: Random) -> Iterator[Content]:
        pending = self.changes[file]
        versions = [self.contents[file]]
        for change in pending:
            versions.append(applied(versions[-1], (change,)))
        yield versions[0]
        yield versions[-1]
        if isinstance(last, Written) and last is pending[-1]:
            yield from torn(versions[-2], last, chance)
        yield from reordered(versions, pending, chance)

    def _all_names(self) -> Iterator[dict[str, int]]:
        """Any of the namings since the folder was synced have happened; one after the other when there are many."""
        if len(self.namings) <= 4:
            for kept in product((True, False), repeat=len(self.namings)):
                yield named(self.names, [one for one, is_kept in zip(self.namings, kept, strict=True) if is_kept])
        else:
            for length in range(len(self.namings) + 1):
                yield named(self.names, self.namings[:length])


def named(names: Mapping[str, int], namings: Iterable[Naming]) -> dict[str, int]:
    found = dict(names)
    for naming in namings:
        if isinstance(naming, Created):
            found[naming.name] = naming.file
        elif isinstance(naming, Removed):
            found.pop(naming.name, None)
        else:
            if found.get(naming.name) == naming.file:
                del found[naming.name]
            found[naming.to] = naming.file
    return found


def torn(before: Content, write: Written, chance: Random) -> Iterator[Content]:
    """Only the first bytes of a write, or only the last sectors of it; its length applied, in part, or not at all."""
    end = write.place + len(write.content)
    for length in tears(write, chance):
        first = applied(before, (Written(write.file, write.place, write.content[:length]),))
        yield first
        if first.size < end:
            yield Content(first.beginning, end)
        if first.size > before.size:
            yield _cut(first, before.size)
        if (write.place + length) % SECTOR == 0:
            yield applied(before, (Written(write.file, write.place + length, write.content[length:]),))


def tears(write: Written, chance: Random) -> Sequence[int]:
    size = len(write.content)
    if size <= EVERY_BYTE:
        return range(size)
    ends = [place for place in range(size) if write.content[place : place + 1] == b"\n"]
    ends = sorted(chance.sample(ends, min(len(ends), 20)))
    around = {place + near for place in ends for near in (-1, 0, 1, 2)}
    sectors = range(-write.place % SECTOR, size, SECTOR)
    anywhere = {chance.randrange(size) for _ in range(20)}
    return sorted(place for place in {*around, *sectors, *anywhere} if 0 <= place < size)


def reordered(versions: Sequence[Content], pending: Sequence[Change], chance: Random) -> Iterator[Content]:
    """Each sector in any of its versions, the length any of those it had."""
    touched = [(number, _versions_of(number, versions)) for number in sorted(_touched(versions, pending))]
    choices = [(number, found) for number, found in touched if len(found) > 1]
    lengths = sorted({version.size for version in versions})
    ways = len(lengths)
    for _, found in choices:
        ways *= len(found)
    if ways <= COMBINATIONS:
        for picked in product(*(found for _, found in choices)):
            for length in lengths:
                yield _with_sectors(versions[-1], choices, picked, length)
    else:
        for _ in range(COMBINATIONS):
            picked = tuple(chance.choice(found) for _, found in choices)
            yield _with_sectors(versions[-1], choices, picked, chance.choice(lengths))


def _touched(versions: Sequence[Content], pending: Sequence[Change]) -> set[int]:
    found: set[int] = set()
    for before, change in zip(versions, pending, strict=False):
        if isinstance(change, Written):
            first, end = change.place, change.place + len(change.content)
        else:
            first, end = min(before.size, change.size), len(before.beginning)
        found.update(range(first // SECTOR, -(-end // SECTOR)))
    return found


def _versions_of(number: int, versions: Sequence[Content]) -> list[bytes]:
    return list(dict.fromkeys(version.sector(number) for version in versions))


def _with_sectors(
    content: Content, choices: Sequence[tuple[int, list[bytes]]], picked: Sequence[bytes], length: int
) -> Content:
    beginning = bytearray(content.beginning)
    for (number, _), sector in zip(choices, picked, strict=True):
        beginning.extend(bytes(max(0, (number + 1) * SECTOR - len(beginning))))
        beginning[number * SECTOR : (number + 1) * SECTOR] = sector
    return _cut(Content(bytes(beginning), max(length, len(beginning))), length)


def _cut(content: Content, size: int) -> Content:
    return Content(content.beginning[:size].rstrip(b"\0"), size)


def moments(operations: Sequence[Operation], start: int = 0) -> Iterator[tuple[Disk, Operation]]:
    """The disk during each operation, after those before `start`, which nobody asks about."""
    disk = Disk()
    for number, operation in enumerate(operations):
        disk.take(operation)
        if number >= start:
            yield disk, operation
