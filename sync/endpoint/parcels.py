"""`hand-over`: what somebody carried here from a tablet, taken as if the tablet had sent it.

Each parcel is taken whole or not at all, in one transaction under the organisation's lock, by the same settling as what
comes over the network. A change that came the other way before gets its first answer again, and the other way round.
"""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Row, select, update

from sync.endpoint import audit, schema
from sync.endpoint.admission import weigh
from sync.endpoint.audit import Action, Deed
from sync.endpoint.auth import centres_from_text
from sync.endpoint.batch import settle
from sync.endpoint.devices import Device
from sync.endpoint.exchange import TENANT, Centre
from sync.endpoint.files import write_whole
from sync.endpoint.storage import Shelf
from sync.errors import SyncError
from sync.protocol.codec import read_request
from sync.protocol.parcels import Line, Parcel, missing, read_line, unpack
from sync.protocol.records import Change, Result
from sync.protocol.sealed_box import KEY_BYTES, mark_of, new_private_key, public_key_of

LARGEST_FILE = 8 << 20

_KEY_FILE = re.compile(rf"acompanya private key of parcels\n([0-9a-f]{{{2 * KEY_BYTES}}})\n")


class ParcelUnusable(Exception):
    """Why nothing was taken, in words for a person."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one parcel. A change that could not be read has a result and is in no list."""

    parcel: str
    tablet: str
    changes: Mapping[str, Change]  # by op
    results: tuple[Result, ...]


def make_key(centre: Centre, path: Path) -> str:
    """A new pair: the private half in a file of its own, the public one told to tablets that enrol from now on.

    Returns the mark of the pair. Raises ParcelUnusable for a file that exists: parcels may still need what is in it.
    """
    if path.exists() or path.is_symlink():
        raise ParcelUnusable(f"{path} exists: parcels may still need the key in it")
    private = new_private_key()
    public = public_key_of(private)
    write_whole(path, [f"acompanya private key of parcels\n{private.hex()}\n".encode("ascii")])
    with centre.database.writing() as connection:
        connection.execute(update(schema.centre).values(parcel_key=public.hex()))
        mark = mark_of(public).hex().upper()
        audit.add(connection, Deed(Action.KEY_MADE, mark), at=centre.clock())
    return mark


def has_key(centre: Centre) -> bool:
    """Whether tablets that are let in now can be told a key: to seal for, and to share a secret with."""
    with centre.database.reading() as connection:
        return connection.execute(select(schema.centre.c.parcel_key)).scalar_one() is not None


def read_key(path: Path) -> bytes:
    """The private key in a file. Raises ParcelUnusable."""
    found = _KEY_FILE.fullmatch(read_text(path))
    if found is None:
        raise ParcelUnusable(f"{path} holds no private key of parcels")
    return bytes.fromhex(found[1])


def read_keys(paths: Iterable[Path]) -> dict[str, bytes]:
    """The private keys in these files, by their marks. Raises ParcelUnusable."""
    return {mark_of(public_key_of(key)).hex().upper(): key for key in map(read_key, paths)}


def read_text(path: Path) -> str:
    """What is in an ordinary file of a bearable size. Raises ParcelUnusable: a link leads anywhere, a pipe nowhere."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        words = "is a link, or leads through too many" if path.is_symlink() else (error.strerror or str(error))
        raise ParcelUnusable(f"{path}: {words}") from None
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        os.close(handle)
        raise ParcelUnusable(f"{path}: is no ordinary file")
    with os.fdopen(handle, "rb") as file:
        content = file.read(LARGEST_FILE + 1) if found.st_size <= LARGEST_FILE else b""
        if found.st_size > LARGEST_FILE or len(content) > LARGEST_FILE:
            raise ParcelUnusable(f"{path}: is larger than {LARGEST_FILE >> 20} MiB, so it is no parcel")
    return as_text(content, str(path))


def as_text(content: bytes, name: str) -> str:
    try:
        return content.decode("ascii")
    except UnicodeDecodeError:
        raise ParcelUnusable(f"{name}: holds what is in no parcel") from None


def lines_in(text: str, name: str) -> Iterator[Line]:
    """The lines of parcels in a text; empty lines are nothing. Raises ParcelUnusable for any other."""
    numbered = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not numbered:
        raise ParcelUnusable(f"{name}: is empty")
    for number, line in numbered:
        try:
            yield read_line(line)
        except SyncError as error:
            raise ParcelUnusable(f"{name}, line {number}: {error}") from None


def by_parcel(lines: Iterable[Line]) -> dict[tuple[str, int], list[Line]]:
    """Lines of two parcels never meet, however they were scanned."""
    found: dict[tuple[str, int], list[Line]] = {}
    for line in lines:
        found.setdefault((line.parcel, line.of), []).append(line)
    return found


@dataclass(frozen=True, slots=True)
class Word:
    """What else, beside its signature, tells where a parcel comes from."""

    unproven: bool = False  # a person answers for it
    brought_by: str = ""  # the device whose token brought it
    public_key: str | None = None  # and the public half of the keys it had then


ITS_SIGNATURE_ALONE = Word()


def take(centre: Centre, lines: list[Line], keys: Mapping[str, bytes], word: Word = ITS_SIGNATURE_ALONE) -> Taken:
    """Take what these lines of one parcel say. Raises ParcelUnusable, with nothing written; CentreBusy.

    `keys` are private keys by their marks.
    """
    absent = missing(lines)
    if absent:
        of = lines[0].of
        raise ParcelUnusable(f"{', '.join(f'part {number} of {of}' for number in absent)} is missing")
    private = keys.get(lines[0].key)
    if private is None:
        raise ParcelUnusable(f"it is for the key {lines[0].key}, which was not given")
    try:
        parcel = unpack(lines, private)
        request, unread = read_request(parcel.request())
    except SyncError as error:
        raise ParcelUnusable(str(error)) from None
    with centre.database.writing() as connection:
        row = _tablet(connection, parcel, word)
        shelf = Shelf(connection, Device(row.id, TENANT, centres_from_text(row.centres)))
        counter = centre.counter_for(shelf, [request.past])
        ops = [*(change.op for change in request.changes), *(one.op for one in unread)]
        known = shelf.known(ops=ops, records=[change.id for change in request.changes])
        offered = map(weigh, request.changes)
        settled = settle(offered, unread, known, device=shelf.device, seq=counter.seq, floor=counter.floor)
        if ops:
            shelf.write([settled], known, at=centre.clock())
        deed = Deed(Action.HAND_OVER_TAKEN, lines[0].parcel, actor=row.id)
        audit.add(connection, deed, at=centre.clock())
    changes = {change.op: change for change in request.changes}
    return Taken(lines[0].parcel, row.name, changes, tuple(settled.results))


def _tablet(connection: Connection, parcel: Parcel, word: Word) -> Row[tuple[object, ...]]:
    """The tablet that made the parcel."""
    if word.brought_by and word.brought_by != parcel.device:
        raise ParcelUnusable("it is of another tablet than the one that brought it")
    table = schema.device
    found = select(table).where(table.c.tenant == TENANT, table.c.id == parcel.device)
    row = connection.execute(found).one_or_none()
    if row is None:
        raise ParcelUnusable("it is of a tablet this centre does not know")
    if word.unproven:
        return row
    if not word.brought_by and row.revoked_at is not None:
        raise ParcelUnusable(f"it is of {row.name}, which was revoked (--unproven: take it all the same)")
    if not parcel.is_from((word.public_key if word.brought_by else row.public_key) or ""):
        raise ParcelUnusable(
            f"nothing proves that it is of {row.name}: it was enrolled again since, or somebody else made it "
            "(--unproven: take it all the same)"
        )
    return row
