"""What the screens watch: one picture of what the disk knows, replaced whole, and the board it hangs on.

Only services change it, on the event loop. `AppState` is the one observable; each open page has its own, because
Flet redraws the page whose code is running.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import flet as ft

from app.domain.archive import Wanted
from app.domain.assisting import AssistDraft
from app.domain.centres import Proposal
from app.domain.corrections import Correction
from app.domain.library import Library
from app.domain.plan import PlannedSession
from app.domain.requests import RequestDraft
from app.domain.review import Review
from app.domain.shifts import OpenShift, Totals
from app.domain.waiting import WaitingLine
from app.domain.workshops import SessionDraft
from sync.client.phase import Phase, Resting

Draft = AssistDraft | SessionDraft | RequestDraft


class Theme(StrEnum):
    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Preferences:
    """How this tablet shows things."""

    language: str = "ca"
    theme: Theme = Theme.SYSTEM
    text_percent: int = 100


class LineState(StrEnum):
    """What is true of something that was saved."""

    SAVED = "saved"
    SENDING = "sending"
    SENT = "sent"
    REVIEW = "review"
    HANDED_OVER = "handed_over"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing done, as listed: enough to read it, not the record."""

    id: str
    kind: str
    subject: tuple[str, ...]  # procedure id; module ids; of a request the kind of group, and module ids
    result: str  # an outcome, or the status of a session or a request
    at: datetime
    state: LineState
    shift_id: str = ""
    headcount: int | None = None
    sent_at: datetime | None = None
    problem: str | None = None
    version: int = 1
    is_void: bool = False


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What is true of sending. Counts come from the disk, never from whether there is a network."""

    phase: Phase = field(default_factory=lambda: Resting(None))
    waiting: int = 0
    review: int = 0
    last_sent_at: datetime | None = None  # by the centre's clock
    last_written_at: datetime | None = None  # what was sent then, by the tablet's clock
    offline_since: datetime | None = None

    def is_compared(self, shift: OpenShift | None) -> bool:
        """Whether the centre has said that it holds the same of this shift, and nothing was written since."""
        receipt = self.phase.receipt if isinstance(self.phase, Resting) else None
        return shift is not None and receipt is not None and receipt.shift == shift.id and not self.waiting


@dataclass(frozen=True, slots=True)
class Undoable:
    """What was just saved and can be taken back with one tap for a few seconds."""

    kind: str
    subject: tuple[str, ...]
    result: str  # an outcome, a session status, "discarded", or what was done about a record in review
    slot: str = ""  # of a seat
    is_correction: bool = False  # it is a new version of what had been saved before


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something the connector must know. `message` is an id in the locales; `detail` names the place, for support."""

    message: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a screen may show, at one moment."""

    library: Library
    preferences: Preferences = Preferences()
    entered: str = ""  # who is at the tablet; "": nobody, and nothing but the door is shown
    locks_soon: bool = False  # nobody has touched it for long
    shift: OpenShift | None = None
    aside: frozenset[str] = frozenset()  # connectors who have a shift open and are not at the tablet
    unsent: Mapping[str, int] = field(default_factory=dict)  # by connector: records that wait here
    proposal: Proposal | None = None
    drafts: tuple[Draft, ...] = ()
    corrections: Mapping[str, Correction] = field(default_factory=dict)  # those of them whose case was saved before
    lines: tuple[Line, ...] = ()  # the last hundred this tablet wrote, newest first
    reviews: tuple[Review, ...] = ()  # what waits for a person
    totals: Totals = Totals()
    pinned: tuple[str, ...] = ()  # procedure ids for the tiles of the home screen
    usual: Mapping[str, int] = field(default_factory=dict)  # minutes that the procedures of open cases take here
    planned: tuple[PlannedSession, ...] = ()  # of the centre's plan, not begun yet, the soonest first
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by session, what a seat is called here
    sync: SyncStatus = field(default_factory=SyncStatus)
    undo: Undoable | None = None
    trouble: Trouble | None = None
    line: WaitingLine | None = None  # of those who wait, when somebody does or did today
    minute: datetime | None = None  # when the screens last had to count the time anew
    is_practice: bool = False  # nothing of it is real, and nothing of it is ever sent
    damaged: int = 0  # lines on the disk that could not be read and that nobody has been told of
    recovered: str = ""  # what opening the store had to mend, in words for support; "" when nothing

    def draft(self, id: str) -> Draft | None:
        """The open draft with this id, if whoever is here may go on with it: their own, the list of a session, which
        is of all who hold it, or a record that is being corrected."""
        found = next((each for each in self.drafts if each.id == id), None)
        if found is None or self.shift is None or found.connector_id == self.shift.connector_id:
            return found
        return found if isinstance(found, SessionDraft) or self.is_saved(id) else None

    def refusal(self, id: str) -> Review | None:
        """The refused record that a form with this id mends: the case, the session or one of its seats."""
        return next((each for each in self.reviews if each.problem and id in (each.id, each.session_id)), None)

    def is_saved(self, id: str) -> bool:
        """Whether a draft with this id is of something that was saved before."""
        known = {each.id for each in self.lines} | {each.id for each in self.reviews}
        return id in known | {each.session_id for each in self.reviews}

    @property
    def own_drafts(self) -> tuple[Draft, ...]:
        """What the connector of this shift has begun and not ended, in an earlier shift too."""
        by = self.shift.connector_id if self.shift else None
        return tuple(each for each in self.drafts if each.connector_id == by)

    @property
    def own_cases(self) -> tuple[AssistDraft, ...]:
        """The cases among them in which somebody is being helped: a correction is none."""
        own = (each for each in self.own_drafts if isinstance(each, AssistDraft))
        return tuple(each for each in own if each.id not in self.corrections)

    @property
    def open_corrections(self) -> tuple[AssistDraft, ...]:
        """Saved cases in whose form something was changed: whoever has the shift may correct what another one saved."""
        changed = {id for id, each in self.corrections.items() if each.is_changed}
        return tuple(each for each in self.drafts if isinstance(each, AssistDraft) and each.id in changed)

    @property
    def unfinished(self) -> tuple[Draft, ...]:
        """What is left open at the end: a correction in which nothing was changed is nothing to finish."""
        begun = (each for each in self.own_drafts if each.id not in self.corrections)
        return (*begun, *self.open_corrections)

    @property
    def shift_lines(self) -> tuple[Line, ...]:
        """What was saved in this shift."""
        here = self.shift.id if self.shift else None
        return tuple(each for each in self.lines if each.shift_id == here)


@ft.observable
@dataclass
class AppState:
    """What one page watches."""

    snapshot: Snapshot
    width: int = 1280
    is_dark: bool = False
    wanted: Wanted = Wanted()  # of the list of records: there again when the person comes back to it


class Board:
    """Where services hang the snapshot and pages come to see it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._watchers: list[Callable[[Snapshot], None]] = []

    def show(self, **changes: object) -> None:
        """Replace parts of the snapshot and tell every page."""
        self.snapshot = replace(self.snapshot, **changes)  # type: ignore[arg-type]
        for watcher in tuple(self._watchers):
            watcher(self.snapshot)

    def watch(self, watcher: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Call `watcher` with every snapshot from now on; what comes back stops it."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)
