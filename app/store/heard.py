"""How far the centre has been heard: rows of one table. Reads them, and says what is to be written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.store.table import JournalTable
from sync.protocol.messages import SyncReply

CURSOR = "cursor"  # absent at first, and while everything has to be heard again
PAST = "past"  # the last cursor before everything had to be heard again, until there is another
RESTARTED = "restarted"  # until everything was heard again
AT = "at"  # the day of the centre's last answer
TOLD = "told"  # up to which number of the trail the centre has it
SAFE = "safe"  # the highest number inside a finished backup of the centre's

Rows = Mapping[str, Mapping[str, object] | None]


@dataclass(frozen=True, slots=True)
class Heard:
    table: JournalTable

    def text(self, name: str) -> str:
        row = self.table.row(name)
        return "" if row is None else str(row["value"])

    @property
    def last_cursor(self) -> str:
        """The cursor; where everything has to be heard again, the one before that; "" when there was none."""
        return self.text(CURSOR) or self.text(PAST)

    @property
    def at(self) -> datetime | None:
        """A moment of the day of the centre's last answer; None when it never gave one. By the centre's clock, but for
        an answer after which the tablet itself set a change aside."""
        said = self.text(AT)
        return datetime.fromisoformat(said) if said else None

    @property
    def told(self) -> int:
        """Up to which number the centre has what happened here."""
        return int(self.text(TOLD) or 0)

    def forgotten(self) -> Rows:
        """No cursor, and the last one kept: by it a centre notices that it went back to an older past."""
        last = self.last_cursor
        return {CURSOR: None, PAST: {"value": last} if last else None}

    def moved(self, reply: SyncReply, *, told: int) -> Rows:
        """What an answer changes. Without a cursor it is the tablet's own word, and nothing was heard."""
        cursor, safe, now = reply.cursor, reply.safe, reply.now
        rows: dict[str, Mapping[str, object] | None] = {CURSOR: {"value": cursor}}
        if cursor and self.text(PAST):
            rows[PAST] = None
        if safe != int(self.text(SAFE) or 0):
            rows[SAFE] = {"value": safe}
        if told not in (0, self.told):
            rows[TOLD] = {"value": told}
        if self.at is None or now.date() != self.at.date():
            rows[AT] = {"value": now.isoformat()}
        return rows
