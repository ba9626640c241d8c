"""What may happen to one exchange, and how often."""

from enum import StrEnum
from random import Random


class Fault(StrEnum):
    REQUEST_LOST = "request_lost"
    REPLY_LOST = "reply_lost"
    TWICE = "twice"
    LATE_COPY = "late_copy"  # and another copy arrives whenever it likes
    ONLY_LATE = "only_late"  # it is given up, and arrives whenever it likes
    REPLY_CUT = "reply_cut"
    REQUEST_CUT = "request_cut"
    CENTRE_DIED_BEFORE = "centre_died_before_commit"
    CENTRE_DIED_AFTER = "centre_died_after_commit"
    TABLET_KILLED_SENDING = "tablet_killed_sending"
    TABLET_KILLED_WAITING = "tablet_killed_waiting"
    PORTAL = "captive_portal"
    BUSY = "busy"
    MEANWHILE_BEFORE = "meanwhile_before"  # no fault: people go on before it arrives
    MEANWHILE_AFTER = "meanwhile_after"  # or before its answer does


NO_FAULTS = frozenset({Fault.MEANWHILE_BEFORE, Fault.MEANWHILE_AFTER})

# Of 1,000 exchanges, so many.
PER_MILLE = {
    Fault.REQUEST_LOST: 50,
    Fault.REPLY_LOST: 80,
    Fault.TWICE: 60,
    Fault.LATE_COPY: 40,
    Fault.ONLY_LATE: 20,
    Fault.REPLY_CUT: 50,
    Fault.REQUEST_CUT: 20,
    Fault.CENTRE_DIED_BEFORE: 40,
    Fault.CENTRE_DIED_AFTER: 40,
    Fault.TABLET_KILLED_SENDING: 10,
    Fault.TABLET_KILLED_WAITING: 10,
    Fault.PORTAL: 10,
    Fault.BUSY: 10,
    Fault.MEANWHILE_BEFORE: 60,
    Fault.MEANWHILE_AFTER: 60,
}

# Of 1,000 times that something is written: how often the tablet is killed at one of the next operations of its disk.
KILLED_AT_A_SAVE = 40
KILLED_IN_A_ROUND = 40


def fate(chance: Random) -> Fault | None:
    drawn = chance.randrange(1000)
    for fault, per_mille in PER_MILLE.items():
        drawn -= per_mille
        if drawn < 0:
            return fault
    return None
