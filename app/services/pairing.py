"""How this tablet is known to the centre: the address, the token, its own keys, the centre's, and the one-time code it
may start with."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from app.domain.happenings import Event, Happening
from app.store import DiskRefused, Store, Write
from sync.client.carrying import Sender
from sync.client.pairing import PAUSE, trade
from sync.client.phase import Cause, Phase, Stopped, Waiting
from sync.client.ports import Transport
from sync.protocol.device_keys import SEED_BYTES, DeviceKeys
from sync.protocol.messages import Enrolled, Enrolment
from sync.protocol.sealed_box import is_public_key


class Pairing:
    """What the centre said of itself and of this tablet is kept in the store. A code given is used once."""

    def __init__(
        self,
        store: Store,
        *,
        url: str | None,
        code: str | None,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
        version: str,
    ) -> None:
        """`url` is the address given for this run: it wins over the one of the pairing."""
        self._store, self._clock, self._random, self._version = store, clock, random, version
        self._code, self._given_url = code, url
        # For the code, which is used up, until the disk has taken it.
        self._given: tuple[Enrolled, DeviceKeys] | None = None
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
        """Who signs and seals what is carried, for whom. None before it is paired, where the centre gave no key that
        can be used, and on a tablet that was paired before it kept one."""
        device, keys, public = self._noted("centre_device"), self._keys, _key(self._noted("parcel_key") or "")
        return Sender(device, keys, public) if self.token and device and keys and public else None

    @property
    def secret(self) -> bytes | None:
        """What this tablet and the centre know, and no database: the coordinator's answers come of it. None where there
        is no sender either."""
        sender = self.sender
        return sender.keys.secret_with(sender.public) if sender else None

    def invite(self, url: str | None, code: str | None) -> None:
        """From now on this address; with a code, to be let in there. A token of another place never goes there: until
        it is let in, nothing is sent but the code."""
        self._given_url, self._code, self._given = url, code, None
        self.is_asked = code is not None

    async def complete(self, transport: Transport, last: Phase) -> Phase | None:
        """Trade the code for a token, if there is one and the token that is here is no good: the centre did not know it
        in the `last` round, or no keys of this tablet's own lie with it. None, or the phase that this is stuck in."""
        is_known = self.token and self._keys and last != Stopped(Cause.DEVICE_UNKNOWN) and not self.is_asked
        if self._code is None or is_known:
            return Stopped(Cause.NOT_PAIRED) if self.is_asked else None
        if self._given is None:
            keys = DeviceKeys(self._random(SEED_BYTES))  # new ones for each code
            enrolment = Enrolment(self._code, f"Acompanya {self._version}", self._version, keys.public)
            answer = await trade(transport, enrolment, clock=self._clock)
            if not isinstance(answer, Enrolled):
                self._code = None if isinstance(answer, Stopped) else self._code
                return answer
            self._given = answer, keys
        enrolled, keys = self._given
        notes = {
            "token": enrolled.token,
            "key_seed": keys.seed.hex(),
            "centre_url": self.url,
            "centre_device": enrolled.device,  # what the centre calls this tablet
            "parcel_key": enrolled.parcel_key,
        }
        event = Event(Happening.ENROLLED, object=enrolled.device)
        try:
            await asyncio.to_thread(self._store.write, Write(notes=notes, events=(event,)))
        except DiskRefused:
            return Waiting(self._clock() + PAUSE, 1, Cause.TABLET_FAULT)
        self._code, self.is_asked = None, False
        return None

    @property
    def _keys(self) -> DeviceKeys | None:
        """What this tablet made when it was let in, and never tells."""
        seed = _bytes(self._noted("key_seed") or "")
        return DeviceKeys(seed) if len(seed) == SEED_BYTES else None

    def _noted(self, key: str) -> str | None:
        kept = self._store.note(key)
        return kept if isinstance(kept, str) else None


def _key(digits: str) -> bytes | None:
    """A public key; None for what is none, whoever said it."""
    public = _bytes(digits)
    return public if is_public_key(public) else None


def _bytes(digits: str) -> bytes:
    """None at all for what are no digits."""
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return b""
