"""Refusals as RFC 9457 problem documents. They name what is wrong and never repeat what was sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.errors import BatchTooLarge, CentreBusy, LinkDown, MalformedMessage, ProtocolUnknown, Resync, SyncError
from sync.protocol.app_versions import Version
from sync.protocol.codec import dump_problem
from sync.protocol.messages import DEVICE_LOST, MAX_CHANGES
from sync.protocol.records import Problem

MEDIA_TYPE = "application/problem+json"
BUSY_RETRY_SECONDS = 20


class Rejected(Exception):
    """A request gets a problem instead of an answer. Raised anywhere below a route; the edge sends it."""

    def __init__(self, status: int, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.title)
        self.answer = ProblemAnswer(status, problem, headers or {})


@dataclass(frozen=True, slots=True)
class ProblemAnswer:
    status: int
    problem: Problem
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> bytes:
        return dump_problem(self.problem, status=self.status)


def not_enrolled() -> Rejected:
    problem = Problem("/problems/device-unknown", "This tablet is not, or no longer, enrolled.")
    return Rejected(401, problem, {"WWW-Authenticate": "Bearer"})


def device_lost() -> Rejected:
    problem = Problem(
        DEVICE_LOST, "This tablet was given up for lost. It keeps nothing, and brings what it has not sent."
    )
    return Rejected(401, problem, {"WWW-Authenticate": "Bearer"})


def app_too_old(least: Version) -> Rejected:
    words = ".".join(map(str, least))
    return Rejected(426, Problem("/problems/app-too-old", f"Update the app: version {words} or newer is needed here."))


def box_full(most: int, what: str) -> Rejected:
    words = f"This tablet has brought enough: the box takes {most} {what} of it. It has to keep the rest."
    return Rejected(413, Problem("/problems/box-full", words, limit=most))


def no_parcel() -> Rejected:
    return Rejected(422, Problem("/problems/no-parcel", "These are not all the lines of one parcel.", "lines"))


def code_refused() -> Rejected:
    return Rejected(403, Problem("/problems/code-refused", "This code is not accepted. Ask for a new one."))


def wrong_media() -> Rejected:
    return Rejected(415, Problem("/problems/media-type", "Send application/json in UTF-8, plain or gzip."))


def too_slow() -> Rejected:
    return Rejected(408, Problem("/problems/too-slow", "The request took too long to arrive."))


def too_many(retry_seconds: int) -> Rejected:
    problem = Problem(
        "/problems/too-many", "Asked too often. Nothing was taken: come back after the time that is said."
    )
    return Rejected(429, problem, {"Retry-After": str(retry_seconds)})


def not_ready(missing: str) -> Rejected:
    problem = Problem(f"/problems/not-ready/{missing}", f"The centre cannot work: {missing}.")
    return Rejected(503, problem, {"Retry-After": str(BUSY_RETRY_SECONDS)})


def by_status(status: int) -> ProblemAnswer:
    """For what the framework refuses by itself: an unknown address, a wrong method."""
    return ProblemAnswer(status, Problem(f"/problems/http-{status}", "This is not something the centre does."))


def failure() -> ProblemAnswer:
    return ProblemAnswer(500, Problem("/problems/fault", "The centre failed. Try again later."))


def answer_to(error: SyncError) -> ProblemAnswer:
    match error:
        case Resync():
            return ProblemAnswer(410, Problem("/problems/resync", "Ask again from the start."))
        case BatchTooLarge():
            return ProblemAnswer(413, Problem("/problems/batch-too-large", "Send fewer at a time.", limit=MAX_CHANGES))
        case ProtocolUnknown():
            return ProblemAnswer(426, Problem("/problems/protocol-unknown", "This protocol is not spoken here."))
        case MalformedMessage():
            return ProblemAnswer(422, Problem("/problems/malformed", f"{error}."))
        case CentreBusy():
            retry = {"Retry-After": str(BUSY_RETRY_SECONDS)}
            return ProblemAnswer(503, Problem("/problems/busy", "Try again shortly."), retry)
        case LinkDown():  # whoever asked went away: nobody reads this, and it was no failure of the centre's
            return too_slow().answer
    return failure()
