"""A few histories, each from one seed. `make simulate` runs many more."""

import pytest

from tests.simulation.history import history


@pytest.mark.parametrize("seed", range(1, 16))
def test_nothing_is_lost_doubled_or_invented(seed: int) -> None:
    assert history(seed).violations == []


def test_one_seed_is_one_history() -> None:
    first, second = history(7, is_traced=True), history(7, is_traced=True)

    assert first.trace == second.trace
    assert len(first.trace) > 100
