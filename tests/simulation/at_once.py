"""Runs a coroutine to its end in one go: what it would hand to a thread happens at once, and nothing may wait."""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVar, cast

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """What the coroutine returns. One may run inside another: whatever happens during a flight."""
    before = asyncio._get_running_loop()
    asyncio._set_running_loop(_LOOP)
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
    else:
        coroutine.close()
        raise AssertionError("something in a simulated round waits")
    finally:
        asyncio._set_running_loop(before)
    return result


class _Done:
    """Something to await that is there already."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __await__(self) -> Generator[None, None, object]:
        yield from ()
        return self._value


class _Loop:
    """As much of an event loop as `asyncio.to_thread` asks for."""

    def run_in_executor(self, executor: object, func: Callable[..., Any], *args: Any) -> _Done:
        return _Done(func(*args))


_LOOP = cast(asyncio.AbstractEventLoop, _Loop())
