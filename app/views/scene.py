"""What a view gets to draw with: the snapshot, the words, the look, and what the person can do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import flet as ft

from app.device import Device
from app.domain.happenings import Locking
from app.domain.library import Library
from app.domain.people import Connector
from app.i18n import Words, words_in
from app.services.access import Access
from app.services.aliases import Aliases
from app.services.assisting import Assisting
from app.services.browsing import Browsing
from app.services.carrying import Carrying
from app.services.correcting import Correcting
from app.services.damage import Damage
from app.services.enrolling import Enrolling
from app.services.practice import Practice
from app.services.requests import Requests
from app.services.reviewing import Reviewing
from app.services.shifts import Shifts
from app.services.syncing import Syncing
from app.services.waiting import Line
from app.services.workshops import Workshops
from app.state import AppState, Snapshot
from app.theme import DARK, LIGHT, Look, Palette

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(eq=False, slots=True)
class Hands:
    """What the hands are at on a page, for the keys of a desk: a letter that is typed into a field is no command."""

    typing: str = ""  # the label of the field that is typed in
    has_menu: bool = False  # one is open
    moved: datetime = LONG_AGO  # when the screen came
    search: ft.TextField | None = None  # of the screen, where it has one
    wants_search: bool = False  # a key asked for the screen, so what is typed next is to go into its search

    fields: dict[str, tuple[ft.TextField, str]] = field(
        default_factory=dict
    )  # each as drawn last, and what it was told

    def enter(self, label: str) -> None:
        self.typing = label

    def newest(self, label: str, value: str) -> str:
        """What a field has to show: `value`, unless somebody types in it and has typed on since what was last heard. To
        draw the older words then would take letters away under their fingers."""
        drawn, heard = self.fields.get(label, (None, ""))
        is_ahead = self.typing == label and drawn is not None and drawn.value != heard
        return str(drawn.value or "") if drawn is not None and is_ahead else value

    def hear(self, label: str, typed: str) -> None:
        """What was typed is being dealt with."""
        if label in self.fields:
            self.fields[label] = self.fields[label][0], typed

    def leave(self, label: str) -> None:
        """The field that is entered next may have said so before."""
        if self.typing == label:
            self.typing = ""

    def open_menu(self) -> None:
        self.has_menu = True

    def close_menu(self) -> None:
        self.has_menu = False

    def move_on(self, now: datetime) -> None:
        """To another screen: what was on the last one is not there any more."""
        self.typing, self.has_menu, self.moved = "", False, now

    @property
    def is_searching(self) -> bool:
        return bool(self.search and self.typing == self.search.label)


@dataclass(frozen=True, slots=True)
class Stage:
    """What a page acts on, as long as it shows one world."""

    state: AppState
    assisting: Assisting
    workshops: Workshops
    requests: Requests
    aliases: Aliases
    shifts: Shifts
    line: Line
    reviewing: Reviewing
    browsing: Browsing
    correcting: Correcting
    syncing: Syncing
    carrying: Carrying
    damage: Damage
    practice: Practice
    device: Device
    access: Access
    enrolling: Enrolling
    lock: Callable[[Locking], Awaitable[None]]
    take_back: Callable[[], Awaitable[str | None]]
    go: Callable[[str], None]  # show the screen of a route
    drawn: Callable[[str], None]  # the screen of this route is shown
    remember: Callable[[str], None]  # keep the route for the next start
    clock: Callable[[], datetime]
    version: str
    store_schema: int
    hands: Hands = field(default_factory=Hands)


@dataclass(eq=False, slots=True)
class Standing:
    """Where a page stands: its stage is replaced whole when practice begins or ends, so that what was drawn before goes
    on acting on what it was drawn from."""

    stage: Stage
    is_hidden: bool = False  # the page, as far as its device said


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment of a page."""

    stage: Stage
    now: Snapshot
    words: Words
    look: Look

    @property
    def palette(self) -> Palette:
        return self.look.palette

    def text(self, id: str, /, **values: object) -> str:
        return self.words.text(id, **values)

    @property
    def library(self) -> Library:
        return self.now.library

    def procedure(self, id: str) -> str:
        """A procedure's title in the chosen language, also when it is not offered any more."""
        return self.library.catalogue.procedure_title(id).in_(self.words.language)

    def module(self, id: str) -> str:
        return self.library.catalogue.module_title(id).in_(self.words.language)

    def centre(self, id: str) -> str:
        return self.library.centres.name(id).in_(self.words.language)

    def connector(self, connector: Connector) -> str:
        """What a connector's tile says."""
        return connector.name or self.text("connector", number=connector.id.removeprefix("C"))


NOWHERE: Standing | None = None
StageContext = ft.create_context(NOWHERE)


def use_stage() -> Stage:
    """The stage of the page being drawn."""
    standing = ft.use_context(StageContext)
    assert isinstance(standing, Standing), "a view is drawn outside its page"
    return standing.stage


def use_scene() -> Scene:
    """This moment's scene; the component is drawn again when it changes."""
    stage = use_stage()
    ft.use_state(stage.state)
    return scene_of(stage)


def scene_of(stage: Stage) -> Scene:
    """What is drawn with now."""
    state = stage.state
    preferences = state.snapshot.preferences
    look = Look(DARK if state.is_dark else LIGHT, preferences.text_percent, state.width)
    return Scene(stage, state.snapshot, words_in(preferences.language), look)
