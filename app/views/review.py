"""What waits for a person: one card for each thing to decide, with both values and who wrote them. One tap decides."""

from collections.abc import Sequence
from functools import partial

import flet as ft

from app import theme
from app.domain.review import Dispute, Review, Said
from app.views.parts import buttons, writing
from app.views.parts.dates import clock_time, long_date
from app.views.parts.layout import card, grid, screen
from app.views.parts.subjects import connector_name, name
from app.views.parts.tappable import Edge, Face, still, tappable
from app.views.parts.values import field_words, value_words
from app.views.refused import Refused
from app.views.scene import Scene, use_scene

MOST = 50
"""Cards shown at once: more would take seconds to show, and nobody reads so many."""


@ft.component
def ReviewScreen() -> ft.Control:
    """Everything in review, newest first."""
    scene = use_scene()
    reviews = scene.now.reviews
    if not reviews:
        return screen(scene, scene.text("state.review"), [_nothing(scene)], back="/records")
    is_asked = any(each.problem is None for each in reviews)
    hint = [writing.body(scene, scene.text("review.hint"), color=scene.palette.secondary.ink)] if is_asked else []
    cards = [review_card(scene, each) for each in reviews[:MOST]]
    return screen(scene, scene.text("state.review"), [*hint, *cards], back="/records")


def heading(scene: Scene, review: Review) -> ft.Control:
    """What the record is about: its name, when and where it was."""
    lines: list[ft.Control] = [writing.section(scene, name(scene, review.kind, review.subject, review.slot))]
    when = [long_date(scene, review.at.astimezone()), clock_time(review.at)] if review.at else []
    place = [scene.centre(review.centre_id)] if review.centre_id else []
    if said := [*when, *place]:
        lines.append(writing.caption(scene, " · ".join(said)))
    return ft.Column(lines, spacing=2)


def _nothing(scene: Scene) -> ft.Control:
    tone = scene.palette.sent
    words = ft.Container(writing.body(scene, scene.text("review.nothing"), color=tone.ink), expand=True)
    row = ft.Row([ft.Icon(ft.Icons.CHECK, color=tone.ink, size=scene.look.size(28)), words], spacing=theme.SPACE_M)
    return ft.Container(row, bgcolor=tone.paper, border_radius=theme.RADIUS, padding=theme.SPACE_L)


def review_card(scene: Scene, review: Review) -> ft.Control:
    """What is asked about one record, and each answer as something to tap."""
    if review.problem:
        content: list[ft.Control] = [Refused(review, key=review.id)]  # type: ignore[call-arg]  # every component has a key
    elif review.is_deleted:
        content = _written_late(scene, review)
    elif review.wish:
        content = _wished_gone(scene, review, review.wish)
    else:
        content = _disputed(scene, review)
    return card(scene, [heading(scene, review), *content])


def _disputed(scene: Scene, review: Review) -> list[ft.Control]:
    shown: list[ft.Control] = []
    for dispute in review.asked:
        shown.append(writing.body(scene, field_words(scene, review.kind, dispute.field), is_bold=True))
        shown.append(_side_by_side(scene, [_option(scene, review, dispute, said) for said in dispute.said]))
    return [*shown, *_all_at_once(scene, review), *_first_send(scene, review)]


def _option(scene: Scene, review: Review, dispute: Dispute, said: Said) -> ft.Control:
    reviewing = scene.stage.reviewing
    head = scene.text("review.stands" if said is dispute.said[0] else "review.beside")
    words = value_words(scene, review, dispute.field, said.value)
    return _choice(scene, review, head, words, author(scene, said), partial(reviewing.keep, review, dispute, said))


def _all_at_once(scene: Scene, review: Review) -> list[ft.Control]:
    """Where several fields each have two values: all of one, or all of the other."""
    if len(review.asked) < 2 or any(len(each.said) > 2 for each in review.asked) or not review.can_decide:
        return []
    reviewing = scene.stage.reviewing
    both = [
        buttons.secondary(scene, scene.text("review.all_standing"), partial(reviewing.keep_standing, review)),
        buttons.secondary(scene, scene.text("review.all_beside"), partial(reviewing.keep_beside, review)),
    ]
    return [ft.Divider(color=scene.palette.outline.ink), _side_by_side(scene, both)]


def _wished_gone(scene: Scene, review: Review, wish: Said) -> list[ft.Control]:
    reviewing = scene.stage.reviewing
    options = [
        _choice(scene, review, "", scene.text("review.keep"), "", partial(reviewing.keep_record, review)),
        _choice(scene, review, "", scene.text("review.delete"), author(scene, wish), partial(reviewing.delete, review)),
    ]
    words = writing.body(scene, scene.text("review.wished_gone"))
    return [words, _side_by_side(scene, options), *_first_send(scene, review)]


def _written_late(scene: Scene, review: Review) -> list[ft.Control]:
    lines = [_line(scene, review, each) for each in review.late]
    stay = buttons.primary(
        scene, scene.text("review.stays_deleted"), partial(scene.stage.reviewing.delete, review), icon=ft.Icons.CHECK
    )
    gone = (
        [writing.caption(scene, scene.text("review.deleted_by", who=author(scene, review.gone)))] if review.gone else []
    )
    return [*gone, writing.body(scene, scene.text("review.written_late")), *lines, stay]


def _line(scene: Scene, review: Review, dispute: Dispute) -> ft.Control:
    said = dispute.said[0]
    words = f"{field_words(scene, review.kind, dispute.field)}: {value_words(scene, review, dispute.field, said.value)}"
    return ft.Column([writing.body(scene, words, is_bold=True), writing.caption(scene, author(scene, said))], spacing=2)


def _first_send(scene: Scene, review: Review) -> list[ft.Control]:
    return [] if review.can_decide else [writing.caption(scene, scene.text("review.first_send"))]


def _choice(scene: Scene, review: Review, head: str, words: str, note: str, on_click: buttons.Tapped) -> ft.Control:
    """A value to keep, as large as it is important."""
    lines: list[ft.Control] = [writing.caption(scene, head)] if head else []
    lines.append(
        ft.Text(words, size=scene.look.size(theme.SECTION), color=scene.palette.text.ink, weight=ft.FontWeight.BOLD)
    )
    lines += [writing.caption(scene, note)] if note else []
    content = ft.Column(lines, spacing=theme.SPACE_XS, alignment=ft.MainAxisAlignment.START)
    face = Face(theme.SPACE_M, theme.SPACE_M, scene.palette.text, Edge(scene.palette.outline.ink))
    return tappable(scene, content, on_click, face) if review.can_decide else still(content, face)


def _side_by_side(scene: Scene, controls: Sequence[ft.Control]) -> ft.Control:
    stacked = scene.look.is_compact or scene.look.is_large
    return grid(controls, across=1 if stacked else min(len(controls), 3))


def author(scene: Scene, said: Said) -> str:
    """Connector 1 · 14:02 · en aquesta tauleta, as far as it is known."""
    if said.author is None:
        return scene.text("review.nobody")
    at = said.author.at.astimezone()
    is_today = at.date() == scene.stage.clock().date()
    when = clock_time(at) if is_today else f"{long_date(scene, at)}, {clock_time(at)}"
    here = [scene.text("review.here")] if said.is_here else []
    return " · ".join([connector_name(scene, said.author.by), when, *here])
