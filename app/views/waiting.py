"""The waiting line: one tap for each who comes, one to call the next, one for those who left without help."""

import flet as ft

from app import theme
from app.domain.waiting import Topic, Waiting, WaitingLine, of_today, waited
from app.views.parts import buttons, writing
from app.views.parts.dates import duration
from app.views.parts.layout import across, card, grid, screen
from app.views.scene import Scene, use_scene

POLICY = "waiting_line"
"""As a field that is not asked for, this switches the line off."""


@ft.component
def WaitingScreen() -> ft.Control:
    """Who waits, for what and for how long; nothing about who they are."""
    scene = use_scene()
    line = of_today(scene.now.line, scene.stage.clock())
    tiles = [_joiner(scene, each) for each in Topic]
    return screen(
        scene,
        scene.text("waiting"),
        [
            writing.section(scene, scene.text("waiting.join")),
            grid(tiles, across=across(scene, most=3)),
            ft.Semantics(
                content=writing.section(scene, scene.words.count("waiting.count", len(line.waiting))), live_region=True
            ),
            *_next(scene, line),
            *(_row(scene, each) for each in line.waiting),
            writing.caption(scene, scene.text("waiting.today", called=line.called, left=line.left)),
            writing.caption(scene, scene.text("waiting.note")),
        ],
        back="/",
    )


def waiting_button(scene: Scene) -> list[ft.Control]:
    """The way there from home, which says how many wait and for how long the first of them; none where it is off."""
    if not scene.library.policies.asks(POLICY):
        return []
    now = scene.stage.clock()
    line = of_today(scene.now.line, now)
    words = scene.text("waiting")
    if line.waiting:
        first = duration(scene, waited(line.waiting[0], now))
        words += " · " + scene.words.count("waiting.count", len(line.waiting)) + " · " + first
    return [
        buttons.secondary(scene, words, lambda: scene.stage.go("/waiting"), icon=ft.Icons.AIRLINE_SEAT_RECLINE_NORMAL)
    ]


def _joiner(scene: Scene, topic: Topic) -> ft.Control:
    async def join() -> None:
        await scene.stage.line.join(topic)

    return buttons.tile(scene, scene.text(f"waiting.topic.{topic}"), join, icon=ft.Icons.PERSON_ADD_ALT)


def _next(scene: Scene, line: WaitingLine) -> list[ft.Control]:
    if not line.waiting:
        return []
    first = line.waiting[0]

    async def call() -> None:
        await scene.stage.line.call(first.number)
        scene.stage.go("/assist")

    words = scene.text("waiting.call", number=first.number)
    return [buttons.primary(scene, words, call, icon=ft.Icons.CAMPAIGN_OUTLINED)]


def _row(scene: Scene, one: Waiting) -> ft.Control:
    async def leave() -> None:
        await scene.stage.line.leave(one.number)

    time = duration(scene, waited(one, scene.stage.clock()))
    words = writing.body(scene, f"{one.number} · {scene.text(f'waiting.topic.{one.topic}')} · {time}", is_bold=True)
    left = scene.text("waiting.left", number=one.number)
    return card(
        scene,
        [
            ft.Row(
                [ft.Container(words, expand=True), buttons.icon_button(scene, left, ft.Icons.DIRECTIONS_WALK, leave)],
                spacing=theme.SPACE_S,
            )
        ],
    )
