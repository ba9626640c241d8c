"""Bytes that change by themselves: one flipped, or the file cut, anywhere. What was hit may be lost, never unsaid.

Knows no format: which bytes belong to which step was recorded while they were written.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from app.store import Recovery, StoreTrouble, Write
from tests.torture.doors import watched
from tests.torture.hands import Hands, found_in
from tests.torture.operations import Began, Written
from tests.torture.places import empty_folder, scratch
from tests.torture.recorder import Recorder
from tests.torture.tablet import BULK_NOTES, CURSOR, Compact, Picture, Reopen, Step, Tablet, after, draw
from tests.torture.tally import Tally

STEPS = 50
BEYOND = 64  # bytes after the last one written, if the file is longer
FULL = 10_000  # flips, at which every cut is tried as well


@dataclass(frozen=True, slots=True)
class Damage:
    """One byte changed at a place, or the file cut there."""

    place: int
    mask: int | None  # bits turned over; None: cut

    def done_to(self, content: bytes) -> bytes:
        if self.mask is None:
            return content[: self.place]
        return b"%b%c%b" % (content[: self.place], content[self.place] ^ self.mask, content[self.place + 1 :])


@dataclass(frozen=True, slots=True)
class Made:
    """A file, what it holds, and which bytes each step wrote."""

    name: str
    content: bytes
    pictures: Sequence[Picture]  # at first, and after each step
    spans: Mapping[int, range]  # of the steps that wrote anything

    @property
    def end(self) -> int:
        return max(span.stop for span in self.spans.values())

    def as_of(self, size: int) -> Picture | None:
        """What it held when the file was this long, and nothing was under way."""
        ends = {min(span.start for span in self.spans.values()): 0}
        ends |= {span.stop: step for step, span in self.spans.items()}
        return self.pictures[ends[size]] if size in ends else None

    def hit_by(self, damage: Damage) -> list[int]:
        """The steps whose bytes were touched: two of them where one ends."""
        if damage.mask is None:
            return [step for step, span in self.spans.items() if span.stop > damage.place]
        return [step for step, span in self.spans.items() if span.start - 1 <= damage.place < span.stop]


def flips(seed: int, number: int, share: tuple[int, int]) -> Tally:
    """`share` (i, n): this is the i-th of n that divide the work."""
    tally = Tally()
    with scratch() as place:
        (place / "made").mkdir()
        (place / "damaged").mkdir()
        made = _made(place / "made", seed)
        for damage in list(_damages(made, Random(seed), number))[share[0] :: share[1]]:
            tally.add(flips=damage.mask is not None, cuts=damage.mask is None)
            _look(made, damage, place / "damaged", tally)
    return tally


def _damages(made: Made, chance: Random, number: int) -> Iterator[Damage]:
    first, last = made.spans[min(made.spans)], made.spans[max(made.spans)]
    longest = min(len(made.content), made.end + BEYOND)
    for place in (*range(first.start), *last):
        yield from (Damage(place, 1 << bit) for bit in (range(8) if number >= FULL else (chance.randrange(8),)))
    for _ in range(number):
        yield Damage(chance.randrange(longest), chance.randint(1, 255))
    cuts = range(longest) if number >= FULL else sorted(chance.sample(range(longest), min(number, longest)))
    yield from (Damage(place, None) for place in cuts)


def _look(made: Made, damage: Damage, folder: Path, tally: Tally) -> None:
    empty_folder(folder)
    (folder / made.name).write_bytes(damage.done_to(made.content))
    try:
        found, recovery = found_in(folder)
    except Exception as error:  # whatever it is, a person could not open the app
        if isinstance(error, StoreTrouble) and len(made.hit_by(damage)) == len(made.spans):
            tally.add(reported=1, refused=1)  # everything is gone, and the store says that it cannot be opened
            return
        tally.add(flips_bad=1)
        tally.tell([f"{damage}: {type(error).__name__}: {error}"])
        return
    verdict = judged(made, damage, found, recovery)
    tally.add(silent=verdict == "silent", flips_bad=verdict == "too much", rewound=verdict == "rewound")
    tally.add(reported=not recovery.is_clean)
    if verdict in ("silent", "too much"):
        tally.tell([f"{damage}: {verdict}, {recovery}"])


def judged(made: Made, damage: Damage, found: Picture, recovery: Recovery) -> str:
    """ "" when it is as it may be.

    rewound   cut exactly where a step ended: the file as it was then, which nothing in it can tell
    silent    something is not as it was written, and nothing is reported
    too much  something is not as it was written that the damage did not touch
    """
    final = made.pictures[-1]
    if recovery.is_clean and found != final:
        return "rewound" if damage.mask is None and found == made.as_of(damage.place) else "silent"
    touched = {name for step in made.hit_by(damage) for name in _touched(made, step)} | {CURSOR}
    for name in {*final, *found}:
        if found.get(name) != final.get(name) and not (name in touched and _was(name, found, made)):
            return "too much"
    return ""


def _was(name: str, found: Picture, made: Made) -> bool:
    """It is what it was at some time: not there yet, gone again, or an earlier version."""
    return found.get(name) in ("", None) or any(found[name] == picture.get(name) for picture in made.pictures)


def _touched(made: Made, step: int) -> Iterator[str]:
    before, then = made.pictures[step - 1], made.pictures[step]
    return (name for name in {*before, *then} if before.get(name) != then.get(name))


def _made(folder: Path, seed: int) -> Made:
    recorder, chance = Recorder(), Random(seed)
    tablet = Tablet()
    pictures = [tablet.picture()]
    with watched(folder, recorder):
        hands = Hands(folder)
        for number in range(1, STEPS + 1):
            step = _drawn(tablet, chance)
            recorder.began(number)
            hands.do(step)
            tablet = after(tablet, step)
            pictures.append(tablet.picture())
        recorder.check(folder)
        path = max(folder.iterdir(), key=lambda path: path.stat().st_size)
        content = path.read_bytes()  # as a tablet that is switched off leaves it: not closed
        hands.close()
    return Made(path.name, content, pictures, _spans(recorder))


def _drawn(tablet: Tablet, chance: Random) -> Step:
    """Without what would write the file anew. The last one makes a record."""
    while True:
        step = draw(tablet, chance)
        is_bulk = isinstance(step, Write) and BULK_NOTES[0] in step.notes
        is_wrong_end = tablet.steps == STEPS - 1 and not (isinstance(step, Write) and step.edits)
        if not isinstance(step, Compact | Reopen) and not is_bulk and not is_wrong_end:
            return step


def _spans(recorder: Recorder) -> dict[int, range]:
    """NULs are room made ahead, and no step's."""
    spans: dict[int, range] = {}
    step = 0
    for operation in recorder.operations:
        if isinstance(operation, Began):
            step = operation.step
        elif step and isinstance(operation, Written) and operation.content.strip(b"\0"):
            start, end = operation.place, operation.place + len(operation.content)
            spans[step] = range(spans[step].start if step in spans else start, end)
    return spans
