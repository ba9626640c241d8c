"""Records waiting in memory: what is measured is the exchange and the centre, not the tablet's disk."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from uuid import UUID

from sync.protocol.messages import SyncReply
from sync.protocol.receipts import Receipt, receipt_of
from sync.protocol.records import Applied, Change, Fields
from sync.protocol.trail import FIRST, SEALED, Entry, Trail, hashes_of

OUTCOMES = ("completed", "completed", "completed", "must_return", "referred", "info_only")
PROCEDURES = ("sp-cita-omac", "sp-idcat-mobil", "sp-padro", "soc-renovar", "sepe-cita", "sp-vida-laboral")
STEPS = ("identify", "form", "date", "confirm", "receipt", "log-out")


def now() -> datetime:
    return datetime.now(UTC)


def assists(number: int, chance: Random, *, kind: str = "assist") -> list[Change]:
    """As many assisted procedures as a tablet writes them, in one shift: nothing but ids and choices."""
    shift, device = new_id(chance), new_id(chance)
    return [
        Change(new_id(chance), new_id(chance), kind, 0, "C1", now(), _fields(chance, shift, device))
        for _ in range(number)
    ]


def day(number: int, chance: Random) -> Trail:
    """So many things that happen at a tablet in a day beside the work: somebody comes in, and it locks."""
    begun, words = now().replace(microsecond=0), ("pin-tried", "entered", "locked")
    entries = tuple(
        Entry(place, begun + timedelta(seconds=97 * place), 97 * place, words[place % 3], -2, "C1", "", "1")
        for place in range(1, number)
    )
    digest = sha256(chance.randbytes(8)).hexdigest()
    sealed = Entry(number, now().replace(microsecond=0), 97 * number, SEALED, -2, "", digest, "50")
    hashes = list(hashes_of(FIRST, (*entries, sealed)))
    return Trail(FIRST, hashes[-1], (*entries, sealed))


def new_id(chance: Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))


def _fields(chance: Random, shift: str, device: str) -> Fields:
    minutes = chance.randrange(5, 50)
    return {
        "procedure_id": chance.choice(PROCEDURES),
        "catalogue_version": "2026-09",
        "centre_id": "mariola",
        "shift_id": shift,
        "device_id": device,
        "connector_id": "C1",
        "started_at": f"2026-03-04T{chance.randrange(9, 13):02}:{chance.randrange(60):02}:07+01:00",
        "ended_at": f"2026-03-04T{chance.randrange(9, 13):02}:{chance.randrange(60):02}:41+01:00",
        "active_minutes": minutes,
        "outcome": chance.choice(OUTCOMES),
        "steps_done": STEPS[: chance.randrange(1, len(STEPS))],
        "autonomy": chance.choice(("alone", "prompts", "guided")),
        "first_visit": "unknown",
        "channel": "walk_in",
        "entry_mode": "live",
    }


@dataclass(frozen=True)
class Counts:
    waiting: int
    review: int = 0


class Pile:
    """An outbox that only gets smaller, and counts how often each change was offered."""

    def __init__(self, changes: list[Change], trail: Trail | None = None) -> None:
        """`trail` goes with the first request, and is told when that is answered."""
        self._trail = trail
        self._changes = {change.op: change for change in changes}
        self._cursor = ""
        self.offers = 0

    def counts(self) -> Counts:
        return Counts(len(self._changes))

    def cursor(self) -> str:
        return self._cursor

    def past(self) -> str:
        return ""

    def untold(self) -> Trail | None:
        return self._trail

    def seal(self, limit: int) -> tuple[Change, ...]:
        offered = tuple(self._changes.values())[:limit]
        self.offers += len(offered)
        return offered

    def hear(self, reply: SyncReply) -> None:
        for result in reply.results:
            assert isinstance(result, Applied)
            del self._changes[result.op]
        self._cursor = reply.cursor
        self._trail = None if reply.trail else self._trail

    def restart(self) -> None:
        raise AssertionError("nobody restores a centre here")

    def receipt(self, shift: str, *, at: datetime) -> Receipt:
        return receipt_of(shift, (), at=at)
