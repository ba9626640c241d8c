"""How this tablet is known to the centre: the address, the token, the centre's key, and the one-time code it may start
with."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from app.domain.happenings import Event, Happening
from app.store import DiskRefused, Store, Write
from sync.client.carrying import Sender
from sync.client.pairing import PAUSE, trade
from sync.client.phase import Cause, Phase, Stopped, Waiting
from sync.client.ports import Transport
from sync.protocol.messages import Enrolled, Enrolment
from sync.protocol.sealed_box import is_public_key


class Pairing:
    """What the centre said of itself and of this tablet is kept in the store. A code given is used once."""

    def __init__(
        self, store: Store, *, url: str | None, code: str | None, clock: Callable[[], datetime], version: str
    ) -> None:
        """`url` is the address given for this run: it wins over the one of the pairing."""
        self._store, self._clock, self._version = store, clock, version
        self._code, self._given_url = code, url
        self._given: Enrolled | None = None  # for the code, which is used up, until the disk has taken it
        self.is_asked = False  # by a person, for the code: it is traded whatever token is here

    @property
    def url(self) -> str | None:
        """The centre's address; None when nobody ever said one."""
        return self._given_url or self._noted("centre_url")

    @property
    def token(self) -> str | None:
        """The secret this tablet sends with; None before it is paired."""
        return self._noted("token")

    @property
    def home(self) -> str | None:
        """The address of the centre that let this tablet in last."""
        return self._noted("centre_url")

    @property
    def was_known(self) -> bool:
        """Whether a centre ever knew this tablet, as far as anything on it tells: one note is soon lost or damaged."""
        noted = any(self._noted(each) for each in ("token", "centre_url", "centre_device"))
        return noted or self._store.heard.at is not None or any(each.sent_at for each in self._store.records())

    @property
    def sender(self) -> Sender | None:
        """Who seals what is carried, for whom. None before it is paired, where the centre gave no key that can be used,
        and on a tablet that was paired before it kept one."""
        device, token, key = (self._noted(each) for each in ("centre_device", "token", "parcel_key"))
        public = _key(key or "")
        return Sender(device, token, public) if device and token and public else None

    def invite(self, url: str | None, code: str | None) -> None:
        """From now on this address; with a code, to be let in there. A token of another place never goes there: until
        it is let in, nothing is sent but the code."""
        self._given_url, self._code, self._given = url, code, None
        self.is_asked = code is not None

    async def complete(self, transport: Transport, last: Phase) -> Phase | None:
        """Trade the code for a token, if there is one and the token that is here is no good: the centre did not know it
        in the `last` round. None, or the phase that this is stuck in."""
        is_known = self.token and last != Stopped(Cause.DEVICE_UNKNOWN) and not self.is_asked
        if self._code is None or is_known:
            return Stopped(Cause.NOT_PAIRED) if self.is_asked else None
        enrolment = Enrolment(self._code, f"Acompanya {self._version}", self._version)
        answer = self._given or await trade(transport, enrolment, clock=self._clock)
        if not isinstance(answer, Enrolled):
            self._code = None if isinstance(answer, Stopped) else self._code
            return answer
        self._given = answer
        notes = {
            "token": answer.token,
            "centre_url": self.url,
            "centre_device": answer.device,  # what the centre calls this tablet
            "parcel_key": answer.parcel_key,
        }
        enrolled = Event(Happening.ENROLLED, object=answer.device)
        try:
            await asyncio.to_thread(self._store.write, Write(notes=notes, events=(enrolled,)))
        except DiskRefused:
            return Waiting(self._clock() + PAUSE, 1, Cause.TABLET_FAULT)
        self._code, self.is_asked = None, False
        return None

    def _noted(self, key: str) -> str | None:
        kept = self._store.note(key)
        return kept if isinstance(kept, str) else None


def _key(digits: str) -> bytes | None:
    """A public key; None for what is none, whoever said it."""
    try:
        public = bytes.fromhex(digits)
    except ValueError:
        return None
    return public if is_public_key(public) else None
