"""What was acknowledged against what is found: pure, and knows neither files nor the store."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.torture.tablet import CURSOR, Picture


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong; nothing if all is empty."""

    lost: tuple[str, ...] = ()  # acknowledged, and not there
    changed: tuple[str, ...] = ()  # there, and not as it was acknowledged
    phantom: tuple[str, ...] = ()  # there, and never written
    is_mixed: bool = False  # each thing as it may be, but not together: half a tap
    unreadable: str = ""  # why it could not be read at all

    @property
    def is_fine(self) -> bool:
        return self == FINE


FINE = Findings()


def judge(acknowledged: Picture, found: Picture, in_flight: Sequence[Picture] = ()) -> Findings:
    """`found` has to be what was acknowledged, or what one of the writes in flight would have made of it, exactly."""
    allowed = (acknowledged, *in_flight)
    if any(found == picture for picture in allowed):
        return FINE
    names = {name for picture in allowed for name in picture}
    findings = Findings(
        lost=tuple(sorted(name for name in acknowledged if name not in found and all(name in one for one in allowed))),
        changed=tuple(sorted(name for name in found if name in names and not _is_among(name, found, allowed))),
        phantom=tuple(sorted(name for name in found if name not in names)),
    )
    return findings if findings != FINE else Findings(is_mixed=True)


def without_cursor(picture: Picture) -> Picture:
    """A store that reports a damaged line forgets its cursor, so as to hear everything again."""
    return {name: thing for name, thing in picture.items() if name != CURSOR}


def _is_among(name: str, found: Picture, allowed: Sequence[Picture]) -> bool:
    return any(name in picture and picture[name] == found[name] for picture in allowed)
