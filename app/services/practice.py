"""The mode for practice: a store of its own in a folder of its own, begun anew each time and never sent.

It is sealed with a key that is kept nowhere: people try things out with real names, and the end of the app ends those.
Which world is shown is not written down anywhere: whatever happens during practice, the next start is the real one.
"""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from app.domain.catalogue import Label
from app.domain.centres import Centre
from app.domain.happenings import Event, Happening
from app.domain.library import Library
from app.services.recorder import Surroundings
from app.services.world import World
from app.state import Snapshot, Trouble
from app.store import KEY_BYTES, Sealed, Store, StoreTrouble, Write

CENTRE = "practice"


class Practice:
    """Which of the two worlds the pages show: the real one, or one for practice."""

    def __init__(
        self, real: World, folder: Path, around: Surroundings, centre: Label, chance: Callable[[int], bytes]
    ) -> None:
        """`folder` is emptied now and whenever practice begins; `centre` is what the centre in it is called."""
        self._real, self._folder, self._around, self._centre = real, folder, around, centre
        self._chance = chance
        shutil.rmtree(folder, ignore_errors=True)
        self._world: World | None = None
        self._is_on = False
        self._who = ""  # began it
        self._turn = asyncio.Lock()  # two quick taps begin it once
        self._watchers: list[Callable[[Snapshot], None]] = []
        real.board.watch(self._tell)

    @property
    def shown(self) -> World:
        """The world of now."""
        return self._world if self._is_on and self._world else self._real

    def watch(self, watcher: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Call `watcher` with every snapshot of the world that is shown; what comes back stops it."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    async def begin(self) -> None:
        """Show a new world, with a shift at its centre. The real one stays as it is, and goes on sending."""
        async with self._turn:
            if self._is_on:
                return
            try:
                world = await self._made()
            except (StoreTrouble, OSError) as error:
                self._real.board.show(trouble=Trouble("trouble.practice", str(error)))
                return
            self._world, self._is_on, self._who = world, True, self._real.board.snapshot.entered
            self._note(Happening.PRACTICE_BEGUN)
            world.board.watch(self._tell)
            self._tell(world.board.snapshot)

    async def end(self) -> None:
        """Show the real world again. A tap that comes too late still falls into the other one, which stays open."""
        async with self._turn:
            if self._is_on:
                self._note(Happening.PRACTICE_ENDED)
            self._is_on = False
            self._tell(self._real.board.snapshot)

    async def _made(self) -> World:
        if self._world:
            self._world.store.close()
            self._world = None
        store = await asyncio.to_thread(self._emptied)
        now = self._real.board.snapshot
        preferences = {**asdict(now.preferences), "theme": now.preferences.theme.value}
        store.write(Write(notes={"preferences": preferences}))
        world = World(store, self._library(now.library), self._around, is_practice=True)
        who = now.shift.connector_id if now.shift else now.library.connectors[0].id
        await world.shifts.start(CENTRE, who)
        world.board.show(entered=who)
        return world

    def _note(self, what: Happening) -> None:
        """That it was, in the real world; of what was done in it nothing."""
        self._real.store.witness.tell(Event(what, self._who))

    def _emptied(self) -> Store:
        if self._folder.exists():
            shutil.rmtree(self._folder)
        return Store.open(self._folder, new_id=self._around.new_id, codec=Sealed(self._chance(KEY_BYTES)))

    def _library(self, real: Library) -> Library:
        """What there is to help with is real, so that one learns it; the centre is not."""
        centre = Centre(CENTRE, self._centre, (), (), (), ())
        return replace(real, centres=replace(real.centres, centres=(centre,), retired=()))

    def _tell(self, snapshot: Snapshot) -> None:
        if snapshot.is_practice == self._is_on:
            for watcher in tuple(self._watchers):
                watcher(snapshot)
