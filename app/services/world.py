"""One store with everything that works on it: the real one, and the one for practice. They share nothing."""

from app.domain.library import Library
from app.services.aliases import Aliases
from app.services.assisting import Assisting
from app.services.browsing import Browsing
from app.services.carrying import Carrying
from app.services.correcting import Correcting
from app.services.damage import Damage
from app.services.recorder import Recorder, Surroundings
from app.services.reference import kept_library
from app.services.requests import Requests
from app.services.reviewing import Reviewing
from app.services.shifts import Shifts
from app.services.syncing import Syncing
from app.services.waiting import Line
from app.services.workshops import Workshops
from app.state import Board, Snapshot
from app.store import Store


class World:
    """What a page shows and acts on. Nothing leaves it until `syncing` and `carrying` are told how."""

    def __init__(self, store: Store, shipped: Library, around: Surroundings, *, is_practice: bool = False) -> None:
        self.store = store
        recovered = "" if store.recovery.is_clean else str(store.recovery)
        self.board = Board(Snapshot(kept_library(store, shipped), is_practice=is_practice, recovered=recovered))
        self.recorder = Recorder(store, self.board, around)
        self.shifts = Shifts(self.recorder)
        self.line = Line(self.recorder)
        self.assisting = Assisting(self.recorder)
        self.workshops = Workshops(self.recorder)
        self.aliases = Aliases(self.recorder)
        self.requests = Requests(self.recorder)
        self.reviewing = Reviewing(self.recorder, self.assisting, self.workshops, self.requests)
        self.browsing = Browsing(self.recorder)
        self.correcting = Correcting(self.recorder, self.assisting, self.workshops, self.requests)
        self.syncing = Syncing(self.recorder)
        self.carrying = Carrying(self.recorder)
        self.damage = Damage(self.recorder)
        self.recorder.saved = self.syncing.saved
        self.board.show(**self.recorder.pictured(), **self.recorder.arranged(), line=self.line.today)
