"""What one request came to: filled on its way through the centre, told once at its end, to the log and the numbers.

Holds ids the centre made, counts and sizes; never a word of what was sent.
"""

from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.types import Scope

from sync.protocol.messages import SyncReply
from sync.protocol.records import Applied, Conflicted, HandedOver, Refused, Result

NO_ROUTE = "none"  # for every address the centre does not have: whatever people try, it is one name


@dataclass(slots=True)
class Account:
    request: str  # the id of this request, made here: one that came along is not believed
    device: str = ""
    status: int = 0  # 0 = nobody was answered
    seconds: float = 0.0
    received_bytes: int = 0
    sent_bytes: int = 0
    results: dict[str, int] = field(default_factory=dict)  # changes by what became of them
    news: int = 0

    def note_reply(self, reply: SyncReply) -> None:
        self.news = len(reply.changes)
        for result in reply.results:
            name = _name_of(result)
            self.results[name] = self.results.get(name, 0) + 1


def account_of(request: Request) -> Account:
    account: Account = request.state.account
    return account


def route_of(scope: Scope) -> str:
    """The address as it is written in the code, not as it was asked for."""
    return str(getattr(scope.get("route"), "path", NO_ROUTE))


def _name_of(result: Result) -> str:
    if result.again:
        return "again"
    match result:
        case Applied():
            return "applied"
        case Conflicted():
            return "conflict"
        case Refused():
            return "refused"
        case HandedOver():
            return "handed_over"
