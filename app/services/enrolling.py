"""Letting this tablet in, by hand: who answers at an address, and then the code. A person stands between the two."""

from collections.abc import Callable
from typing import Protocol

from app.services.pairing import Pairing
from app.services.syncing import Prepare, Rounds, Syncing
from sync.client.pairing import meet
from sync.client.phase import Cause, Stopped, Waiting
from sync.client.ports import Transport
from sync.protocol.invitations import Invitation, mark_of_centre

UNKNOWN = frozenset({Cause.NOT_PAIRED, Cause.DEVICE_UNKNOWN})


class Way(Transport, Protocol):
    """To one centre."""

    async def close(self) -> None: ...


Connect = Callable[[str], tuple[Way, Rounds, Prepare]]


class Enrolling:
    """One tablet, until a centre knows it."""

    def __init__(
        self,
        pairing: Pairing,
        syncing: Syncing,
        connect: Connect,
        is_usable: Callable[[str], bool],
        is_anybody_in: Callable[[], bool],
    ) -> None:
        """`is_usable` says whether anything is ever sent to an address."""
        self._pairing, self._syncing, self._connect = pairing, syncing, connect
        self.is_usable, self._is_anybody_in = is_usable, is_anybody_in
        self._way: Way | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether no centre knows this tablet, as far as it has heard."""
        phase = self._syncing.phase
        return self._pairing.token is None or (isinstance(phase, Stopped) and phase.cause in UNKNOWN)

    def may_go_to(self, address: str) -> bool:
        """Whether what is on this tablet may be brought there. A tablet that its centre knows no longer may be in
        strange hands, with a centre of their own: to another address somebody brings it who is in by their PIN."""
        is_home = _plain(address) == _plain(self._pairing.home or "")
        return not self._pairing.was_known or is_home or self._is_anybody_in()

    async def meet(self, invitation: Invitation) -> str | Cause:
        """The mark of the centre that answers there, or why none does. It is told neither code nor token."""
        way, _, _ = self._connect(invitation.address)
        answer = await meet(way)
        await way.close()
        return answer if isinstance(answer, Cause) else mark_of_centre(answer.instance)

    async def enrol(self, invitation: Invitation) -> Cause | None:
        """Trade the code, and send what waits. None when the tablet is let in; else it is as it was before."""
        if not self.may_go_to(invitation.address):
            return Cause.NOT_PAIRED
        before, former = self._pairing.url, self._way
        self._pairing.invite(invitation.address, invitation.code)
        self.send_to(invitation.address)
        phase = await self._syncing.send_now()
        if former:
            await former.close()
        if not self._pairing.is_asked:
            return None
        refused = self._way
        self._pairing.invite(before, None)
        self.send_to(before or "")
        if refused:
            await refused.close()
        return phase.cause if isinstance(phase, Waiting | Stopped) else Cause.TABLET_FAULT

    def send_to(self, address: str) -> None:
        """From now on; "": nowhere yet."""
        self._way, engine, prepare = self._connect(address)
        self._syncing.use(engine, prepare)


def _plain(address: str) -> str:
    """However it was written down."""
    return address.rstrip("/").lower()
