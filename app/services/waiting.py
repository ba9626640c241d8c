"""The waiting line on the tablet: a note that is wiped at night and never sent."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from app.domain import waiting
from app.domain.waiting import Topic, Waiting, WaitingLine
from app.services.recorder import Recorder
from app.store import Write

NOTE = "waiting"


class Line:
    """What a connector can do with the line."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    async def join(self, topic: Topic) -> None:
        """One more waits."""
        now = self._recorder.around.clock()
        await self._change(lambda line: waiting.join(line, topic, now))

    async def call(self, number: int) -> None:
        """This one's turn has come."""
        await self._change(lambda line: waiting.call(line, number))

    async def leave(self, number: int) -> None:
        """This one left without help."""
        await self._change(lambda line: waiting.leave(line, number))

    async def wipe(self) -> None:
        """Forget a line that is not today's."""
        async with self._recorder.lock:
            noted = _read(self._recorder.store.note(NOTE))
            if noted and noted.day != self._recorder.around.clock().date():
                await self._recorder.write(Write(notes={NOTE: None}))
                self._recorder.board.show(line=None)

    async def _change(self, step: Callable[[WaitingLine], WaitingLine]) -> None:
        recorder = self._recorder
        async with recorder.lock:
            line = step(self.today)
            if await recorder.write(Write(notes={NOTE: _document(line)})):
                recorder.board.show(line=line)

    @property
    def today(self) -> WaitingLine:
        """The line as it is on the disk."""
        return waiting.of_today(_read(self._recorder.store.note(NOTE)), self._recorder.around.clock())


def _document(line: WaitingLine) -> dict[str, object]:
    rows = [[each.number, each.topic.value, each.since.isoformat(timespec="seconds")] for each in line.waiting]
    return {
        "day": line.day.isoformat(),
        "waiting": rows,
        "last": line.last,
        "called": line.called,
        "left": line.left,
    }


def _read(noted: Any) -> WaitingLine | None:
    """The line that was noted; None when there is none, or a newer app wrote it in another way."""
    try:
        rows = tuple(
            Waiting(number, Topic(topic), datetime.fromisoformat(since)) for number, topic, since in noted["waiting"]
        )
        return WaitingLine(date.fromisoformat(noted["day"]), rows, noted["last"], noted["called"], noted["left"])
    except (KeyError, TypeError, ValueError):
        return None
