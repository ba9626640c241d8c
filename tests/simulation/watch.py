"""Looks over people's shoulders during a history: what a screen says must be true at that moment."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from app.domain.library import Library
from app.i18n import words_in
from app.services import picture
from app.state import Snapshot, SyncStatus
from app.store import StoredRecord
from app.theme import LIGHT, Look
from app.views.parts.sync_chip import _said
from app.views.scene import Scene, Stage
from sync.client.phase import Cause, Phase, Resting, Waiting
from sync.protocol.codec import dump_change, dump_reply
from sync.protocol.messages import SyncReply
from sync.protocol.record_codec import canonical, fields_to_json, overruled_to_json
from sync.protocol.records import Applied, Change
from tests.simulation.office import Office, Row
from tests.simulation.tablet import Tablet

WORDS, LOOK = words_in("en"), Look(LIGHT, 100, 1280)


@dataclass
class Watch:
    office: Office
    tell: Callable[[str], None]
    is_traced: bool
    violations: list[str] = field(default_factory=list)
    greens: int = 0
    answered: dict[str, str] = field(default_factory=dict)  # changes, by op: the epoch in which they were last
    deleted: dict[str, int] = field(default_factory=dict)  # told to be so, and how often the centre was restored then
    _texts: dict[int, tuple[StoredRecord, tuple[str, str]]] = field(default_factory=dict)

    def reports(self, tablet: Tablet, phase: Phase) -> None:
        if isinstance(phase, Waiting) and phase.cause is Cause.TABLET_FAULT:
            self.finds(f"{tablet.name}: the round broke off")
        if isinstance(phase, Resting) and is_green(tablet, phase):
            self.greens += 1
            for words in self._not_held(tablet):
                self.finds(f"{tablet.name} shows green, but {words}")

    def moves(self, tablet: Tablet, before: str, after: str) -> None:
        if before and after and place(before)[0] == place(after)[0] and place(before)[1] > place(after)[1]:
            self.finds(f"{tablet.name}: the cursor went back from {before} to {after}")

    def seals(self, tablet: Tablet, changes: tuple[Change, ...]) -> None:
        if self.is_traced:
            for change in changes:
                self.tell(f"{tablet.name} offers {dump_change(change)}")

    def hears(self, tablet: Tablet, reply: SyncReply) -> None:
        if self.is_traced:
            self.tell(f"{tablet.name} hears {dump_reply(reply).decode()}")
        for result in reply.results:
            self.answered[result.op] = reply.cursor.split(".")[0]  # the centre may have been restored since it said so
            if isinstance(result, Applied) and result.record is not None and result.record.deleted:
                self.deleted[result.record.id] = tablet.answered[1]

    def finds(self, words: str) -> None:
        self.tell(f"!!! {words}")
        self.violations.append(words)

    def text(self, record: StoredRecord) -> tuple[str, str]:
        """What a tablet has of the centre's, as the centre would write it."""
        known = self._texts.get(id(record))
        if known is not None and known[0] is record:
            return known[1]
        conflicts = canonical([overruled_to_json(one) for one in record.conflicts])
        text = canonical(fields_to_json(record.fields)), conflicts
        self._texts[id(record)] = record, text
        return text

    def _not_held(self, tablet: Tablet) -> list[str]:
        """What the tablet has otherwise than the centre. What others wrote since it last answered does not count."""
        if tablet.answered[1] != self.office.restored:
            return []
        held = self.office.records()
        differing = ((held.get(record.id), self.difference(record, held.get(record.id))) for record in tablet.records())
        return [words for row, words in differing if words and not self._is_excused(tablet, row)]

    def _is_excused(self, tablet: Tablet, row: Row | None) -> bool:
        """Whether the tablet cannot know it yet, or is not told any more."""
        return row is not None and (row.seq > tablet.answered[0] or not self.office.is_seen(row, tablet.name))

    def difference(self, record: StoredRecord, row: Row | None) -> str:
        """In words; "" when the tablet has it as the centre has it."""
        name = f"{record.kind} {record.id[:4]}"
        if row is None:
            return f"the centre does not hold {name}"
        if (row.seq, row.deleted) != (record.seq, record.deleted) or (row.fields, row.conflicts) != self.text(record):
            return f"{name} is {record.seq} {self.text(record)} here, {row.seq} {row.fields} {row.conflicts} there"
        return ""


def is_green(tablet: Tablet, phase: Phase) -> bool:
    """Whether the app's chip says, in its own colours, that everything is at the centre."""
    counts = tablet.counts()
    status = SyncStatus(phase, counts.waiting, counts.review, picture.last_sent(tablet.records()))
    scene = Scene(cast(Stage, None), Snapshot(cast(Library, None), sync=status), WORDS, LOOK)
    return _said(scene)[2] == LOOK.palette.sent


def place(cursor: str) -> tuple[str, int]:
    """The epoch of a cursor, and its number."""
    epoch, *rest = cursor.split(".")
    return epoch, int(rest[-1] if len(rest) == 1 else rest[1])
