"""The way between tablets and the centre, with everything that may happen to a request and to its answer."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from sync.client.answers import Answer
from sync.errors import LinkDown, LinkTooSlow
from tests.simulation.disk import Killed
from tests.simulation.faults import NO_FAULTS, Fault, fate
from tests.simulation.office import CentreDied, Office
from tests.simulation.tablet import Tablet


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it left a tablet."""

    tablet: str
    token: str
    epoch: str  # the centre's, when it was sent
    body: bytes
    is_packed: bool


@dataclass
class Wire:
    office: Office
    chance: Random
    meanwhile: Callable[[Tablet], None]  # others do something
    tell: Callable[[str], None]
    fate: Callable[[Random], Fault | None] = fate  # what becomes of the next exchange
    is_calm: bool = False  # no more faults
    exchanges: int = 0
    hit: int = 0  # of them, by a fault
    faults: Counter[str] = field(default_factory=Counter)
    sent: list[Sent] = field(default_factory=list)  # everything that ever left a tablet
    late: list[Sent] = field(default_factory=list)

    def send(self, tablet: Tablet, body: bytes, is_packed: bool) -> Answer:
        """Raises LinkDown, and Killed when the tablet ends meanwhile."""
        request = Sent(tablet.name, tablet.token, self.office.epoch(), body, is_packed)
        self.exchanges += 1
        self.sent.append(request)
        fault = None if self.is_calm else self.fate(self.chance)
        if fault is None:
            return self._ask(tablet, request)
        self.faults[fault] += 1
        self.hit += fault not in NO_FAULTS
        self.tell(f"{tablet.name}: {fault}")
        return self._with(fault, tablet, request)

    def ask_receipt(self, tablet: Tablet, shift: str) -> Answer:
        if not self.is_calm and self.chance.random() < 0.1:
            raise self._nothing()
        return self.office.receipt(tablet.token, shift)

    def deliver_late(self) -> None:
        """One of the copies still under way arrives; nobody waits for its answer."""
        if self.late:
            copy = self.late.pop(self.chance.randrange(len(self.late)))
            self.tell(f"{copy.tablet}: a late copy arrives")
            self._carry(copy)

    def _with(self, fault: Fault, tablet: Tablet, request: Sent) -> Answer:
        return self._back(fault, tablet, self._there(fault, tablet, request))

    def _there(self, fault: Fault, tablet: Tablet, request: Sent) -> Sent:
        """On the way to the centre, and what is to happen there."""
        match fault:
            case Fault.REQUEST_LOST:
                raise self._nothing()
            case Fault.ONLY_LATE:
                self.late.append(request)
                raise self._nothing()
            case Fault.LATE_COPY:
                self.late.append(request)
            case Fault.REQUEST_CUT:
                return replace(request, body=request.body[: self.chance.randrange(len(request.body))])
            case Fault.CENTRE_DIED_BEFORE:
                self.office.database.before_commit = CentreDied()
            case Fault.CENTRE_DIED_AFTER:
                self.office.database.after_commit = CentreDied()
            case Fault.TABLET_KILLED_SENDING:
                tablet.die()
                raise Killed
            case Fault.MEANWHILE_BEFORE:
                self.meanwhile(tablet)
        return request

    def _back(self, fault: Fault, tablet: Tablet, request: Sent) -> Answer:
        """What the centre says, and what becomes of it on the way."""
        match fault:
            case Fault.PORTAL:
                return Answer(200, {"content-type": "text/html"}, b"<html>", self.office.clock())
            case Fault.BUSY:
                return Answer(503, {"retry-after": "20"}, b"", self.office.clock())
        answer = self._ask(tablet, request)
        match fault:
            case Fault.REPLY_LOST:
                raise self._nothing()
            case Fault.REPLY_CUT:
                return replace(answer, body=answer.body[: self.chance.randrange(len(answer.body))])
            case Fault.TABLET_KILLED_WAITING:
                tablet.die()
                raise Killed
            case Fault.TWICE:
                return self.chance.choice((answer, self._carry(request)))
            case Fault.MEANWHILE_AFTER:
                self.meanwhile(tablet)
        return answer

    def _ask(self, tablet: Tablet, request: Sent) -> Answer:
        tablet.answered = self.office.seq(), self.office.restored
        return self._carry(request)

    def _carry(self, request: Sent) -> Answer:
        """To the centre and back, whole. Raises LinkDown when the centre dies of it."""
        try:
            return self.office.answer(request.token, request.body, is_packed=request.is_packed)
        except CentreDied:
            raise LinkDown("the connection was reset") from None

    def _nothing(self) -> LinkDown:
        return self.chance.choice((LinkDown, LinkTooSlow))("no answer")
