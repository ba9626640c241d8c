"""The centre as an object: an exchange is in one transaction, and the answer leaves only after it is committed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, case, insert, select, update
from sqlalchemy.exc import IntegrityError

from sync.endpoint import audit, auth, drop_box, schema, tablet_events
from sync.endpoint.admission import Weighed, weigh
from sync.endpoint.audit import Action, Deed
from sync.endpoint.auth import Chance, Guest, Holder
from sync.endpoint.batch import Known, Settled, settle
from sync.endpoint.claims import session_of
from sync.endpoint.cursor import Cursor, check_of, read_cursor, sealed
from sync.endpoint.database import Database
from sync.endpoint.devices import Device
from sync.endpoint.drop_box import Sealed
from sync.endpoint.storage import Counter, Page, Shelf
from sync.endpoint.unlocking import unlock_answer
from sync.errors import Resync
from sync.protocol.codec import Unread
from sync.protocol.messages import PRODUCT, PROTOCOL, Enrolled, Enrolment, Hello, SyncReply, SyncRequest
from sync.protocol.receipts import Receipt, receipt_of

TENANT = "main"  # one organisation for now; the tables are ready for more
TENANT_NAME = "Acompanya"

# Numbers of the time a backup has forgotten must never be given again: a tablet may have seen them.
RESTORE_JUMP = 1_000_000

NUMBERS = ("seq", "safe", "horizon", "floor")


@dataclass(frozen=True, slots=True)
class Offer:
    """What one tablet brings, and who it is."""

    device: Device
    request: SyncRequest
    offered: tuple[Weighed, ...]
    unread: tuple[Unread, ...] = ()

    @classmethod
    def of(cls, device: Device, request: SyncRequest, unread: tuple[Unread, ...] = ()) -> "Offer":
        return cls(device, request, tuple(map(weigh, request.changes)), unread)

    @property
    def size(self) -> int:
        """How many changes it brings."""
        return len(self.request.changes) + len(self.unread)

    @property
    def ops(self) -> list[str]:
        return [*(change.op for change in self.request.changes), *(one.op for one in self.unread)]


@dataclass(frozen=True, slots=True)
class _Taken:
    """What one tablet brought, settled and not yet committed."""

    offer: Offer
    heard: Cursor
    before: int  # the last number given before its own
    settled: Settled
    told: tuple[tuple[int, str], ...]  # every number that the results tell of, and the content hash of its change
    at: datetime


@dataclass(frozen=True, slots=True)
class Centre:
    """Everything a request can ask of the centre. Blocking: call it from threads."""

    database: Database
    clock: Callable[[], datetime]  # aware, UTC
    chance: Chance

    def close(self) -> None:
        self.database.close()

    def prepare(self) -> None:
        """Make the organisation's row in a new database. Repeating it changes nothing."""
        with suppress(IntegrityError), self.database.writing() as connection:  # another process was first
            if connection.execute(select(schema.tenant.c.id)).first() is None:
                first = {"id": TENANT, "name": TENANT_NAME, "epoch": self._new_epoch(), **dict.fromkeys(NUMBERS, 0)}
                key = sha256(self.chance.new_token().encode("ascii")).hexdigest()
                connection.execute(insert(schema.tenant), first | {"cursor_key": key})
                connection.execute(insert(schema.centre), {"instance": self.chance.new_id()})

    def hello(self) -> Hello:
        with self.database.reading() as connection:
            instance = connection.execute(select(schema.centre.c.instance)).scalar_one()
        return Hello(PRODUCT, instance, (PROTOCOL,))

    def issue_code(self, name: str, centres: frozenset[str] | None = None) -> str:
        return auth.issue_code(self.database, Guest(TENANT, name, centres), chance=self.chance, now=self.clock())

    def redeem(self, enrolment: Enrolment, *, network: str = "") -> Enrolled | None:
        return auth.redeem(self.database, enrolment, chance=self.chance, now=self.clock(), network=network)

    def device_of(self, token: str) -> Device | None:
        return auth.device_of(self.database, token)

    def holder_of(self, token: str) -> Holder | None:
        return auth.holder_of(self.database, token)

    def give_up(self, name: str) -> bool:
        return auth.give_up(self.database, tenant=TENANT, name=name, now=self.clock())

    def look_at_parcel(self, device: Device, lines: Sequence[str]) -> Sealed:
        return drop_box.look_at(self.database, device, lines)

    def bring(self, device: Device, sealed: Sealed) -> str:
        return drop_box.bring(self.database, device, sealed, now=self.clock())

    def revoke(self, name: str) -> bool:
        return auth.revoke(self.database, tenant=TENANT, name=name, now=self.clock())

    def unlock_answer(self, name: str, question: tuple[str, str], keys: Mapping[str, bytes]) -> str:
        """What lets a person in, who was asked something, at a tablet that shut them out. Raises Unanswerable."""
        return unlock_answer(self.database, Guest(TENANT, name), question, keys, now=self.clock())

    def assign(self, name: str, centres: frozenset[str]) -> bool:
        """Say which centres a tablet is told about; none = all. False when there is no such tablet."""
        return auth.assign(self.database, Guest(TENANT, name, centres), now=self.clock())

    def finish_restore(self) -> None:
        """To be called once after the database came back from a backup: every tablet offers again what it keeps."""
        with self.database.writing() as connection:
            self._renumber(connection)
            audit.add(connection, Deed(Action.RESTORED), at=self.clock())

    def note(self, deed: Deed) -> None:
        """Say in the audit log what a command does that writes nothing else."""
        with self.database.writing() as connection:
            audit.add(connection, deed, at=self.clock())

    def finish_backup(self, upto: int, begun_at: datetime) -> None:
        """A backup that holds everything up to this number is complete: tablets need no longer keep what is in it.

        Raises ValueError for a number that was never given.
        """
        table = schema.tenant
        newest = case((table.c.safe < upto, upto), else_=table.c.safe)
        done = update(table).where(table.c.id == TENANT, table.c.seq >= upto)
        with self.database.writing() as connection:
            if not connection.execute(done.values(safe=newest, backed_up_at=begun_at.isoformat())).rowcount:
                raise ValueError("the centre has not come to this number yet")
            audit.add(connection, Deed(Action.BACKED_UP, str(upto)), at=self.clock())

    def receipt(self, device: Device, shift: str) -> Receipt:
        """What the centre holds of a shift, as far as this tablet may see it."""
        with self.database.reading() as connection:
            return receipt_of(shift, Shelf(connection, device).of_shift(shift), at=self.clock())

    def exchange(self, device: Device, request: SyncRequest, unread: tuple[Unread, ...]) -> SyncReply:
        """Take the changes, say what became of each and what is new. All or, when it raises, nothing is taken."""
        (reply,) = self.exchange_together([Offer.of(device, request, unread)])
        if isinstance(reply, Resync):
            raise reply
        return reply

    def exchange_together(self, offers: Sequence[Offer]) -> list[SyncReply | Resync]:
        """What several tablets of one organisation bring, one after the other, with one commit. When it raises, nothing
        is taken of any.

        It is looked up together and written together; each is told what is older than its own changes, so a later
        tablet hears of an earlier one, as if each had come alone.
        """
        with self.database.writing() as connection:
            shelf = Shelf(connection, offers[0].device)
            counter = self.counter_for(shelf, (offer.request.cursor or offer.request.past for offer in offers))
            heard = [_heard(offer, counter) for offer in offers]
            placed = [(offer, place) for offer, place in zip(offers, heard, strict=True) if isinstance(place, Cursor)]
            taken = iter(self._take(shelf, counter, placed))
            return [one if isinstance(one, Resync) else self._answer(connection, counter, next(taken)) for one in heard]

    def counter_for(self, shelf: Shelf, told: Iterable[str]) -> Counter:
        """The counter, held until the transaction ends, for tablets whose last cursors were `told`: of a new epoch when
        one of them is of a past that this database does not hold."""
        counter = shelf.lock()
        cursors = [cursor for text in told if (cursor := read_cursor(text, counter.key))]
        hashes = shelf.hashes_at(cursor.top for cursor in cursors)
        if not any(self._has_forgotten(counter, cursor, hashes) for cursor in cursors):
            return counter
        self._renumber(shelf.connection)
        audit.add(shelf.connection, Deed(Action.RESTORE_NOTICED), at=self.clock())
        return shelf.lock()

    def _take(self, shelf: Shelf, counter: Counter, placed: Sequence[tuple[Offer, Cursor]]) -> list[_Taken]:
        """What each brings, settled in turn on what those before it made, and written."""
        now, seq, taken = self.clock(), counter.seq, list[_Taken]()
        changes = [change for offer, _ in placed for change in offer.request.changes]
        known = before = shelf.known(
            ops=[op for offer, _ in placed for op in offer.ops],
            records=[*(change.id for change in changes), *filter(None, map(session_of, changes))],
        )
        for offer, heard in placed:
            settled = settle(offer.offered, offer.unread, known, device=offer.device, seq=seq, floor=counter.floor)
            known = known.after(settled)
            taken.append(_Taken(offer, heard, seq, settled, tuple(_told(offer, settled, known)), now))
            seq = settled.seq
        if any(offer.size for offer, _ in placed):
            shelf.write([one.settled for one in taken], before, at=now)
        for one in taken:
            _take_trail(shelf.connection, one)
        if taken:
            shelf.note([_heartbeat(one.offer, now) for one in taken])
        return taken

    def _answer(self, connection: Connection, counter: Counter, taken: _Taken) -> SyncReply:
        settled = taken.settled
        shelf = Shelf(connection, taken.offer.device)
        page = shelf.news(taken.heard.seq, upto=taken.before, but=settled.told)
        cursor = sealed(_next_cursor(taken, page), counter.key)
        told = taken.offer.request.trail.last if taken.offer.request.trail else 0
        return SyncReply(cursor, page.more, counter.safe, taken.at, tuple(settled.results), page.records, told)

    def _has_forgotten(self, counter: Counter, cursor: Cursor, hashes: Mapping[int, str]) -> bool:
        """Whether a tablet was told more than this database holds: it came back from a backup, and nobody said so.

        What the tablet may see makes no difference, and of another epoch only the numbers tell: they never fall.
        """
        if cursor.top == 0:
            return False
        if cursor.epoch != counter.epoch:
            return cursor.top > counter.seq
        return check_of(hashes.get(cursor.top, "")) != cursor.check

    def _renumber(self, connection: Connection) -> None:
        """Begin a new epoch, above every number ever given.

        The database does not know how far they had come: it may have been restored from this backup before. Time does:
        nobody gives a thousand numbers a second, so the present moment in milliseconds is above all of the past.

        A base of before tells nothing any more about what its author has seen. Numbers may have been given twice
        already: by another restore that nobody told, before this one.
        """
        jumped, moment = schema.tenant.c.seq + RESTORE_JUMP, int(self.clock().timestamp() * 1000)
        first = case((jumped > moment, jumped), else_=moment)
        connection.execute(update(schema.tenant).values(epoch=self._new_epoch(), seq=first, floor=first))

    def _new_epoch(self) -> str:
        return self.chance.new_id().replace("-", "")[:8]


def place_of(text: str, counter: Counter, view: str) -> Cursor:
    """The place up to which a tablet has heard. Raises Resync for one of another epoch, of another view, or so old
    that what was deleted since may be forgotten."""
    if not text:
        return Cursor(counter.epoch, view)
    cursor = read_cursor(text, counter.key)
    if cursor is None or (cursor.epoch, cursor.view) != (counter.epoch, view) or cursor.seq < counter.horizon:
        raise Resync("the cursor is not of this epoch and view")
    return cursor


def _heard(offer: Offer, counter: Counter) -> Cursor | Resync:
    try:
        return place_of(offer.request.cursor, counter, offer.device.view)
    except Resync as error:
        return error


def _take_trail(connection: Connection, taken: _Taken) -> None:
    offer, settled = taken.offer, taken.settled
    if offer.request.trail:
        new = tuple((each.op, each.content_hash) for each in settled.outcomes.values())
        brought = tablet_events.Brought(settled.seq, new)
        tablet_events.take(connection, offer.device, offer.request.trail, brought, at=taken.at)


def _told(offer: Offer, settled: Settled, known: Known) -> Iterator[tuple[int, str]]:
    records = (known.records[name] for name in settled.told if name in known.records)
    yield from ((kept.held.seq, kept.content_hash) for kept in records)
    yield from ((known.outcomes[op].seq, known.outcomes[op].content_hash) for op in offer.ops if op in known.outcomes)


def _next_cursor(taken: _Taken, page: Page) -> Cursor:
    """Its own changes need not be read as news: they come right after all that is older than they are."""
    heard, settled = taken.heard, taken.settled
    page_end = (page.upto, check_of(page.content_hash))
    told = ((seq, check_of(content_hash)) for seq, content_hash in taken.told)
    top, check = max((heard.top, heard.check), page_end, *told)
    has_all = settled.touched and not page.more
    return replace(heard, seq=settled.seq if has_all else page.upto or heard.seq, top=top, check=check)


def _heartbeat(offer: Offer, now: datetime) -> dict[str, object]:
    request = offer.request
    return {
        "tablet": offer.device.id,
        "seen_at": now.isoformat(),
        "skew_seconds": int((request.clock - now).total_seconds()),
        "waiting": request.waiting,
        "attention": request.attention,
    }
