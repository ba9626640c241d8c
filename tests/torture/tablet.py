"""What a tablet does under torture, drawn from a seed, and what it must then hold: a dictionary under the transitions.

Whoever knows the seed knows the steps, so a process that is killed needs to say only how many it finished.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from app.store import Edit, StoredRecord, Write
from app.store.transitions import answered, done, offered, told
from sync.protocol.messages import SyncReply
from sync.protocol.records import Applied, Record
from tests.store.making import CENTRE_TIME, make_edit, make_reply

Picture = Mapping[str, object]  # everything a store shows, each thing under a name of its own

CURSOR = "cursor"
MOST_RECORDS = 40  # above this, more is purged than made
BULK_NOTES = tuple(f"bulk-{number}" for number in range(70))  # in a tap that makes history
WORDS = ("ok", "número", "col·legi", 'a "quoted" one', "two\nlines", "{}", "日本", "\\n")


@dataclass(frozen=True, slots=True)
class Seal:
    """Offer up to `limit` changes, named `prefix-1`, `prefix-2` and so on."""

    limit: int
    prefix: str


@dataclass(frozen=True, slots=True)
class Compact:
    """Drop the history from the file. Changes nothing that can be seen."""


@dataclass(frozen=True, slots=True)
class Reopen:
    """Close and open again. Changes nothing that can be seen."""


Step = Write | Seal | SyncReply | Compact | Reopen


@dataclass(frozen=True, slots=True)
class Tablet:
    """What the store must hold after some steps."""

    records: Mapping[str, StoredRecord] = field(default_factory=dict)
    drafts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    notes: Mapping[str, object] = field(default_factory=dict)
    cursor: str = ""
    steps: int = 0

    def picture(self) -> Picture:
        return picture(self.records, self.drafts, self.notes, self.cursor)


def picture(
    records: Mapping[str, StoredRecord], drafts: Mapping[str, object], notes: Mapping[str, object], cursor: str
) -> Picture:
    return {
        **{f"record {name}": record for name, record in records.items()},
        **{f"draft {name}": draft for name, draft in drafts.items()},
        **{f"note {name}": note for name, note in notes.items()},
        CURSOR: cursor,
    }


def after(tablet: Tablet, step: Step) -> Tablet:
    """What must be there when the step is done."""
    tablet = replace(tablet, steps=tablet.steps + 1)
    if isinstance(step, Write):
        return _written(tablet, step)
    if isinstance(step, Seal):
        return _sealed(tablet, step)
    if isinstance(step, SyncReply):
        return _heard(tablet, step)
    return tablet


def draw(tablet: Tablet, chance: Random) -> Step:
    """The next step. What it writes is found nowhere else, so that nothing passes for something older."""
    fate = chance.random()
    if fate < 0.04:
        return Seal(chance.randint(1, 2), f"op-{tablet.steps}")
    if fate < 0.08:
        return _reply(tablet, chance)
    if fate < 0.12:
        return Compact()
    if fate < 0.15:
        return Reopen()
    if fate < 0.20:
        return Write(notes=dict.fromkeys(BULK_NOTES, None if BULK_NOTES[0] in tablet.notes else tablet.steps))
    return _tap(tablet, chance)


def _tap(tablet: Tablet, chance: Random) -> Write:
    """A record made, corrected or deleted, most often with a draft or a note: half of it must never be found."""
    drafts: dict[str, dict[str, object] | None] = {}
    notes: dict[str, object] = {}
    if chance.random() < 0.6:
        drafts["d"] = {"at": tablet.steps, "steps": ["a", chance.choice(WORDS)]} if chance.random() < 0.7 else None
    if chance.random() < 0.3:
        notes["route"] = f"/{tablet.steps}"
    return Write(edits=(_edit(tablet, chance),), drafts=drafts, notes=notes)


def _edit(tablet: Tablet, chance: Random) -> Edit:
    standing = [name for name, record in tablet.records.items() if not record.deleted and record.kind == "assist"]
    fate = chance.random() * (0.7 if len(tablet.records) > MOST_RECORDS else 1)
    if standing and fate < 0.3:
        return make_edit(chance.choice(standing), minutes=tablet.steps, delete=True)
    name = chance.choice(standing) if standing and fate < 0.6 else f"r{tablet.steps}"
    text = f"{tablet.steps} {chance.choice(WORDS)} " + "x" * chance.choice((0, 5, 40, 40, 120, 500))
    name_of_text = chance.choice(("note", "outcome"))
    fields: dict[str, Any] = {name_of_text: text, "took": tablet.steps, "tags": ("x", chance.choice(WORDS))}
    return make_edit(name, minutes=tablet.steps, **fields)


def _reply(tablet: Tablet, chance: Random) -> SyncReply:
    """The centre takes everything that was offered, and sometimes tells of a record of its own."""
    number = tablet.steps + 1
    taken = [Applied(record.sealed.op, number) for record in tablet.records.values() if record.sealed]
    news = Record(f"s{tablet.steps % 5}", "session", number, {"room": f"{number}"})
    return make_reply(*taken, cursor=f"e.{number}", news=(news,) if chance.random() < 0.5 else ())


def _written(tablet: Tablet, write: Write) -> Tablet:
    records = dict(tablet.records)
    for edit in write.edits:
        _put(records, edit.id, done(records.get(edit.id), edit))
    drafts, notes = dict(tablet.drafts), dict(tablet.notes)
    for name, draft in write.drafts.items():
        _put(drafts, name, draft)
    for name, note in write.notes.items():
        _put(notes, name, note)
    return replace(tablet, records=records, drafts=drafts, notes=notes)


def _sealed(tablet: Tablet, step: Seal) -> Tablet:
    """As `Store.seal` says: what is sealed already first, then the oldest."""
    waiting = [record for record in tablet.records.values() if record.is_waiting]
    chosen = sorted(waiting, key=lambda record: (record.sealed is None, record.at, record.id))[: step.limit]
    new = [record for record in chosen if record.sealed is None]
    sealed = {record.id: offered(record, f"{step.prefix}-{number}") for number, record in enumerate(new, start=1)}
    return replace(tablet, records={**tablet.records, **sealed})


def _heard(tablet: Tablet, reply: SyncReply) -> Tablet:
    records = dict(tablet.records)
    for result in reply.results:
        for name, record in tablet.records.items():
            if record.sealed and record.sealed.op == result.op:
                records[name] = answered(record, result, CENTRE_TIME)
    for news in reply.changes:
        records[news.id] = told(records.get(news.id), news, CENTRE_TIME)
    return replace(tablet, records=records, cursor=reply.cursor)


def _put(things: dict[str, Any], name: str, thing: object) -> None:
    if thing is None:
        things.pop(name, None)
    else:
        things[name] = thing
