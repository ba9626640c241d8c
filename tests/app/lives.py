"""The tablet's process, to be killed: forked, it opens the app on a folder, taps, and says what each tap brought.

    with Life(folder, taps) as life:
        life.hears()    # the screen it opened with, then one more for each tap
    # killed (SIGKILL) here: nothing is flushed, nothing is said goodbye to

Forked, not started: forty of them would take minutes. What it says is said after the screen showed it.
"""

import asyncio
import json
import os
import re
import signal
import traceback
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, Self

from sync.client.phase import Stopped
from tests.app.opened import Connector, opened
from tests.torture.doors import watched
from tests.torture.seam import Watch

PATIENCE = 40  # seconds: on a busy machine even a first round takes many
LONGEST = 120  # seconds: whoever was to kill it was killed first

Tap = Callable[[Connector], Awaitable[None]]

COUNTED = re.compile(r"\d+ min")  # goes on by itself
OWN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.+Z]+|\b\d\d:\d\d\b")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person sees, and what is on the disk."""

    route: str
    words: tuple[str, ...]
    disk: str

    @property
    def in_any_life(self) -> "Seen":
        """The same without ids and times: what another process makes of the same tap is this."""
        words = tuple(OWN.sub("-", each) for each in self.words)
        return Seen(OWN.sub("-", self.route), words, OWN.sub("-", self.disk))


class Deadly(Watch):
    """Kills its own process at the disk operation with this number; the one before it, a write, is only half done."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._left = number
        self.is_armed = False

    def asked(self, what: str, size: int = 0) -> int:
        if not self.is_armed:
            return size
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1
        return (size + 1) // 2 if self._left == 0 else size


class Life:
    """One process on a folder, from its start to its kill."""

    def __init__(self, folder: Path, taps: Sequence[Tap] = (), *, dies_at: int | None = None) -> None:
        """`dies_at`: the disk operation of the last tap at which it kills itself, if the tap has so many."""
        listening, saying = os.pipe()
        self._number = os.fork()
        if self._number == 0:
            os.close(listening)
            _live(folder, taps, dies_at, saying)
        os.close(saying)
        self._said = os.fdopen(listening, encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self._number, signal.SIGKILL)
        os.waitpid(self._number, 0)
        self._said.close()

    def hears(self) -> Seen | None:
        """The next thing it says; None when it died without a word. Raises what went wrong in it."""
        line = self._said.readline()
        if not line:
            return None
        said = json.loads(line)
        assert isinstance(said, dict), said
        return Seen(said["route"], tuple(said["words"]), said["disk"])


def _live(folder: Path, taps: Sequence[Tap], dies_at: int | None, saying: int) -> NoReturn:
    """In the child. Never returns: this process is a copy, and must not go on as its original."""
    signal.alarm(LONGEST)
    try:
        with os.fdopen(saying, "w", encoding="utf-8", buffering=1, closefd=False) as out:
            deadly = Deadly(dies_at) if dies_at is not None else None
            with watched(folder, deadly) if deadly else nullcontext():
                asyncio.run(_taps(folder, taps, deadly, lambda said: print(json.dumps(said), file=out)))
    except BaseException:
        with os.fdopen(saying, "w", encoding="utf-8", closefd=False) as out:
            print(json.dumps(traceback.format_exc(limit=-4)), file=out)
    finally:
        os._exit(1)


async def _taps(folder: Path, taps: Sequence[Tap], deadly: Deadly | None, say: Callable[[object], None]) -> None:
    async with opened(folder) as app:
        app.patience = PATIENCE
        await app.wait_for(lambda: isinstance(app.tablet.board.snapshot.sync.phase, Stopped), "the first round")
        say(await _seen(app))
        for number, tap in enumerate(taps, 1):
            if deadly:
                deadly.is_armed = number == len(taps)
            await tap(app)
            say(await _seen(app))
        signal.pause()


async def _seen(app: Connector) -> dict[str, Any]:
    """Without the offer to take back, which lasts ten seconds and no restart."""
    store, has_shift = app.store, app.tablet.board.snapshot.shift is not None
    if has_shift:  # without, every route shows the start of one
        await app.wait_for(lambda: store.note("route") == app.route, "the route is on the disk")
    app.tablet.recorder.withdraw_undo()
    await app.settle()
    records = [[each.id, each.kind, each.deleted, dict(each.fields)] for each in store.records()]
    disk = [sorted(records, key=lambda each: str(each[1:])), [*store.drafts().values()], store.note("shift")]
    words = [COUNTED.sub("min", each) for each in app.words()]
    return {"route": app.route if has_shift else "/", "words": words, "disk": json.dumps(disk, default=list)}
