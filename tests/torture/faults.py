"""A disk that fails at each operation of a session in turn: full, broken or read-only, once or until it is repaired.

Whatever fails, the caller is told by a StoreTrouble, the store shows what it showed before, and when the disk is well
again the same step is saved.
"""

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from app.store import StoreTrouble, Write
from tests.torture.doors import watched
from tests.torture.hands import Hands, found_in, shown_by
from tests.torture.judge import Findings, judge
from tests.torture.places import copy_folder, scratch
from tests.torture.seam import Watch
from tests.torture.tablet import BULK_NOTES, Compact, Reopen, Step, Tablet, after, draw
from tests.torture.tally import Tally

STEPS = 14  # drawn, besides those below
ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS)


@dataclass(frozen=True, slots=True)
class Fault:
    at: int  # the operation that fails first, counted from 1
    error: int
    lasts: bool = False  # until the disk is repaired
    is_short: bool = False  # a write takes half before the disk fails
    gives_up: bool = False  # whoever is refused closes the app, and opens it when the disk is repaired

    def __str__(self) -> str:
        kind = "short, then " if self.is_short else ""
        end = f"{' and on' if self.lasts else ''}{', app closed' if self.gives_up else ''}"
        return f"{kind}{errno.errorcode[self.error]} at operation {self.at}{end}"


class Failing(Watch):
    def __init__(self, fault: Fault | None) -> None:
        super().__init__()
        self._fault = fault
        self.asked_for: list[str] = []
        self._is_broken = False

    def repair(self) -> None:
        self._fault, self._is_broken = None, False

    def asked(self, what: str, size: int = 0) -> int:
        self.asked_for.append(what)
        fault = self._fault
        if fault is None or len(self.asked_for) < fault.at:
            return size
        if len(self.asked_for) == fault.at and fault.is_short and size > 1:
            return size // 2
        if self._is_broken and not fault.lasts:
            return size
        self._is_broken = True
        raise OSError(fault.error, os.strerror(fault.error))


def script(seed: int) -> tuple[Step, ...]:
    """Every kind of step, and enough history that the file is renewed."""
    chance, tablet, steps = Random(seed), Tablet(), list[Step]()
    for number in range(STEPS):
        history = [Write(notes=dict.fromkeys(BULK_NOTES, turn)) for turn in range(4)]
        extra: list[Step] = [*history, Compact(), Reopen()] if number in (STEPS // 2, STEPS - 1) else []
        for step in (draw(tablet, chance), *extra):
            steps.append(step)
            tablet = after(tablet, step)
    return tuple(steps)


def operations(seed: int) -> int:
    """How many there are to fail, when none does."""
    failing = Failing(None)
    with scratch() as place:
        _session(place, seed, failing)
    return len(failing.asked_for)


def faults(seed: int, every: int) -> Iterator[Fault]:
    for at in range(1, operations(seed) + 1, every):
        for error in ERRORS:
            yield Fault(at, error)
            yield Fault(at, error, lasts=True)
        yield Fault(at, errno.EIO, lasts=True, gives_up=True)
        yield Fault(at, errno.ENOSPC, is_short=True)
        yield Fault(at, errno.ENOSPC, lasts=True, is_short=True)


def failed(seed: int, tried: tuple[Fault, ...]) -> Tally:
    """A session for each of the faults."""
    tally = Tally()
    for fault in tried:
        with scratch() as place:
            problems = _session(place, seed, Failing(fault), fault)
        tally.add(disk_faults=1, disk_faults_bad=bool(problems))
        tally.tell(f"{fault}: {problem}" for problem in problems)
    return tally


def _session(place: Path, seed: int, failing: Failing, fault: Fault | None = None) -> list[str]:
    """What went wrong. The same steps as ever, each tried again when it was refused and the disk is repaired."""
    folder, copy = place / "folder", place / "copy"
    folder.mkdir()
    copy.mkdir()
    bench = _Bench(folder, copy, failing, fault)
    with watched(folder, failing):
        try:
            for step in script(seed):
                bench.do(step)
            bench.close()
        except Exception as error:  # a caller who waits for a StoreTrouble would not have caught it either
            bench.problems.append(f"{type(error).__name__} went through to the caller: {error}")
    return bench.problems


class _Bench:
    def __init__(self, folder: Path, copy: Path, failing: Failing, fault: Fault | None) -> None:
        self.problems: list[str] = []
        self._folder, self._copy, self._failing, self._fault = folder, copy, failing, fault
        self._tablet = Tablet()
        self._hands: Hands | None = None

    def do(self, step: Step) -> None:
        try:
            self._try(step)
        except StoreTrouble:
            self._refused(step)
            self._failing.repair()
            if self._fault and self._fault.gives_up:
                self._come_back()
            self._try(step)
        self._tablet = after(self._tablet, step)
        self._compare(f"after {_named(step)}", self._shown())

    def close(self) -> None:
        """At the end a repaired disk holds what memory held."""
        self._failing.repair()
        if self._hands is not None:
            self._hands.close()
        found, recovery = found_in(self._folder)
        self._compare("opened at the end", found)
        if recovery.bad_lines:
            self.problems.append(f"{recovery.bad_lines} damaged lines in the end")

    def _try(self, step: Step) -> None:
        if self._hands is None:
            self._hands = Hands(self._folder)
        self._hands.do(step)

    def _refused(self, step: Step) -> None:
        """Memory is as before; so is the disk, unless it goes on failing: then what it holds is decided later."""
        if self._hands is None or isinstance(step, Reopen | Compact):
            return
        self._compare(f"refused {_named(step)}", self._shown())
        if self._fault and not self._fault.lasts:
            copy_folder(self._folder, self._copy)
            self._compare(f"on disk after refused {_named(step)}", found_in(self._copy)[0])
            return
        try:
            self._try(step)
        except StoreTrouble:
            self._compare(f"refused again {_named(step)}", self._shown())
        else:
            self.problems.append(f"{_named(step)} was taken by a disk that fails")

    def _come_back(self) -> None:
        """What was refused is not there when the app is opened again."""
        if self._hands is not None:
            self._hands.close()
            self._hands = Hands(self._folder)
            self._compare("refused, and the app opened again", self._shown())

    def _shown(self) -> Any:
        assert self._hands is not None
        return shown_by(self._hands.store)

    def _compare(self, when: str, found: Any) -> None:
        findings = judge(self._tablet.picture(), found)
        if findings != Findings():
            self.problems.append(f"{when}: {findings}")


def _named(step: Step) -> str:
    return type(step).__name__
