"""Runs the whole app inside the test: Flet's real session, page and tree, with a client that only writes things down.

    async with AppHarness(main) as app:
        await app.enter("Cerca", "vida")
        await app.click("Vida laboral")
        assert "Fet" in app.texts()

No browser and no sockets, half a second a test. It sees the tree as Python has it: it cannot see layout, nor a change
that was never sent; that is what the journeys are for. It stands on Flet's inner seams (`Session`, `Connection`), so
pyproject.toml asks for one exact version of Flet. Checked on 1.0.5.
"""

import asyncio
import dataclasses
import inspect
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Self, TypeVar

import flet as ft
import msgpack  # type: ignore[import-untyped]
from flet.components.public_utils import unwrap_component
from flet.controls.context import _context_page, context
from flet.messaging.connection import Connection
from flet.messaging.protocol import (
    InvokeMethodRequestBody,
    Message,
    MessageAction,
    RegisterClientResponseBody,
    configure_encode_object_for_msgpack,
)
from flet.messaging.session import Session
from flet.pubsub.pubsub_hub import PubSubHub

Answer = Callable[[Any], Any]
AnyControl = TypeVar("AnyControl", bound=ft.BaseControl)

TURNS = 12  # turns of the event loop that drawing, effects and answers need to run out
PAUSE_SECONDS = 0.005
PATIENCE_SECONDS = 5.0


class WritingClient(Connection):
    """In place of Flutter: keeps every message, and answers method calls from `answers[name](arguments)`."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        super().__init__()
        self.loop = asyncio.get_running_loop()
        self.executor = ThreadPoolExecutor(2)
        self.pubsubhub = PubSubHub(self.loop, self.executor)
        self.page_url = "http://test.local"  # read on every change of route
        self.answers = dict(answers)
        self.session: Session | None = None
        self.sent: list[Message] = []
        self.calls: list[tuple[str, Any]] = []
        self.crashes: list[str] = []

    def send_message(self, message: Message) -> None:
        # Packed as on the wire, so a value that cannot travel fails here and not on the tablet.
        encode = configure_encode_object_for_msgpack(ft.BaseControl)
        msgpack.packb([message.action, message.body], default=encode)
        self.sent.append(message)
        if message.action == MessageAction.SESSION_CRASHED:
            self.crashes.append(message.body.message)
        elif message.action == MessageAction.INVOKE_METHOD:
            self.calls.append((message.body.name, message.body.args))
            self.loop.call_soon(self._answer, message.body)

    async def go_to(self, route: str) -> None:
        assert self.session is not None
        self.session.apply_page_patch({"route": route})
        self.session.page._Page__last_route = None  # the app may have gone on untold
        await self.session.dispatch_event(1, "route_change", {"route": route})

    def _answer(self, call: InvokeMethodRequestBody) -> None:
        assert self.session is not None
        answer = self.answers.get(call.name)
        result, trouble = None, None
        try:
            result = answer(call.args) if answer else None
        except RuntimeError as refused:  # how an answer says what a device would refuse
            trouble = str(refused)
        self.session.handle_invoke_method_results(call.control_id, call.call_id, result, trouble)
        if call.name == "push_route":
            self._moving = self.loop.create_task(self.go_to(call.args["route"]))


class AppHarness:
    """One open app. `main` is what `ft.run` would be given; the rest is what the device would say of itself."""

    patience = PATIENCE_SECONDS

    def __init__(
        self,
        main: Callable[[ft.Page], Any],
        *,
        route: str = "/",
        width: int = 1280,
        height: int = 800,
        platform: str = "android",
        answers: Mapping[str, Answer] | None = None,
    ) -> None:
        self._main = main
        self._device = {"route": route, "width": width, "height": height, "platform": platform, "web": False}
        self._answers = answers or {}

    async def __aenter__(self) -> Self:
        self.client = WritingClient(self._answers)
        self.session = self.client.session = Session(self.client)
        self.page: ft.Page = self.session.page
        self._token = _context_page.set(self.page)
        self.session.apply_page_patch(self._device)
        hello = RegisterClientResponseBody(
            session_id=self.session.id, page_patch=self.session.get_page_patch(), error=""
        )
        self.client.send_message(Message(MessageAction.REGISTER_CLIENT, hello))
        context.reset_auto_update()
        started = self._main(self.page)
        if inspect.isawaitable(started):
            await started
        await self.session.after_event(self.page)
        await self.settle()
        self._assert_no_new_crash(0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.session.close()
        await asyncio.sleep(0)
        _context_page.reset(self._token)
        self.client.executor.shutdown(wait=True)

    async def settle(self) -> None:
        """Let what is already due run: drawing, effects, answers. Work in threads needs `wait_for`."""
        for _ in range(TURNS):
            await asyncio.sleep(0)

    async def wait_for(self, holds: Callable[[], bool], what: str = "") -> None:
        """Ask again until it holds: for what the app does in a thread, such as writing to disk."""
        clock = asyncio.get_running_loop().time
        until = clock() + self.patience
        while clock() < until:
            await self.settle()
            self._assert_no_new_crash(len(self.client.crashes))
            if holds():
                return
            await asyncio.sleep(PAUSE_SECONDS)
        raise AssertionError(f"still waiting for {what or holds}: the screen says {self.texts()}")

    async def wait_text(self, words: str) -> None:
        """Until these words stand on the screen, alone or as a part of a text or a button."""
        await self.wait_for(lambda: any(words in each for each in self.words()), repr(words))

    # --- looking

    @property
    def route(self) -> str:
        """Of the screen that is shown; the browser hears of it a moment later."""
        navigation = getattr(self.page.on_route_change, "__self__", None)
        return str(getattr(navigation, "route", self.page.route))

    def walk(self, root: object = None) -> Iterator[ft.BaseControl]:
        """Every visible control below `root`, or of the whole page, outermost first, in reading order."""
        seen: set[int] = set()
        todo: list[Any] = [self.page if root is None else root]
        while todo:
            node = unwrap_component(todo.pop(0))
            if node is None or isinstance(node, str | int | float | bool) or id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, ft.BaseControl):
                if getattr(node, "visible", True) is False:
                    continue
                yield node
            todo[:0] = children(node)

    def all(self, kind: type[AnyControl], **properties: object) -> list[AnyControl]:
        """Visible controls of a kind whose properties have these values."""
        return [
            control
            for control in self.walk()
            if isinstance(control, kind)
            and all(getattr(control, name, None) == value for name, value in properties.items())
        ]

    def one(self, kind: type[AnyControl], **properties: object) -> AnyControl:
        found = self.all(kind, **properties)
        assert len(found) == 1, f"{len(found)} of {kind.__name__} {properties}: the screen says {self.texts()}"
        return found[0]

    def texts(self) -> list[str]:
        """The words of every `Text` and of every button that writes its own, in reading order."""
        said = (each.value if isinstance(each, ft.Text) else _written(each) for each in self.walk())
        return [words for words in said if words]

    def words(self) -> list[str]:
        """All that can be read: texts, and names of buttons, fields and other controls."""
        names = (_name(control) for control in self.walk())
        return [*self.texts(), *(name for name in names if name)]

    def all_called(self, name: str) -> list[ft.BaseControl]:
        """What can be clicked and is called so, in reading order: by its content, tooltip or the texts inside it."""
        found = [control for control in self.walk() if hasattr(control, "on_click") and self._is_called(control, name)]
        return [control for control in found if not self._holds_another(control, found)]

    def button(self, name: str) -> ft.BaseControl:
        """The one thing that can be clicked and is called so."""
        innermost = self.all_called(name)
        assert len(innermost) == 1, f"{len(innermost)} buttons called {name!r}: the screen says {self.words()}"
        return innermost[0]

    # --- acting

    async def fire(self, control: ft.BaseControl, event: str, data: Any = None, **properties: Any) -> None:
        """What the client does: set properties the person changed, then send the event. A crash fails the test."""
        assert not getattr(control, "disabled", False), f"{control} is disabled"
        if properties:
            self.session.apply_patch(control._i, properties)
        crashes = len(self.client.crashes)
        await self.session.dispatch_event(control._i, event, data)
        await self.settle()
        self._assert_no_new_crash(crashes)

    async def click(self, target: ft.BaseControl | str) -> None:
        await self.fire(self.button(target) if isinstance(target, str) else target, "click")

    async def enter(self, label: str, value: str) -> None:
        """Type into the field with this label."""
        await self.fire(self.one(ft.TextField, label=label), "change", value, value=value)

    async def check(self, control: ft.BaseControl, value: bool = True) -> None:
        await self.fire(control, "change", value, value=value)

    async def go_to(self, route: str) -> None:
        await self.client.go_to(route)
        await self.settle()

    async def resize(self, width: int, height: int) -> None:
        await self.fire(self.page, "resize", {"width": width, "height": height}, width=width, height=height)

    async def dismiss(self, dialog: ft.DialogControl) -> None:
        await self.fire(dialog, "dismiss", None, open=False)

    # --- inside

    def _assert_no_new_crash(self, before: int) -> None:
        assert len(self.client.crashes) == before, self.client.crashes[-1]
        drawing = getattr(self.session, "_Session__updates_task", None)  # when it dies, nothing is ever drawn again
        if drawing is not None and drawing.done() and not drawing.cancelled():
            drawing.result()

    def _is_called(self, control: ft.BaseControl, name: str) -> bool:
        if getattr(control, "on_click", None) is None:
            return False
        inside = [text.value for text in self.walk(control) if isinstance(text, ft.Text) and text.value]
        icons = [icon.semantics_label for icon in self.walk(control) if isinstance(icon, ft.Icon)]
        return name in (_name(control), getattr(control, "tooltip", None), "\n".join(inside), *inside, *icons)

    def _holds_another(self, control: ft.BaseControl, others: list[ft.BaseControl]) -> bool:
        return any(part is not control and part in others for part in self.walk(control))


def _name(control: ft.BaseControl) -> str | None:
    """What a control calls itself: its label, its content if that is words, or its tooltip."""
    for attribute in ("label", "content", "title", "tooltip"):
        words = getattr(control, attribute, None)
        if isinstance(words, str) and words:
            return words
    return None


def children(node: object) -> list[Any]:
    """What a control, a list or a mapping holds, that may be controls."""
    if isinstance(node, list | tuple):
        return list(node)
    if isinstance(node, dict):
        return list(node.values())
    if not dataclasses.is_dataclass(node):
        return []
    kind: Any = type(node)
    return [getattr(node, name, None) for name in _holding(kind)]


@cache
def _holding(kind: Any) -> tuple[str, ...]:
    """The fields in which a control may hold others. Asked thousands of times for a screen."""
    names = (field.name for field in dataclasses.fields(kind) if not field.metadata.get("skip"))
    return tuple(name for name in names if name not in ("_parent", "data") and not name.startswith("on_"))


def _written(control: ft.BaseControl) -> str:
    content = control.content if isinstance(control, ft.TextButton) else None
    return content if isinstance(content, str) else ""
