"""What can go wrong between a tablet and the centre. Each class says what the tablet does next.

    SyncError
      LinkDown             no answer: wait and try again, nothing was lost
        LinkTooSlow        an answer was begun or awaited for too long: offer fewer next time
      NotTheCentre         somebody else answered: try again later, and say so
        CaptivePortal      the Wi-Fi wants a person to log in: open the browser, then try again
        BadCertificate     who answers cannot prove to be the centre: look at the tablet's date, then try again
      CentreBusy           the centre asks for time: wait as long as it says
      CentreFault          the centre failed: wait and try again
      BatchTooLarge        too much at once: offer half, at once
      Resync               the centre was restored, or shows this tablet something else now: offer and hear all again
      DeviceLost           the centre gave this tablet up for lost: keep nothing readable, bring what waits sealed
      DeviceUnknown        the centre does not know this tablet: stop, ask a person to enrol it
      NotEnrolled          this tablet has never been enrolled: stop, ask a person to enrol it
      EnrolmentRefused     the code was not accepted: ask for a new one
      ProtocolUnknown      the two ends speak different protocols: stop, update the app
      MalformedMessage     what came could not be read: believe none of it, keep everything, try again later

Nothing here carries the value it is about: messages may be logged.
"""

from datetime import timedelta


class SyncError(Exception):
    """Any of the troubles above. Catching it is catching everything that is expected to happen."""


class LinkDown(SyncError):
    """No answer came. The centre may or may not have the changes: wait, then offer the same ones again."""


class LinkTooSlow(LinkDown):
    """The time for one exchange ran out. Wait, then offer fewer of the same changes."""


class NotTheCentre(SyncError):
    """Something that is not the centre answered. Believe none of it; wait, and tell the person."""


class CaptivePortal(NotTheCentre):
    """A log-in page stands between the tablet and the centre. Ask the person to open the browser."""


class BadCertificate(NotTheCentre):
    """The certificate is over, not begun, of another name or nobody's. Nothing was sent. Often it is the tablet's own
    date that is wrong; else the centre's certificate, or somebody in between."""


class CentreBusy(SyncError):
    """The centre is there and asks for time. Wait `retry_after` if it said so."""

    def __init__(self, retry_after: timedelta | None = None) -> None:
        super().__init__("the centre is busy")
        self.retry_after = retry_after


class CentreFault(SyncError):
    """The centre failed while answering. Wait, then offer the same changes again."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the centre failed with status {status}")
        self.status = status


class BatchTooLarge(SyncError):
    """Too much in one message. Offer half of it, at once.

    `by_centre` is true when the centre itself said so. Then a single change that is too large will always be, and
    waits for a person; when somebody on the way said so, it is worth trying another day.
    """

    def __init__(self, *, by_centre: bool) -> None:
        super().__init__("the batch is too large")
        self.by_centre = by_centre


class Resync(SyncError):
    """The cursor is of another past or another view than the centre's. Offer and hear everything again."""


class DeviceUnknown(SyncError):
    """The token is not, or no longer, one the centre knows. Stop; keep everything; ask a person to enrol the tablet."""


class DeviceLost(SyncError):
    """The centre was told that this tablet is lost. Seal what waits, keep nothing else, bring the parcels."""


class NotEnrolled(SyncError):
    """There is no token yet. Stop; keep everything; ask a person to enrol the tablet."""


class EnrolmentRefused(SyncError):
    """The one-time code is wrong, used, too old or was tried too often: which one is not said. Ask for a new code."""


class ProtocolUnknown(SyncError):
    """The other end speaks another protocol. Stop; keep everything; update the app."""


class MalformedMessage(SyncError):
    """A message does not have the agreed shape. At the tablet: store none of it, wait and try again."""

    def __init__(self, path: str, cause: str) -> None:
        super().__init__(f"{path} {cause}" if path else f"the message {cause}")
        self.path = path
        self.cause = cause
