"""Words nobody else writes, through everything a tablet keeps and says, and then looked for in every byte of it.

The same is done with a store in clear, where they must be found: else the search could not fail.
"""

import asyncio
import io
import logging
import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from random import Random
from typing import Any

import httpx
from prometheus_client import generate_latest

from app.domain.assisting import Assist, AssistDraft
from app.domain.catalogue import Label
from app.domain.workshops import SessionDraft
from app.services.practice import Practice
from app.services.recorder import Surroundings
from app.services.world import World
from app.store import CHECKSUM, Edit, KeyFile, NotStorable, Sealed, StoreTrouble, Write, key_file_of, key_of
from app.store.doctor import examine
from app.store.file import ASIDE, JOURNAL
from app.store.lines import Codec
from sync.endpoint.logs import JsonLines
from sync.endpoint.server import open_centre
from sync.protocol import card_codes
from sync.protocol.records import Kind
from sync.protocol.vocabulary import Outcome
from tests.app.connected import Connected
from tests.app.tablets import DEVICE, DONE, Tablet, Time, counted_ids
from tests.sync.making import Clock, countable_chance
from tests.sync.places import SqliteFile
from tests.sync.tablets import Office
from tests.torture.places import scratch
from tests.torture.tally import Tally

ROUTES = ("/", "/assist", "/workshops", "/roll-call", "/records", "/review", "/waiting", "/end-of-shift", "/help")
LONG = "x" * 20_001  # a text that no centre takes


@dataclass
class Marks:
    """Each word is made once, and remembered with where it was written."""

    seed: int
    made: dict[str, str] = field(default_factory=dict)
    said: dict[str, bytes] = field(default_factory=dict)  # what others hear of the tablet, by its source

    def mark(self, where: str) -> str:
        word = f"Zq{self.seed % 1000:03}-{len(self.made):04}xW"
        self.made[word] = where
        return word

    def word_for(self, field: str, where: str) -> str:
        """One that the field may hold: in the place of a card's code stands a code."""
        if field != card_codes.FIELD:
            return self.mark(where)
        (code,) = card_codes.fresh(1, Random(f"{self.seed} {len(self.made)}").randrange)
        self.take(code, where)
        return code

    def take(self, secret: str, where: str) -> None:
        """A word that was made elsewhere."""
        self.made[secret] = where

    def hear(self, source: str, said: str | bytes) -> None:
        self.said[source] = self.said.get(source, b"") + (said.encode() if isinstance(said, str) else said)


def leaks(seed: int) -> Tally:
    """Sealed and in clear, one after the other."""
    tally = Tally()
    for name in ("sealed", "plain"):
        with scratch() as folder:
            marks = Marks(seed)
            asyncio.run(_lived(folder, marks, name == "sealed"))
            found = list(hits(folder / "tablet", marks))
        tally.add(**{f"hits_{name}": len(found)})
        if name == "sealed":
            tally.add(markers=len(marks.made), leak_sources=len(marks.said))
            tally.tell(f"leak: {marks.made[word]} in {place}" for word, place in found)
    return tally


def hits(folder: Path, marks: Marks) -> Iterator[tuple[str, str]]:
    """(word, where it is readable): in a file of the folder, or in what was said."""
    places = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for place, content in {**places, **marks.said}.items():
        for word in marks.made:
            if any(written in content for written in _written(word)):
                yield word, place


def _written(word: str) -> tuple[bytes, ...]:
    """The ways in which a word may stand in bytes and still be read by anybody."""
    plain = word.encode()
    ends = ((before, -(-before * 4 // 3), (before + len(plain)) * 4 // 3) for before in range(3))
    based = (b64encode(bytes(before) + plain)[first:last] for before, first, last in ends)
    return plain, plain.hex().encode(), word.encode("utf-16-le"), *based


async def _lived(folder: Path, marks: Marks, is_sealed: bool) -> None:
    place, clock = SqliteFile(folder / "centre.db"), Clock()
    with closing(open_centre(place.url, clock=clock, chance=countable_chance())) as centre, _logged(marks):
        office = Office(centre, clock, place, _no_desk)
        home = folder / "tablet"
        codec: Codec = CHECKSUM
        if is_sealed:
            codec = Sealed(await key_of(home, KeyFile(key_file_of(home)), secrets.token_bytes))
        tablet = Tablet(home, Time(), counted_ids(), device=DEVICE, codec=codec)
        desk = Connected(tablet, office.wire, centre.issue_code("Tablet 1", centres=frozenset({"balafia"})))
        try:
            await _worked(desk, marks)
            await _told_of(office, desk, marks)
            _damaged(tablet.folder, marks, codec, tablet)
        finally:
            tablet.close()


async def _worked(desk: Connected, marks: Marks) -> None:
    """Everything a person and a program can write down on a tablet."""
    tablet = desk.tablet
    await desk.send()
    marks.take(str(tablet.store.note("token")), "the pairing token")
    await tablet.with_shift()
    await _drafts(tablet, marks)
    await _records(tablet, marks)
    await desk.send()
    await _edited_again(tablet, marks)
    for route in ROUTES:
        await tablet.shifts.remember(f"{route}?{marks.mark(f'the route {route}')}")
    await _practised(tablet, marks)
    await desk.send()
    with suppress(StoreTrouble):
        tablet.store.compact()


async def _drafts(tablet: Tablet, marks: Marks) -> None:
    """Every text of an open case and of an open list, and the names of seats."""
    case = await tablet.with_case()
    texts = _texts(AssistDraft) - {"id", "procedure_id", "shift_id", "connector_id", "centre_id"}
    for name in sorted(texts):
        await tablet.assisting.note(case, **{name: marks.word_for(name, f"the draft of a case, {name}")})
    await tablet.assisting.note(case, missing=(marks.mark("the draft of a case, missing"),))
    session = await tablet.with_list()
    await tablet.aliases.name(session, "P01", marks.mark("an alias"))
    for name in sorted(_texts(SessionDraft) & {"reason", "series_id"}):
        await tablet.workshops.note(session, **{name: marks.mark(f"the draft of a list, {name}")})
    documents = {marks.mark("the id of a draft"): {"at": marks.mark("a draft of a newer app")}}
    notes = {marks.mark("the name of a note"): marks.mark("a note")}
    tablet.store.write(Write(drafts=documents, notes=notes))


async def _records(tablet: Tablet, marks: Marks) -> None:
    """Every field that a record may have, of every kind; finished cases; one that the centre refuses."""
    names = sorted({each.name for each in fields(Assist)} | {"note", "room", "slot", "step.s1", "of.a.newer.app"})
    for number, kind in enumerate((Kind.ASSIST, Kind.SESSION, Kind.ATTENDANCE, Kind.SHIFT)):
        said: dict[str, Any] = {name: marks.word_for(name, f"{kind}, {name}") for name in names}
        said["topics"] = (marks.mark(f"{kind}, a list"),)
        by = marks.mark(f"{kind}, who wrote it")
        id = f"4ea40000-0000-4000-8000-{number:012d}"
        tablet.store.write(Write(edits=(Edit(id, kind, by, tablet.time(), said),)))
    await tablet.assisting.finish(await tablet.with_case("sp-altres"), DONE)
    refused = {"outcome": Outcome.COMPLETED, "note": marks.mark("what is refused"), "blocked_step": LONG}
    id = "4ea40000-0000-4000-8000-0000000000ff"
    tablet.store.write(Write(edits=(Edit(id, Kind.ASSIST, "C3", tablet.time(), refused),)))
    bad: dict[str, Any] = {marks.mark("a bad field"): object()}
    try:
        tablet.store.write(Write(notes={"n": bad}))
    except NotStorable as error:
        marks.hear("errors", _without_names(str(error), bad))


def _without_names(words: str, given: dict[str, Any]) -> str:
    """An error names the place, which here is a word of ours; what it must not name is the value."""
    for name in given:
        words = words.replace(name, "")
    return words


async def _edited_again(tablet: Tablet, marks: Marks) -> None:
    """Sent, changed, and changed back: what was sent is kept beside what waits."""
    for record in tablet.store.records(kind=Kind.ASSIST):
        for turn in range(2):
            said = {"note": marks.mark(f"a correction, {turn}")}
            tablet.store.write(Write(edits=(Edit(record.id, record.kind, "C3", tablet.time(), said),)))
    for review in tablet.now.reviews:
        if review.problem:
            await tablet.reviewing.hand_over(review)


async def _practised(tablet: Tablet, marks: Marks) -> None:
    """In a world of its own, sealed whatever the rest is."""
    around = Surroundings(tablet.time, tablet.new_id, tablet.time.sleep, tablet.device)
    real = World(tablet.store, tablet.library, around)
    place = Label(*("p" * 3))
    practice = Practice(real, tablet.folder / "practice", around, place, secrets.token_bytes)
    await practice.begin()
    practice.shown.store.write(Write(notes={"n": marks.mark("practice")}))
    practice.shown.store.close()  # and its bytes stay, to be looked at


async def _told_of(office: Office, desk: Connected, marks: Marks) -> None:
    """What the centre answers to mistakes, tells another tablet of another centre, and counts."""
    token = desk.pairing.token or ""
    bearer = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=office.app), base_url="https://centre.test") as http:
        word = marks.mark("a bad request")
        for path in ("/v1/sync", "/v1/devices"):
            for body in (f'{{"{word}":"{word}"}}', f"{word}", f'{{"protocol":1,"changes":[{{"op":"{word}"}}]}}'):
                answer = await http.post(path, content=body, headers=bearer)
                marks.hear("answers to bad requests", answer.content)
        for path in (f"/{word}", f"/v1/{word}", f"/v1/receipt?shift={word}"):
            answer = await http.get(path, headers={"Authorization": f"Bearer {word}"})
            marks.hear("answers to bad requests", answer.content)
    with closing(_other(office)) as other:
        other_desk = Connected(other, office.wire, office.centre.issue_code("Tablet 2", centres=frozenset({"ereta"})))
        await other_desk.send()
        marks.hear("a tablet of another centre", repr(other.store.records()))
    marks.hear("metrics", generate_latest(office.app.state.metrics.registry))


def _damaged(folder: Path, marks: Marks, codec: Codec, tablet: Tablet) -> None:
    """The disk flips a byte; the line is set aside at the next opening, and the doctor says so."""
    tablet.close()
    journal = folder / JOURNAL
    lines = journal.read_bytes().rstrip(b"\0").splitlines(keepends=True)
    worst = max(range(1, len(lines)), key=lambda number: len(lines[number]))
    lines[worst] = lines[worst][:12] + b"!" + lines[worst][13:]
    journal.write_bytes(b"".join(lines))
    marks.hear("doctor", repr(examine(folder, codec)))
    again = Tablet(folder, tablet.time, tablet.new_id, device=DEVICE, codec=codec)
    marks.hear("what opening reports", str(again.store.recovery))
    again.close()
    assert (folder / ASIDE).exists()


def _other(office: Office) -> Tablet:
    return Tablet(office.path.parent / "other", Time(), counted_ids(7), device=f"{DEVICE[:-1]}2")


def _texts(draft: type) -> set[str]:
    return {each.name for each in fields(draft) if "str" in str(each.type) and "tuple" not in str(each.type)}


def _no_desk(series: int) -> Any:
    raise AssertionError("nobody else is enrolled so")


@contextmanager
def _logged(marks: Marks) -> Iterator[None]:
    """Everything that anybody in this process logs, at any level."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    handler.addFilter(lambda line: not line.name.startswith(("httpx", "httpcore")))  # the tests' own client
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        marks.hear("logs", stream.getvalue())
