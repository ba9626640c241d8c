"""A few histories, each from one seed. `make simulate` runs many more."""

import pytest

from tests.simulation.history import history
from tests.simulation.mutants import caught_after


@pytest.mark.parametrize("seed", range(1, 11))
def test_nothing_is_lost_doubled_or_invented(seed: int) -> None:
    assert history(seed).violations == []


def test_one_seed_is_one_history() -> None:
    first, second = history(7, is_traced=True), history(7, is_traced=True)

    assert first.trace == second.trace
    assert len(first.trace) > 100


@pytest.mark.parametrize(
    "mistake",
    ["last_writer_wins", "counter_as_cursor", "forgets_what_was_sent", "edited_during_flight_counts_as_sent"],
)
def test_a_planted_mistake_is_noticed(mistake: str) -> None:
    assert caught_after(mistake, seed=1, most=5)
