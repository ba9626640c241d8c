"""A session recorded, then every folder that a power cut could have left opened and judged.

A session is a few stretches of work. Each begins in a folder that a power cut left of the one before, so that recovery
is itself cut short.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Any

from tests.torture.disk_states import Image, moments
from tests.torture.doors import watched
from tests.torture.judge import Findings, judge, without_cursor
from tests.torture.operations import Acknowledged, Began, Operation, Written
from tests.torture.places import empty_folder, scratch
from tests.torture.recorder import Recorder
from tests.torture.subjects import SUBJECTS, Subject
from tests.torture.tablet import Picture
from tests.torture.tally import Tally

STRETCHES, STEPS = 3, 10


@dataclass(frozen=True, slots=True)
class Stretch:
    """What was asked of the disk, and what had to be there after each step; first of all what was there before."""

    operations: Sequence[Operation]
    start: int
    states: Sequence[Any]
    was_damaged: bool  # before it began


@dataclass(slots=True)
class Judged:
    """The folders of one stretch: each content is opened once, and judged at every moment it may be found."""

    subject: Subject
    stretch: Stretch
    pictures: list[Picture]
    known: dict[bytes, tuple[int | Picture | str, bool]] = field(default_factory=dict)
    bad: dict[bytes, Findings] = field(default_factory=dict)

    def look(self, image: Image, acknowledged: int, begun: int, place: Path) -> bytes:
        digest = digest_of(image)
        if digest not in self.known:
            self.known[digest] = self._opened(image, begun, place)
        found, is_damaged = self.known[digest]
        findings = self._judged(found, acknowledged, begun, is_damaged or self.stretch.was_damaged)
        if not findings.is_fine:
            self.bad.setdefault(digest, findings)
        return digest

    def _opened(self, image: Image, begun: int, place: Path) -> tuple[int | Picture | str, bool]:
        """Which step's picture it shows, or else the picture itself, or else why there is none."""
        lay_out(image, place)
        try:
            found, is_damaged = self.subject.found_in(place)
        except Exception as error:  # whatever it is, a person could not open the app
            return f"{type(error).__name__}: {error}", False
        for step in range(begun, -1, -1):
            if _same(self.pictures[step], found, is_damaged or self.stretch.was_damaged):
                return step, is_damaged
        return found, is_damaged

    def _judged(self, found: int | Picture | str, acknowledged: int, begun: int, is_damaged: bool) -> Findings:
        if isinstance(found, str):
            return Findings(unreadable=found)
        picture = self.pictures[found] if isinstance(found, int) else found
        allowed = self.pictures[acknowledged : begun + 1]
        if is_damaged:
            picture, allowed = without_cursor(picture), [without_cursor(one) for one in allowed]
        return judge(allowed[0], picture, allowed[1:])


def _same(one: Picture, other: Picture, is_damaged: bool) -> bool:
    return without_cursor(one) == without_cursor(other) if is_damaged else one == other


def session(name: str, seed: int, share: float) -> Tally:
    """One session of a subject. `share`: how many of the folders with a torn write are opened, of 1."""
    subject, chance = SUBJECTS[name], Random(seed)
    tally = Tally()
    state, is_damaged = subject.empty, False
    with scratch() as place:
        folder, after = place / "session", place / "after"
        folder.mkdir()
        after.mkdir()
        for _ in range(STRETCHES):
            stretch = _worked(subject, folder, state, is_damaged, chance)
            judged = Judged(subject, stretch, [subject.picture(state) for state in stretch.states])
            left = _looked_at(judged, chance, share, after)
            tally.add(states=len(judged.known), bad=len(judged.bad))
            tally.add(reported=sum(is_damaged for _, is_damaged in judged.known.values()))
            tally.tell(f"{name}, seed {seed}: {findings}" for findings in judged.bad.values())
            if left is None:
                break
            image, number, is_damaged = left
            state = stretch.states[number]
            lay_out(image, folder)
    return tally


def _worked(subject: Subject, folder: Path, state: Any, is_damaged: bool, chance: Random) -> Stretch:
    recorder, states = Recorder(), [state]
    with watched(folder, recorder):
        recorder.begin_here()
        worker = subject.start(folder)
        for number in range(1, STEPS + 1):
            step = subject.draw(states[-1], chance)
            states.append(subject.after(states[-1], step))
            recorder.began(number)
            worker.do(step)
            recorder.acknowledged(number)
            recorder.check(folder)
        worker.close()
    recorder.check(folder)
    return Stretch(recorder.operations, recorder.start, states, is_damaged)


def _looked_at(judged: Judged, chance: Random, share: float, place: Path) -> tuple[Image, int, bool] | None:
    """Judge the folders of every moment, and pick one for the next stretch: any that shows a step's picture."""
    picked: tuple[Image, int, bool] | None = None
    seen = 0
    for image, last, acknowledged, begun in _folders(judged.stretch, chance):
        if isinstance(last, Written) and chance.random() > share:
            continue
        found, is_damaged = judged.known[judged.look(image, acknowledged, begun, place)]
        seen += 1
        if isinstance(found, int) and chance.random() < 1 / seen:
            picked = dict(image), found, is_damaged
    return picked


def _folders(stretch: Stretch, chance: Random) -> Iterator[tuple[Image, Operation, int, int]]:
    acknowledged = begun = 0
    for disk, last in moments(stretch.operations, stretch.start):
        if isinstance(last, Began):
            begun = last.step
        elif isinstance(last, Acknowledged):
            acknowledged = last.step
        for image in disk.images(last, chance):
            yield image, last, acknowledged, begun


def digest_of(image: Image) -> bytes:
    digest = blake2b(digest_size=16)
    for name in sorted(image):
        content = image[name]
        digest.update(f"{name}\0{content.size}\0{len(content.beginning)}\0".encode())
        digest.update(content.beginning)
    return digest.digest()


def lay_out(image: Image, folder: Path) -> None:
    """Make the folder this image, and nothing else."""
    empty_folder(folder)
    for name, content in image.items():
        with (folder / name).open("wb", buffering=0) as file:
            file.write(content.beginning)
            file.truncate(content.size)
