"""What must be true of a history when faults have stopped and nobody has anything left to say."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from sync.endpoint.doctor import examine
from sync.endpoint.exchange import TENANT
from sync.protocol import codec
from sync.protocol.compression import inflate
from sync.protocol.json_reading import parse
from sync.protocol.messages import MAX_INFLATED_BYTES, SyncRequest
from sync.protocol.record_codec import fields_from_json, overruled_from_json
from sync.protocol.records import Change, Fields, Overruled, Problem, Value, is_same
from tests.simulation.ledger import Said
from tests.simulation.office import CURSE, MOST_BYTES, Row
from tests.simulation.wire import Sent
from tests.simulation.world import Town

DELETION = ""
SOME = 10  # of the requests, sent again just as they were
ROOM = MOST_BYTES - 500  # for changes, in one request


def verdict(town: Town) -> list[str]:
    """Everything that is wrong with the end of this history, in words."""
    held = {row.id: Held(row) for row in town.office.records().values()}
    found = [*nothing_lost(town, held), *nothing_invented(town, held), *everybody_agrees(town), *nothing_waits(town)]
    return [*found, *deletions_stand(town), *examine(town.office.database, TENANT).harm]


class Held:
    """A record as the centre holds it in the end."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.fields: Fields = fields_from_json(parse(row.fields.encode()))
        nodes = parse(row.conflicts.encode()).items()
        self.conflicts: tuple[Overruled, ...] = tuple(overruled_from_json(node) for node in nodes)

    def holds(self, name: str, value: Value) -> bool:
        is_present = not self.row.deleted and is_same(self.fields.get(name), value)
        return is_present or any(one.field == name and is_same(one.value, value) for one in self.conflicts)

    def wishes_deletion(self) -> bool:
        return bool(self.row.deleted) or any(one.field == DELETION for one in self.conflicts)


def nothing_lost(town: Town, held: dict[str, Held]) -> Iterator[str]:
    """Whatever was told to be saved is there: as it is, or beside, or written over by who had seen it."""
    waiting = {record.id for tablet in town.tablets for record in tablet.records() if record.problem}
    for record_id, said in town.ledger.said.items():
        if record_id in waiting:
            continue
        for one in said:
            yield from _lost(town, one, held.get(record_id))


def _lost(town: Town, one: Said, held: Held | None) -> Iterator[str]:
    later = list(town.ledger.after(one))
    name = f"{one.edit.kind} {one.edit.id[:4]}"
    if one.edit.delete:
        if held and not held.wishes_deletion() and not any(_takes_back(each, one) for each in later):
            yield f"the deletion of {name} at {one.tablet} is lost"
        return
    for field, value in one.fields.items():
        if held and held.holds(field, value):
            continue
        if not any(_may_replace(each, one, field, value) for each in later):
            yield f"{field}={value!r:.40} of {name}, saved at {one.tablet}, is lost"


def _may_replace(later: Said, one: Said, field: str, value: Value) -> bool:
    """Whether what was said later was said by the same tablet, or by who had the value on the screen."""
    return later.touches(field) and (later.tablet == one.tablet or later.had_seen(field, value))


def _takes_back(later: Said, one: Said) -> bool:
    had_seen = later.shown is not None and (later.shown.deleted or later.shown.holds_beside(DELETION, True))
    return later.tablet == one.tablet or had_seen


def nothing_invented(town: Town, held: dict[str, Held]) -> Iterator[str]:
    """No record and no value that nobody wrote, none twice, and no dispute where there was one tablet alone."""
    seats: dict[tuple[Value, Value], str] = {}
    for one in held.values():
        said = town.ledger.said.get(one.row.id, [])
        name = f"{one.row.kind} {one.row.id[:4]}"
        if not said:
            yield f"nobody made {name}"
        values = [*one.fields.items(), *((each.field, each.value) for each in one.conflicts)]
        for field, value in values:
            if not any(_wrote(each, field, value) for each in said):
                yield f"nobody wrote {field}={value!r:.40} of {name}"
        is_alone = len({each.tablet for each in said}) == 1 and not any(each.edit.delete for each in said)
        if one.conflicts and is_alone:
            yield f"{name} was written at one tablet alone and is disputed: {one.conflicts}"
        if len({(each.op, each.field) for each in one.conflicts}) < len(one.conflicts):
            yield f"{name} has a dispute twice"
        seat = one.fields.get("session_id"), one.fields.get("slot")
        if seats.setdefault(seat, one.row.id) != one.row.id and None not in seat:
            yield f"{name} is there twice"


def _wrote(one: Said, field: str, value: Value) -> bool:
    if field == DELETION:
        return bool(one.edit.delete)
    return field in one.fields and is_same(one.fields[field], value)


def everybody_agrees(town: Town) -> Iterator[str]:
    rows = town.office.records()
    for tablet in town.tablets:
        here = {record.id: record for record in tablet.records()}
        seen = {row.id for row in rows.values() if town.office.is_seen(row, tablet.name)}
        for missing in seen - here.keys() - tablet.forgotten:
            yield f"{tablet.name} has never heard of {rows[missing].kind} {missing[:4]}"
        for record in here.values():
            if record.id in rows and record.id not in seen and not record.mine:
                yield f"{tablet.name} still has {record.kind} {record.id[:4]}, about which it is told no more"
            is_apart = record.problem is not None or (record.id in rows and record.id not in seen)
            if not is_apart and (words := town.watch.difference(record, rows.get(record.id))):
                yield f"{tablet.name}: {words}"


def nothing_waits(town: Town) -> Iterator[str]:
    """Outboxes are empty; what the centre refused is kept by both."""
    refused = town.office.refused()
    for tablet in town.tablets:
        if tablet.counts().waiting:
            yield f"{tablet.name}: {tablet.counts().waiting} still wait, in phase {tablet.phase}"
        for record in tablet.records():
            if record.problem and _is_kept_at_the_centre(record.problem) and record.id not in refused:
                yield f"the centre has not kept the refused {record.kind} {record.id[:4]} of {tablet.name}"
            if record.problem and not (record.pending or record.sealed):
                yield f"{tablet.name} has not kept its refused {record.kind} {record.id[:4]}"


def _is_kept_at_the_centre(problem: Problem) -> bool:
    """The centre could not even read one that was too large for a request, or that made it fail."""
    return problem.type == "/problems/not-text"


def deletions_stand(town: Town) -> Iterator[str]:
    """Deleted stays deleted, until a restored centre does not know of it any more."""
    rows = town.office.records()
    for record_id, restored in town.watch.deleted.items():
        if restored == town.office.restored and not rows[record_id].deleted:
            yield f"{rows[record_id].kind} {record_id[:4]} was deleted and is back"


def nothing_changes_again(town: Town) -> Iterator[str]:
    """Everything that was ever sent, sent again in another order; and a number used for something else."""
    before, chance = town.office.contents(), Random(town.seed)
    tokens = {tablet.name: tablet.token for tablet in town.tablets}
    for request in chance.sample(town.wire.sent, min(SOME, len(town.wire.sent))):
        if request.epoch == town.office.epoch() or cursor_of(request):
            town.office.answer(tokens[request.tablet], request.body, is_packed=request.is_packed)
    for name, token in tokens.items():
        own = (request for request in town.wire.sent if request.tablet == name)
        sent = {change.op: change for request in own for change in still_offered(town, request)}
        for batch in batches(chance.sample(list(sent.values()), len(sent))):
            body = codec.dump_request(SyncRequest("", town.now, 0, 0, batch))
            town.office.answer(token, body, is_packed=False)
    after = town.office.contents()
    if before != after:
        news = [row for row in after if row not in before]
        yield f"sending everything again changed {len(news)} rows: {str(news[:1]):.300}"


def a_number_is_used_once(town: Town) -> Iterator[str]:
    """Other content under a number that was answered: refused, kept for a person, and nothing else happens."""
    answered = [change for request in town.wire.sent[::-1] for change in still_offered(town, request) if change.set]
    light = [(change, tablet) for change in answered for tablet in town.tablets if not is_unbearable(change)]
    if not light:
        return
    change, tablet = light[0]
    records = town.office.records()
    forged = replace(change, set={**change.set, "forged": "yes"})
    town.office.answer(tablet.token, codec.dump_request(SyncRequest("", town.now, 0, 0, (forged,))), is_packed=False)
    if town.office.records() != records:
        yield "other content under a number used before was taken"
    if not town.office.keeps_refused("forged"):
        yield "other content under a number used before is not kept"


def still_offered(town: Town, request: Sent) -> tuple[Change, ...]:
    """The changes in a request that were answered since the centre was last restored. Before, they were offered again;
    and one that was never answered went into another, when one before it was refused."""
    epoch = town.office.epoch()
    return tuple(change for change in offered(request).changes if town.watch.answered.get(change.op) == epoch)


def offered(request: Sent) -> SyncRequest:
    body = inflate(request.body, limit=MAX_INFLATED_BYTES) if request.is_packed else request.body
    return codec.load_request(body)


def cursor_of(request: Sent) -> str:
    return offered(request).cursor


def batches(changes: list[Change]) -> Iterator[tuple[Change, ...]]:
    """As many together as the centre takes; what it cannot bear, alone."""
    batch, size = list[Change](), 0
    for change in changes:
        if is_unbearable(change):
            yield (change,)
            continue
        size += len(codec.dump_change(change)) + 1
        if size > ROOM:
            yield tuple(batch)
            batch, size = [], len(codec.dump_change(change)) + 1
        batch.append(change)
    if batch:
        yield tuple(batch)


def is_unbearable(change: Change) -> bool:
    text = codec.dump_change(change)
    return CURSE in text or len(text) > ROOM
