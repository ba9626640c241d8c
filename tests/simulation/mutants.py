"""Mistakes, each planted for a while: what others have done wrong in such systems, and what a tired hand might do here.

A mistake is what stands in the place of a real function. The product knows nothing of it.
"""

from collections.abc import Callable, Mapping

from tests.simulation.history import history
from tests.simulation.mistakes_in_merging import IN_MERGING
from tests.simulation.mistakes_of_the_centre import OF_THE_CENTRE
from tests.simulation.mistakes_of_the_tablet import OF_THE_TABLET
from tests.simulation.planting import Places, planted

MUTANTS: Mapping[str, Callable[[], Places]] = {
    each.__name__: each for each in (*IN_MERGING, *OF_THE_CENTRE, *OF_THE_TABLET)
}
MOST_HISTORIES = 400  # for one mistake: what is not noticed by then is missed


def caught_after(name: str, seed: int, most: int = MOST_HISTORIES) -> int:
    """How many histories it takes to notice this mistake; 0 when it is not noticed."""
    with planted(*MUTANTS[name]()):
        for number in range(1, most + 1):
            if history(seed + number - 1).violations:
                return number
    return 0
