"""For how long a tablet that hears nothing of its centre goes on showing what was written before."""

from datetime import datetime, timedelta

AHEAD = timedelta(days=1)
"""So far a moment may lie in the future because a clock was mended; what is further was never heard."""


def has_run_out(heard: datetime | None, now: datetime, days: int) -> bool:
    """Whether the centre's last answer is too old. A tablet that never had one has nobody to hear of."""
    return heard is not None and not -AHEAD <= now - heard <= timedelta(days=days)
