"""Reading an HTTP answer as a person would: is this the centre at all, and what does it want? Pure.

The product header is looked at before the body is believed: a captive portal answers 200 to everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sync.client.retry import asked_pause
from sync.errors import (
    BatchTooLarge,
    CaptivePortal,
    CentreBusy,
    CentreFault,
    DeviceLost,
    DeviceUnknown,
    EnrolmentRefused,
    LinkTooSlow,
    MalformedMessage,
    NotTheCentre,
    ProtocolUnknown,
    Resync,
    SyncError,
)
from sync.protocol.json_reading import parse
from sync.protocol.messages import DEVICE_LOST, PRODUCT_HEADER, PROTOCOL


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP, whole, and when."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    at: datetime

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")


def trouble(answer: Answer) -> SyncError | None:
    """Why the body must not be believed, or None when it is the centre's word."""
    if not answer.header(PRODUCT_HEADER):
        return _from_somebody_else(answer)
    if answer.header(PRODUCT_HEADER) != str(PROTOCOL):
        return ProtocolUnknown("the centre speaks another protocol")
    if answer.status not in (200, 201):
        return _refusal(answer)
    if answer.header("content-type").partition(";")[0].strip().lower() != "application/json":
        return MalformedMessage("", "is not JSON")
    return None


def _refusal(answer: Answer) -> SyncError:
    match answer.status:
        case 401:
            return _unknown_or_lost(answer)
        case 403:
            return EnrolmentRefused("the code was not accepted")
        case 408:
            return LinkTooSlow("the centre waited too long for the request")
        case 410:
            return Resync("the centre was restored, or shows this tablet something else now")
        case 413:
            return BatchTooLarge(by_centre=True)
        case 426:
            return ProtocolUnknown("the centre asks for a newer app")
        case 429 | 503:
            return _busy(answer)
        case 400 | 415 | 422:
            return MalformedMessage("", "was not understood by the centre")
    return CentreFault(answer.status)


def _unknown_or_lost(answer: Answer) -> SyncError:
    try:
        said = parse(answer.body).value_of("type")
    except MalformedMessage:
        said = None
    if said == DEVICE_LOST:
        return DeviceLost("the centre was told that this tablet is lost")
    return DeviceUnknown("the centre does not know this tablet")


def _from_somebody_else(answer: Answer) -> SyncError:
    """A proxy in front of the centre is honest about it with 413 and 5xx; all else is a portal or another product."""
    if answer.status == 413:
        return BatchTooLarge(by_centre=False)
    if answer.status in (429, 502, 503, 504):
        return _busy(answer)
    is_page = "html" in answer.header("content-type").lower()
    if is_page or 300 <= answer.status < 400 or answer.status == 511:
        return CaptivePortal("a page stands between the tablet and the centre")
    return NotTheCentre("what answers at this address is not the centre")


def _busy(answer: Answer) -> CentreBusy:
    return CentreBusy(asked_pause(answer.header("retry-after") or None, now=answer.at))
