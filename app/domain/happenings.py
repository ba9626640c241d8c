"""What happens at a tablet that no record tells: words of the program and ids, never what a person wrote."""

from dataclasses import dataclass
from enum import StrEnum

from sync.protocol import trail


class Happening(StrEnum):
    STARTED = "started"  # the app; result: whether its store was found whole
    PIN_TRIED = "pin-tried"  # result: how many times in a row; on the disk before the PIN is looked at
    PIN_WRONG = "pin-wrong"
    PIN_CHOSEN = "pin-chosen"
    ENTERED = "entered"
    LOCKED = "locked"  # result: `Locking`
    UNLOCK_TRIED = "unlock-tried"  # with what the coordinator said; result: how many times in a row
    UNLOCK_WRONG = "unlock-wrong"
    UNLOCKED = "unlocked"
    SHIFT_BEGUN = "shift-begun"  # object: the shift
    SHIFT_ENDED = "shift-ended"
    SHIFT_RESUMED = "shift-resumed"
    SEALED = trail.SEALED  # object: the digest of the changes that were given their `op`; result: how many
    ANSWERED = "records-answered"  # result: how many changes the centre answered
    SYNC = "sync"  # result: why it does not work, when that changes; "agreed" when it works again
    CARRIED = "carried"  # what waits left in a parcel; result: how many lines
    ENROLLED = "enrolled"  # object: what the centre calls this tablet
    SETTING = "setting"  # object: which; result: its new value
    PRACTICE_BEGUN = "practice-begun"
    PRACTICE_ENDED = "practice-ended"


class Locking(StrEnum):
    """How a tablet came to be locked."""

    BY_HAND = "by-hand"
    BY_ITSELF = "by-itself"
    HIDDEN = "hidden"
    LEFT = "left"  # the shift was over


@dataclass(frozen=True, slots=True)
class Event:
    """One of them. When it was, the store notes."""

    what: Happening
    by: str = ""  # the connector, where there was one
    object: str = ""
    result: str = ""
