"""The messages of the agreement, as values. `codec` turns them into JSON and back; docs/protocol.md says why."""

from dataclasses import dataclass
from datetime import datetime

from sync.protocol.records import Change, Record, Result
from sync.protocol.trail import Trail

PROTOCOL = 1  # the shape of the messages
SCHEMA = 1  # the meaning of the fields inside records
PRODUCT = "acompanya"

# Every answer of the centre carries this header with its protocol number: a captive portal's page does not.
PRODUCT_HEADER = "X-Acompanya"

# The one refusal that a tablet obeys: it goes out of service.
DEVICE_LOST = "/problems/device-lost"

MAX_CHANGES = 500  # in one request
MAX_BODY_BYTES = 1 << 20  # as it travels, usually compressed
MAX_INFLATED_BYTES = 8 << 20  # after decompression


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """Some of what waits on the tablet, and the place up to which it has heard the centre."""

    cursor: str  # opaque, as the centre gave it; "" = heard nothing yet
    clock: datetime  # the tablet's, aware: never used for order
    waiting: int  # how many records wait on the tablet, these included
    attention: int  # how many wait for a person
    changes: tuple[Change, ...] = ()
    schema: int = SCHEMA
    past: str = ""  # with no cursor: the last one it had before it was told to hear everything again
    trail: Trail | None = None  # what happened at the tablet, that the centre has not heard of yet


@dataclass(frozen=True, slots=True)
class SyncReply:
    """What became of each change, what else is new, and the next cursor. The tablet stores all three in one write."""

    cursor: str
    more: bool  # more news waits: ask again
    safe: int  # highest number inside a finished backup; 0 while the centre takes none
    now: datetime  # the centre's clock, UTC
    results: tuple[Result, ...] = ()
    changes: tuple[Record, ...] = ()  # news; never what this tablet itself has just sent
    trail: int = 0  # up to which number of the trail it has all that came; 0: none came


@dataclass(frozen=True, slots=True)
class Hello:
    """Who answers at this address. Needs no token."""

    product: str
    instance: str
    protocols: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A tablet asks to be let in, with a code a coordinator made for it."""

    code: str
    name: str
    app: str  # version of the app
    public_key: str  # hex: the public half of the keys that the tablet made for this (`device_keys`)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The tablet is let in. The token is said once and kept nowhere in clear at the centre."""

    device: str
    token: str
    tenant: str
    schema: int
    parcel_key: str | None = None  # public, hex: what cannot be sent is sealed for it; a centre may have none
