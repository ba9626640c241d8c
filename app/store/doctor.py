"""Whether a store's folder is sound, and in words what is not. Only reads."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.store.documents import record_of
from app.store.errors import StoreTrouble
from app.store.file import ASIDE, FRESH
from app.store.lines import Codec, Replayed, Tables
from app.store.reading import Reading, read_folder
from app.store.store import DRAFTS, RECORDS, TRAIL
from app.store.witness import entries_of
from sync.protocol.trail import breaks


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Remarks are no harm: a crash leaves such things, and the next opening clears them away."""

    remarks: tuple[str, ...]
    harm: tuple[str, ...]  # something cannot be read any more

    @property
    def is_sound(self) -> bool:
        return not self.harm


def examine(folder: Path, codec: Codec) -> Diagnosis:
    try:
        reading = read_folder(folder, codec)
    except StoreTrouble as trouble:
        return Diagnosis((), (str(trouble),))
    remarks = (*_contents(reading), *_traces(folder), *_torn(reading.found))
    return Diagnosis(remarks, (*_damage(reading.found), *_unreadable(reading.tables), *_trail(reading.tables)))


def _contents(reading: Reading) -> Iterator[str]:
    tables, found = reading.tables, reading.found
    kinds = Counter(str(document.get("kind")) for document in tables.get(RECORDS, {}).values())
    named = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    yield str(found.header) if found.header else "no header"
    yield f"{kinds.total()} records ({named})" if named else "no records"
    yield f"{len(tables.get(DRAFTS, {}))} drafts"
    yield f"{len(tables.get(TRAIL, {}))} entries of what happened"
    yield f"{found.good} lines in {found.end} bytes"


def _traces(folder: Path) -> Iterator[str]:
    if (folder / FRESH).exists():
        yield "a new journal was being written; the old one is whole, and the next opening removes the new one"
    if (folder / ASIDE).exists():
        size = (folder / ASIDE).stat().st_size
        yield f"{size} bytes of damaged lines were set aside earlier, in {ASIDE}"


def _torn(found: Replayed) -> Iterator[str]:
    if found.torn_bytes:
        yield f"the last line is not whole ({found.torn_bytes} bytes): nobody was told that it was saved"


def _damage(found: Replayed) -> Iterator[str]:
    if found.header is None:
        yield "the first line, which says who can read the file, is damaged"
    if found.bad:
        yield f"{len(found.bad)} damaged lines ({sum(map(len, found.bad))} bytes): what they held is lost"
    if found.has_bad_end:
        yield "the last line break is damaged"


def _unreadable(tables: Tables) -> Iterator[str]:
    for record_id, document in tables.get(RECORDS, {}).items():
        try:
            record_of(record_id, document)
        except (KeyError, TypeError, ValueError) as error:
            yield f"record {record_id} is not what a record should be ({type(error).__name__})"


def _trail(tables: Tables) -> Iterator[str]:
    """Where what happened at the tablet was changed, or some of it taken out."""
    try:
        kept = entries_of(tables.get(TRAIL, {}))
    except (KeyError, TypeError, ValueError) as error:
        yield f"what happened: an entry is not what it should be ({type(error).__name__})"
        return
    yield from (f"what happened: {words}" for words in breaks(kept))
