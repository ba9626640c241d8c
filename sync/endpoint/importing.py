"""`import-catalogue`: reference data from the coordinator's files to every tablet, as ordinary numbered changes.

One transaction, under the organisation's lock, by the same settling and merging as what tablets send. Only what differs
is written; nothing is ever deleted: what left a file is retired.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sync.endpoint import audit
from sync.endpoint.admission import weigh
from sync.endpoint.audit import Action, Deed
from sync.endpoint.batch import Kept, Known, settle
from sync.endpoint.devices import CENTRE_ITSELF, Device
from sync.endpoint.exchange import TENANT, Centre
from sync.endpoint.reference_files import Entry, FileUnusable, ReferenceFile, entry_id
from sync.endpoint.storage import Shelf
from sync.protocol.records import Change, Fields, Kind, Refused, Result, is_same
from sync.protocol.reference import CONTENT, LISTS, RETIRED, VERSION, File, is_older

FEW, SHARE = 10, 0.2  # more entries than this, and more than this of all that are held: retired only when it is meant


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done about one entry: the fields to write, none when it is there already."""

    what: str  # "added", "changed", "retired" or "unchanged"
    kind: Kind
    key: str
    set: Fields

    @property
    def id(self) -> str:
        return entry_id(self.kind, self.key)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file."""

    file: ReferenceFile
    steps: tuple[Step, ...]

    def lines(self) -> Iterator[str]:
        """The numbers in one line, and one line for each entry that was touched."""
        named = [step for step in self.steps if step.kind != Kind.EDITION]
        numbers = (
            f"{sum(step.what == what for step in named)} {what}"
            for what in ("added", "changed", "retired", "unchanged")
        )
        yield f"{self.file.file} {self.file.version}: {', '.join(numbers)}"
        if self.file.dropped:
            names = ", ".join(name if name.isprintable() else "?" for name in self.file.dropped)
            yield f"  dropped, and kept nowhere: {names}"
        yield from (f"  {step.what} {step.kind} {step.key}" for step in named if step.set)


def import_files(
    centre: Centre, files: Sequence[ReferenceFile], *, force: bool = False, retire: Collection[int] = ()
) -> tuple[Imported, ...]:
    """Write what differs, of all files or of none. `retire` is how many entries go of each file that
    retires much of what is held, as typed by whoever gives it. Raises FileUnusable, CentreBusy."""
    now = centre.clock()
    device = Device(CENTRE_ITSELF, TENANT)
    with centre.database.writing() as connection:
        shelf = Shelf(connection, device)
        counter = shelf.lock()
        editions = shelf.known(ops=(), records=[file.edition.id for file in files]).records
        before = {file.file: _keys_of(file, editions.get(file.edition.id)) for file in files}
        wanted = [entry.id for file in files for entry in (*file.entries, file.edition)]
        known = shelf.known(ops=(), records=[*wanted, *(entry_id(*each) for each in _all(before.values()))])
        found = tuple(Imported(file, tuple(steps(file, known.records, before[file.file]))) for file in files)
        for one in found:
            _refuse_emptier(one, retire)
            if not force:
                _refuse_older(one, known.records.get(one.file.edition.id))
        changes = tuple(
            Change(centre.chance.new_id(), step.id, step.kind, _seq(known, step.id), CENTRE_ITSELF, now, step.set)
            for one in found
            for step in one.steps
            if step.set
        )
        settled = settle(map(weigh, changes), (), known, device=device, seq=counter.seq, floor=counter.floor)
        _all_taken(settled.results, changes)
        if changes:
            shelf.write([settled], known, at=now)
        for file in files:
            audit.add(connection, Deed(Action.IMPORTED, f"{file.file} {file.version}"[:128]), at=now)
    return found


def steps(file: ReferenceFile, held: Mapping[str, Kept], before: Iterable[tuple[Kind, str]]) -> Iterator[Step]:
    """What is to be done, the edition last: its number tells a tablet that it has heard all of the file."""
    for entry in file.entries:
        yield _step(entry, held.get(entry.id), file.version)
    listed = {(entry.kind, entry.key) for entry in file.entries}
    for kind, key in before:
        kept = held.get(entry_id(kind, key))
        if (kind, key) not in listed and kept and _can_be_retired(kept):
            yield Step("retired", kind, key, {RETIRED: True, VERSION: file.version})
    yield _step(file.edition, held.get(file.edition.id), file.version)


def _step(entry: Entry, kept: Kept | None, version: str) -> Step:
    if kept is None:
        return Step("added", entry.kind, entry.key, entry.fields)
    if kept.held.deleted:  # a session that a tablet took away for good
        return Step("unchanged", entry.kind, entry.key, {})
    wanted = {RETIRED: None, **entry.fields}
    now = kept.held.fields
    differing = {name: value for name, value in wanted.items() if name != VERSION and not is_same(now.get(name), value)}
    if not differing:
        return Step("unchanged", entry.kind, entry.key, {})
    return Step("changed", entry.kind, entry.key, {**differing, VERSION: version})


def _can_be_retired(kept: Kept) -> bool:
    """What is retired stays so; a session that somebody has begun is theirs, whatever becomes of the plan."""
    fields = kept.held.fields
    return not kept.held.deleted and fields.get(RETIRED) is not True and "started_at" not in fields


def _refuse_emptier(imported: Imported, retire: Collection[int]) -> None:
    """Most likely it was cut, or is another file. A plan is often another one whole, and is not asked about."""
    what = Counter(step.what for step in imported.steps if step.kind != Kind.EDITION)
    gone, held = what["retired"], what.total() - what["added"]
    if imported.file.file != File.PLAN and gone > FEW and gone > held * SHARE and gone not in retire:
        raise FileUnusable(
            f"{imported.file.file} {imported.file.version}: {gone} of {held} entries would be retired "
            f"(--retire {gone}: take it so)"
        )


def _refuse_older(imported: Imported, kept: Kept | None) -> None:
    """A version is one content: records say which catalogue they were made with."""
    file, held = imported.file, kept.held.fields.get(VERSION) if kept else None
    if not isinstance(held, str):
        return
    if is_older(file.version, held):
        raise FileUnusable(f"{file.file} {file.version} is older than {held}, which is held (--force: take it anyway)")
    if file.version == held and any(step.set for step in imported.steps):
        raise FileUnusable(
            f"{file.file} {file.version} is held with other content: give it a new {file.file}_version "
            "(--force: take it anyway)"
        )


def _keys_of(file: ReferenceFile, kept: Kept | None) -> tuple[tuple[Kind, str], ...]:
    """The entries of the edition before."""
    content = kept.held.fields.get(CONTENT) if kept else None
    said = json.loads(content) if isinstance(content, str) else {}
    return tuple((kind, key) for name, kind in LISTS[file.file].items() for key in said.get(name, ()))


def _all(groups: Iterable[tuple[tuple[Kind, str], ...]]) -> Iterator[tuple[Kind, str]]:
    return (each for group in groups for each in group)


def _seq(known: Known, record_id: str) -> int:
    kept = known.records.get(record_id)
    return kept.held.seq if kept else 0


def _all_taken(results: Iterable[Result], changes: Iterable[Change]) -> None:
    for result, change in zip(results, changes, strict=True):
        if isinstance(result, Refused):
            raise FileUnusable(f"an entry cannot be kept: {result.problem.title} (record {change.id})")
