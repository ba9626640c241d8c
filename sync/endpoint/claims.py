"""Which records a tablet may be the first to write. Pure.

Sessions and seats are common to the tablets of a centre, and some of their ids follow from public words. Whoever wrote
one first for another centre, or under an id that its words do not give, would keep the others from their own work.
"""

import re
from collections.abc import Iterator
from datetime import date

from sync.endpoint.admission import is_derived, is_record_id
from sync.endpoint.devices import Device
from sync.protocol.derived_ids import attendance_id, held_for
from sync.protocol.records import Change, Kind
from sync.protocol.reference import KINDS, planned_id, planned_key

# What the tablets of a centre work on together, and what the centre's own people say to all of them. All other kinds
# are seen by the tablet that made them.
SHARED_KINDS = frozenset({Kind.SESSION.value, Kind.ATTENDANCE.value})
REFERENCE_KINDS = frozenset(kind.value for kind in KINDS)

_SLOT = re.compile(r"P\d{1,4}|\+\d{1,4}(@.{0,8})?", re.ASCII)
_DAYS = ("planned_day", "started_at")


def may_begin(change: Change, device: Device, *, sees_session: bool) -> bool:
    """Whether `device` may write a record that nobody has written before. `sees_session`: of a seat, whether nothing is
    known of its session, or it may see that. Common records that two tablets would mean by the same words are left to
    those of their centre; who works everywhere is believed, and so is whoever writes one that nobody else can mean.

    What says no centre is let be: a tablet offers only what differs from what it had heard, also to a centre that came
    back from a backup without the record; and what belongs nowhere can be written by everybody.
    """
    if device.is_centre:
        return True
    if change.kind in REFERENCE_KINDS:
        return False
    if change.kind not in SHARED_KINDS:
        return not is_derived(change.id)
    if not device.centres or "centre_id" not in change.set and not change.delete:
        return True
    session = session_of(change)
    if session and not is_derived(session):  # of a list that nobody else can mean: somebody may be on a visit
        return sees_session and change.id in _derived(change)
    if not is_derived(change.id) and "planned_day" not in change.set:
        return True
    centre = change.set.get("centre_id")
    is_here = isinstance(centre, str) and device.works_at(centre)
    return is_here and sees_session and (not is_derived(change.id) or change.id in _derived(change))


def session_of(change: Change) -> str | None:
    """The session that a seat says it is of."""
    session = change.set.get("session_id") if change.kind == Kind.ATTENDANCE else None
    return session if isinstance(session, str) and is_record_id(session) else None


def _derived(change: Change) -> Iterator[str]:
    """The ids that its words give."""
    if change.kind == Kind.ATTENDANCE:
        session, slot = session_of(change), change.set.get("slot")
        if session and isinstance(slot, str) and _SLOT.fullmatch(slot):
            yield attendance_id(session, slot)
        return
    centre, modules, request = (change.set.get(name) for name in ("centre_id", "module_ids", "request_id"))
    for day in filter(None, (_day(change.set.get(name)) for name in _DAYS)):
        if isinstance(centre, str) and isinstance(modules, tuple):
            yield planned_id(planned_key(centre, tuple(map(str, modules)), day))
        if isinstance(request, str) and is_record_id(request):
            yield held_for(request, day)


def _day(said: object) -> date | None:
    """By the clock on the wall of whoever wrote it."""
    try:
        return date.fromisoformat(str(said)[:10])
    except ValueError:
        return None
