"""Whether the tablet's own clock can be believed. Pure; nothing is ever put in order by it, it is only shown."""

from datetime import datetime, timedelta

BUILT = 2026  # the year of this app: no tablet that has it can be older
BEHIND = timedelta(minutes=15)


def is_doubtful(now: datetime, heard: datetime | None) -> bool:
    """Before the app was made, or before `heard`, when the centre last acknowledged something by its own clock. A clock
    that is ahead cannot be told from time that has passed."""
    return now.year < BUILT or (heard is not None and now < heard - BEHIND)
