"""What the centre says of itself: one line for each event, as JSON for machines or as text for people.

A line is a fixed text and named fields whose values were made here: ids, counts, places in the code. Nothing that was
sent gets into one, by no way: an error is told by its class and its place, never by its words.
"""

import json
import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

Field = str | int | float
Fields = dict[str, Field]

JSON = "json"
TEXT = "text"
FORMATS = (TEXT, JSON)

_OURS = "sync."
_SPEAKS_IN_FIXED_TEXTS = "uvicorn"  # its warnings are constants; of other libraries nobody has read them all
_MOST_PLACES = 12  # from the driver of the database to the route, an exchange comes through eleven

_log = logging.getLogger(__name__)


def say(logger: logging.Logger, level: int, event: str, **fields: Field) -> None:
    """One line. `event` is a constant: what varies goes into `fields`, and none of it was sent by anybody."""
    logger.log(level, event, extra={"fields": fields})


def say_error(logger: logging.Logger, event: str, error: BaseException, **fields: Field) -> None:
    logger.error(event, extra={"fields": {**fields, **story_of(error)}})


def begin(stream: TextIO, form: str) -> None:
    """From now on everything that is logged, warned of or falls over in this process is a line in `stream`."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if form == JSON else TextLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(True)
    sys.excepthook = _process_fell
    threading.excepthook = _thread_fell


def format_for(stream: TextIO) -> str:
    return TEXT if stream.isatty() else JSON


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(line_of(record), ensure_ascii=True)


class TextLines(logging.Formatter):
    """The same for people. Values are written as in JSON, so no value can begin a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        line = line_of(record)
        time, level, event = line.pop("time"), line.pop("level"), line.pop("event")
        fields = (f"{name}={json.dumps(value)}" for name, value in line.items())
        return " ".join((str(time), str(level).upper(), str(event), *fields))


def line_of(record: logging.LogRecord) -> Fields:
    time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    line: Fields = {"time": time, "level": record.levelname.lower(), "event": "a library spoke"}
    if record.name.startswith(_OURS):
        return {**line, "event": str(record.msg), **record.__dict__.get("fields", {})}
    if record.name.startswith(_SPEAKS_IN_FIXED_TEXTS) and isinstance(record.msg, str):
        line["event"] = record.msg.strip()
    story = story_of(record.exc_info[1]) if record.exc_info and record.exc_info[1] else {}
    return {**line, "logger": record.name, "said_at": f"{record.module}:{record.lineno}", **story}


def story_of(error: BaseException) -> Fields:
    """What happened and where, innermost first, without the error's words."""
    causes = list(_causes(error))
    places = dict.fromkeys(place for cause in causes for place in _places(cause.__traceback__))
    return {"error": " < ".join(map(_class_of, causes)), "place": " < ".join(list(places)[:_MOST_PLACES])}


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, the first cause first."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _causes(cause)
    yield error


def _class_of(error: BaseException) -> str:
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


def _places(found: TracebackType | None) -> list[str]:
    """Our own lines the error came by, and the line it was raised at, whoever's that is."""
    frames = [(frame.f_globals.get("__name__", "?"), line) for frame, line in traceback.walk_tb(found)]
    last = len(frames)
    return [f"{name}:{line}" for at, (name, line) in enumerate(frames, 1) if name.startswith(_OURS) or at == last][::-1]


def _process_fell(_kind: type[BaseException], error: BaseException, _where: TracebackType | None) -> None:
    say_error(_log, "the process fell", error)


def _thread_fell(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None:
        say_error(_log, "a thread fell", told.exc_value)
