"""Histories and planted mistakes, cut into tasks that processes can share."""

import gc
from collections.abc import Iterator
from functools import partial

from tests.simulation.history import history
from tests.simulation.mutants import MUTANTS, caught_after
from tests.torture.parts import Task
from tests.torture.tally import Tally

AT_ONCE = 20  # histories in one task


def history_tasks(seed: int, number: int) -> Iterator[Task]:
    for start in range(seed, seed + number, AT_ONCE):
        yield partial(histories, start, min(AT_ONCE, seed + number - start))


def histories(seed: int, number: int) -> Tally:
    tally = Tally()
    gc.freeze()  # what was imported stays: it need not be looked through again and again
    for each in range(seed, seed + number):
        outcome = history(each)
        faults = {f"fault_{name}": count for name, count in outcome.faults.items()}
        tally.add(histories=1, violations=len(outcome.violations), **outcome.counts, **faults)
        if outcome.violations:
            words = f"{outcome.violations[0]}; to read it: make simulate SEED={each} HISTORIES=1"
            tally.tell([words if len(words) < 290 else f"{words[:200]} ... make simulate SEED={each} HISTORIES=1"])
    return tally


def mutant_tasks(seed: int) -> Iterator[Task]:
    return (partial(mutant, name, seed) for name in MUTANTS)


def mutant(name: str, seed: int) -> Tally:
    """As many histories as it takes to notice a planted mistake."""
    tally = Tally()
    tally.add(**{name: caught_after(name, seed)})
    return tally
