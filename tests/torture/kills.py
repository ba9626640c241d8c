"""Kills at random moments, many on one folder. The killed are forked, not started: ten thousand would take hours.

A victim acknowledges each step by one byte through a pipe, after the store's call returned. Its seed tells which steps
those were. What it leaves is judged in a copy, so that the next victim meets it as it was left.
"""

import os
import select
import signal
import traceback
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import perf_counter

from tests.torture.doors import watched
from tests.torture.hands import Hands, found_in
from tests.torture.judge import Findings, judge
from tests.torture.places import copy_folder, empty_folder, scratch
from tests.torture.seam import Watch
from tests.torture.tablet import Tablet, after, draw
from tests.torture.tally import Tally

ON_ONE_FOLDER = 250
MOST_STEPS = 16  # before a kill that waits for steps
LONGEST_LIFE = 0.012  # seconds, of one that does not
PATIENCE = 60  # seconds until a victim that says nothing counts as stuck


@dataclass(frozen=True, slots=True)
class Death:
    """How one victim ended."""

    acknowledged: int  # steps
    words: str  # why it ended by itself; "" when it was killed


class Hesitant(Watch):
    """A disk that takes its time, and a write in parts, as it may: a kill then meets half a line, or no sync yet."""

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self._chance = chance

    def asked(self, what: str, size: int = 0) -> int:
        _spin(self._chance.uniform(0, 0.0004))
        return self._chance.randint(1, size) if size else 0


def kills(seed: int, number: int) -> Tally:
    """`number` kills, on a new folder now and then."""
    chance, tally = Random(seed), Tally()
    with scratch() as place:
        folder, copy = place / "folder", place / "copy"
        folder.mkdir()
        copy.mkdir()
        tablet = Tablet()
        for kill in range(number):
            if kill % ON_ONE_FOLDER == 0:
                empty_folder(folder)
                tablet = Tablet()
            steps = chance.getrandbits(32)
            death = _killed(folder, tablet, steps, chance)
            tablet = _judged(folder, copy, _states(tablet, steps, death), death, tally)
    return tally


def _states(tablet: Tablet, seed: int, death: Death) -> tuple[Tablet, Tablet]:
    """After what was acknowledged, and after the step in flight."""
    chance = Random(seed)
    for _ in range(death.acknowledged):
        tablet = after(tablet, draw(tablet, chance))
    return tablet, after(tablet, draw(tablet, chance))


def _judged(folder: Path, copy: Path, states: tuple[Tablet, Tablet], death: Death, tally: Tally) -> Tablet:
    """The state to go on from. After something bad, that is a new folder."""
    copy_folder(folder, copy)
    tally.add(kills=1, acknowledged=death.acknowledged, renewals_cut=any(copy.glob("*.new")))
    acknowledged, in_flight = (state.picture() for state in states)
    found = acknowledged
    try:
        found, recovery = found_in(copy)
        amiss = f"{recovery.bad_lines} lines damaged by a kill" if recovery.bad_lines else death.words
        findings = Findings(unreadable=amiss) if amiss else judge(acknowledged, found, (in_flight,))
        tally.add(tails_torn=recovery.torn_bytes > 0)
    except Exception as error:  # whatever it is, a person could not open the app
        findings = Findings(unreadable=f"{type(error).__name__}: {error}")
    if findings.is_fine:
        tally.add(in_flight_kept=found != acknowledged)
        return states[0] if found == acknowledged else states[1]
    lost = len(findings.lost) + len(findings.changed) + findings.is_mixed
    tally.add(lost=lost, phantom=len(findings.phantom), unreadable=bool(findings.unreadable))
    tally.tell([f"kill {tally.counts['kills']}: {findings}"])
    empty_folder(folder)
    return Tablet()


def _killed(folder: Path, tablet: Tablet, seed: int, chance: Random) -> Death:
    """Half are killed shortly after some step, half at any moment from their birth, when the store opens."""
    listening, saying = os.pipe()
    victim = os.fork()
    if victim == 0:
        os.close(listening)
        _work_until_killed(folder, tablet, seed, saying)
    os.close(saying)
    try:
        if chance.random() < 0.5:
            said = _listened(listening, steps=chance.randint(1, MOST_STEPS), seconds=PATIENCE)
            _spin(chance.uniform(0, 0.0008))
        else:
            said = _listened(listening, steps=None, seconds=chance.uniform(0, LONGEST_LIFE))
        os.kill(victim, signal.SIGKILL)
        _, status = os.waitpid(victim, 0)
        while rest := os.read(listening, 65536):
            said += rest
    finally:
        os.close(listening)
    acknowledged, _, words = said.partition(b"!")
    ended_itself = not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL
    return Death(len(acknowledged), words.decode() or ("it ended by itself" if ended_itself else ""))


def _work_until_killed(folder: Path, tablet: Tablet, seed: int, saying: int) -> None:
    """In the victim. Never returns: this process is a copy, and must not go on as its original."""
    try:
        with watched(folder, Hesitant(Random(seed + 1))) if seed % 2 else nullcontext():
            _work(Hands(folder, in_background=True), tablet, Random(seed), saying)
    except BaseException:
        os.write(saying, b"!" + traceback.format_exc(limit=-3).encode())
    finally:
        os._exit(1)


def _work(hands: Hands, tablet: Tablet, chance: Random, saying: int) -> None:
    while True:
        step = draw(tablet, chance)
        hands.do(step)
        os.write(saying, b".")
        tablet = after(tablet, step)


def _listened(listening: int, *, steps: int | None, seconds: float) -> bytes:
    """What was said until then: so many steps, so much time, or the end."""
    said, until = b"", perf_counter() + seconds
    while (steps is None or len(said) < steps) and (left := until - perf_counter()) > 0:
        if select.select([listening], [], [], left)[0]:
            heard = os.read(listening, 65536)
            if not heard:
                break
            said += heard
    return said


def _spin(seconds: float) -> None:
    """Far shorter than the system can wait, so that any instant between two steps may be hit."""
    until = perf_counter() + seconds
    while perf_counter() < until:
        pass
