"""How often one may ask: a bucket for each who asks, emptied by asking and filled again by time.

In memory, of one process: with several workers, or after a start, somebody may ask as often again. What really keeps
strangers out (a code's five tries, tokens of 256 bits) is in the database; this keeps one tablet from taking the time
of all the others, and one address from guessing at many codes.
"""

import ipaddress
import math
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sync.endpoint.problems import too_many

MOST_BUCKETS = 10_000  # the one that was asked for longest ago is forgotten first

_NETWORKS = {4: 32, 6: 64}  # what one household or one provider's customer has: an address of IPv6 is changed at will


@dataclass(frozen=True, slots=True)
class Rule:
    """How many at once, and how many a second in the long run."""

    most: int
    per_second: float
    back_with: int = 1  # whoever has none left is told to come back when there are so many again


# The longest thing a tablet does without a pause is to offer all it keeps again, after a restore: 100,000 records are
# 205 requests, and the end of a shift with 1,000 is 6 and a receipt. Then one every two seconds, where an idle tablet
# asks once in 15 minutes. Told to wait, it waits long enough for a good piece of work: a tablet shows each pause.
FOR_A_TABLET = Rule(most=240, per_second=0.5, back_with=10)

# Bytes of what a tablet brings, unpacked. A day's work is a few hundred kilobytes, and 100,000 records that are offered
# again some 60 MB. Whoever brings changes without end fills the centre's disk with no more than this in a day.
FOR_BYTES = Rule(most=256 << 20, per_second=(256 << 20) / 86_400, back_with=1 << 20)

# Only codes that were refused count: on the morning when a coordinator enrols 60 tablets, all come from one address.
FOR_WRONG_CODES = Rule(most=5, per_second=5 / 900)


@dataclass(slots=True)
class _Bucket:
    left: float
    at: datetime


@dataclass(slots=True)
class Buckets:
    """One for each who asks. Used from several threads."""

    rule: Rule
    clock: Callable[[], datetime]
    _held: OrderedDict[str, _Bucket] = field(default_factory=OrderedDict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def take(self, who: str, number: int = 1) -> None:
        """So many more of theirs, and be it more than are left. Raises Rejected (429) when none is."""
        with self._turn:
            bucket = self._filled(who)
            self._refuse_empty(bucket)
            bucket.left -= number

    def look(self, who: str) -> None:
        """Takes none. Raises Rejected (429) when none is left."""
        with self._turn:
            self._refuse_empty(self._filled(who))

    def __len__(self) -> int:
        return len(self._held)

    def _filled(self, who: str) -> _Bucket:
        now = self.clock()
        bucket = self._held.setdefault(who, _Bucket(self.rule.most, now))
        self._held.move_to_end(who)
        passed = max(0.0, (now - bucket.at).total_seconds())  # a clock that was set back gives nothing
        bucket.left, bucket.at = min(self.rule.most, bucket.left + passed * self.rule.per_second), now
        while len(self._held) > MOST_BUCKETS:
            self._held.popitem(last=False)
        return bucket

    def _refuse_empty(self, bucket: _Bucket) -> None:
        if bucket.left < 1:
            raise too_many(math.ceil((self.rule.back_with - bucket.left) / self.rule.per_second))


MOST_AT_ONCE = 6  # of one tablet: each may take 35 MB while it is read, and a good one has one or two
AGAIN_SECONDS = 2  # after which a tablet whose last exchange goes on may ask again


class Limits:
    """The buckets of one application."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        tablet: Rule = FOR_A_TABLET,
        brought: Rule = FOR_BYTES,
        wrong_codes: Rule = FOR_WRONG_CODES,
    ) -> None:
        self.tablets = Buckets(tablet, clock)
        self.bytes_brought = Buckets(brought, clock)
        self.wrong_codes = Buckets(wrong_codes, clock)
        self._exchanging = Counter[str]()

    @contextmanager
    def exchanging(self, device: str) -> Iterator[None]:
        """Of one tablet no more than `MOST_AT_ONCE` exchanges and parcels are read and held in memory. Raises Rejected
        (429)."""
        if self._exchanging[device] >= MOST_AT_ONCE:
            raise too_many(AGAIN_SECONDS)
        self._exchanging[device] += 1
        try:
            yield
        finally:
            self._exchanging[device] -= 1
            if not self._exchanging[device]:
                del self._exchanging[device]


def network_of(address: str) -> str:
    """What an address is counted under."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((found, _NETWORKS[found.version]), strict=False))
