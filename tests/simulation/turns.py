"""Numbers from a sequence, as many databases have them: given at once, visible later, when others were there first.

The real centre locks its counter before it reads anything. This is what happens to one that does not.
"""

from dataclasses import replace
from typing import Any

from sync.endpoint.exchange import Centre
from sync.endpoint.storage import Counter, Shelf
from sync.protocol.messages import SyncReply, SyncRequest
from tests.simulation.planting import Places, planted
from tests.simulation.world import Town


def out_of_turn() -> Places:
    begun, real, towns = Town.__post_init__, Centre.exchange, list[Town]()

    def remember(self: Town) -> None:
        towns[:] = [self]
        begun(self)

    def exchange(self: Centre, device: Any, request: SyncRequest, unread: Any) -> SyncReply:
        if not request.changes or towns[0].in_between or towns[0].wire.is_calm:
            return real(self, device, request, unread)
        first = _reserved(self, len(request.changes))
        towns[0].others_exchange()
        with planted((Shelf, "lock", _lock_at(first)), (Shelf, "write", _write_below)):
            return real(self, device, request, unread)

    return ((Town, "__post_init__", remember), (Centre, "exchange", exchange))


def _reserved(centre: Centre, number: int) -> int:
    with centre.database.writing() as connection:
        taken = connection.exec_driver_sql(f"UPDATE tenant SET seq = seq + {number} RETURNING seq")  # noqa: S608
        return int(taken.scalar_one()) - number


def _lock_at(first: int) -> Any:
    real = Shelf.lock

    def lock(self: Shelf) -> Counter:
        return replace(real(self), seq=first)

    return lock


_write = Shelf.write


def _write_below(self: Shelf, *given: Any, **named: Any) -> None:
    """The rows get the numbers that were reserved; the sequence stays where the others have taken it."""
    reached = int(self.connection.exec_driver_sql("SELECT seq FROM tenant").scalar_one())
    _write(self, *given, **named)
    self.connection.exec_driver_sql(f"UPDATE tenant SET seq = max(seq, {reached})")  # noqa: S608
