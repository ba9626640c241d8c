"""One seed, one history, one verdict."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sync.endpoint import storage
from tests.simulation.disk import simulated_disk
from tests.simulation.judge import a_number_is_used_once, nothing_changes_again, verdict
from tests.simulation.planting import planted
from tests.simulation.world import Town
from tests.torture.places import scratch


@dataclass
class Outcome:
    seed: int
    violations: list[str]
    counts: Counter[str]
    faults: Counter[str]
    trace: list[str] = field(default_factory=list)


def history(seed: int, *, is_traced: bool = False) -> Outcome:
    page = Random(seed).choice((1, 2, 3, 5, 500))  # records: a city's worth, beside so few
    with scratch() as place, simulated_disk(), planted((storage, "PAGE_RECORDS", page)), quiet():
        town = Town(seed, Path(place), is_traced)
        try:
            town.live()
            for words in end(town):
                town.watch.finds(words)
        finally:
            town.close()
    town.counts.update(
        exchanges=town.wire.exchanges, hit=town.wire.hit, saves=town.ledger.saves, greens=town.watch.greens
    )
    return Outcome(seed, town.watch.violations, town.counts, town.wire.faults, town.trace)


def end(town: Town) -> Iterator[str]:
    """Faults stop; everybody syncs, twice: between the two, everything that was ever sent arrives once more."""
    if not town.settle_down():
        yield "it does not come to rest"
        return
    epoch = town.office.epoch()
    found = list(nothing_changes_again(town))
    if epoch != town.office.epoch():  # an old request told the centre of a restore that nobody had told it
        found = [] if town.settle_down() else ["it does not come to rest a second time"]
        found += nothing_changes_again(town)
    yield from found
    yield from verdict(town)
    yield from a_number_is_used_once(town)


@contextmanager
def quiet() -> Iterator[None]:
    """Trouble is what all this is about: nobody wants it logged."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
