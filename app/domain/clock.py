"""Whether the tablet's own clock can be believed. Pure; nothing is ever put in order by it, it is only shown."""

from datetime import datetime, timedelta

BUILT = 2026  # the year of this app: no tablet that has it can be older
OFF = timedelta(minutes=15)


def is_doubtful(now: datetime, heard: datetime | None, written: datetime | None = None) -> bool:
    """Before the app was made, or before `heard`, when the centre last acknowledged something by its own clock; or
    ahead, when what it acknowledged then had been `written` at a later time than that. A clock that was put right since
    is behind what it wrote, and believed."""
    if now.year < BUILT:
        return True
    if heard is None:
        return False
    return now < heard - OFF or (written is not None and heard + OFF < written <= now)
