"""The centre as an object: one exchange is one transaction, and the answer leaves only after it is committed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from sync.endpoint import auth, schema
from sync.endpoint.auth import Chance, Device
from sync.endpoint.batch import settle
from sync.endpoint.database import Database
from sync.endpoint.storage import Counter, Shelf
from sync.errors import Resync
from sync.protocol.codec import Unread
from sync.protocol.messages import PRODUCT, PROTOCOL, Enrolled, Enrolment, Hello, SyncReply, SyncRequest

TENANT = "main"  # one organisation for now; the tables are ready for more
TENANT_NAME = "Acompanya"

# Numbers of the time a backup has forgotten must never be given again: a tablet may have seen them.
RESTORE_JUMP = 1_000_000


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
        with self.database.writing() as connection:
            if connection.execute(select(schema.tenant.c.id)).first() is None:
                first = {"id": TENANT, "name": TENANT_NAME, "seq": 0, "epoch": self._new_epoch()}
                connection.execute(insert(schema.tenant), first)
                connection.execute(insert(schema.centre), {"instance": self.chance.new_id()})

    def hello(self) -> Hello:
        with self.database.reading() as connection:
            instance = connection.execute(select(schema.centre.c.instance)).scalar_one()
        return Hello(PRODUCT, instance, (PROTOCOL,))

    def issue_code(self, name: str) -> str:
        return auth.issue_code(self.database, tenant=TENANT, name=name, chance=self.chance, now=self.clock())

    def redeem(self, enrolment: Enrolment) -> Enrolled | None:
        return auth.redeem(self.database, enrolment, chance=self.chance, now=self.clock())

    def device_of(self, token: str) -> Device | None:
        return auth.device_of(self.database, token)

    def revoke(self, name: str) -> bool:
        return auth.revoke(self.database, tenant=TENANT, name=name, now=self.clock())

    def finish_restore(self) -> None:
        """To be called once after the database came back from a backup: every tablet offers again what it keeps."""
        values = {"epoch": self._new_epoch(), "seq": schema.tenant.c.seq + RESTORE_JUMP}
        with self.database.writing() as connection:
            connection.execute(update(schema.tenant).values(values))

    def exchange(self, device: Device, request: SyncRequest, unread: tuple[Unread, ...]) -> SyncReply:
        """Take the changes, say what became of each and what is new. All or, when it raises, nothing is taken."""
        now = self.clock()
        with self.database.writing() as connection:
            shelf = Shelf(connection, device.tenant, device.id)
            counter = shelf.lock()
            after = place_of(request.cursor, counter)
            ops = [*(change.op for change in request.changes), *(one.op for one in unread)]
            known = shelf.known(ops=ops, records=_ids(request))
            settled = settle(request.changes, unread, known, device=device.id, seq=counter.seq)
            if ops:
                shelf.write(settled, known, at=now)
            page = shelf.news(after, but=settled.told)
            heard = _heartbeat(request, now)
            connection.execute(update(schema.device).where(schema.device.c.id == device.id).values(heard))
        cursor = f"{counter.epoch}.{page.upto}"
        return SyncReply(counter.epoch, cursor, page.more, 0, now, tuple(settled.results), page.records)

    def _new_epoch(self) -> str:
        return self.chance.new_id().replace("-", "")[:12]


def place_of(cursor: str, counter: Counter) -> int:
    """The number up to which a tablet has heard. Raises Resync for a cursor this database cannot have given."""
    if not cursor:
        return 0
    epoch, _, number = cursor.rpartition(".")
    is_number = number.isascii() and number.isdecimal() and len(number) < 19
    if epoch != counter.epoch or not is_number or int(number) > counter.seq:
        raise Resync("the cursor is not of this epoch")
    return int(number)


def _ids(request: SyncRequest) -> list[str]:
    return [change.id for change in request.changes]


def _heartbeat(request: SyncRequest, now: datetime) -> dict[str, object]:
    return {
        "seen_at": now.isoformat(),
        "skew_seconds": int((request.clock - now).total_seconds()),
        "waiting": request.waiting,
        "attention": request.attention,
    }
