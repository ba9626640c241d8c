"""What may be said of a session besides who came: counters, what went wrong, what was done, the paper. All optional."""

from collections.abc import Sequence
from functools import partial

import flet as ft

from app import theme
from app.domain import workshops
from app.domain.sessions import AGE_COUNTS, GENDER_COUNTS
from app.domain.workshops import SessionDraft
from app.views.parts import buttons, writing
from app.views.parts.free_text import FreeText
from app.views.parts.stepper import stepper
from app.views.parts.values import counted_words
from app.views.scene import Scene
from sync.protocol.vocabulary import Incident, Level, PaperSheet, SessionKind

COUNTERS = ("first_time_count", "satisfaction_good", "satisfaction_so_so", "satisfaction_bad", "capacity")
COUNTED_APART = (("age_counts", AGE_COUNTS), ("gender_counts", GENDER_COUNTS))
TYPED = ("room", "note")


def more_of(scene: Scene, draft: SessionDraft) -> list[ft.Control]:
    """Of the optional fields those that are asked."""
    asks = scene.library.policies.asks
    return [
        *(counter(scene, draft, each, scene.text(f"field.{each}")) for each in COUNTERS if asks(each)),
        *_several(scene, draft, "incidents", [(each, scene.words.label("incident", each)) for each in Incident]),
        *_modules(scene, draft),
        *_several(scene, draft, "topics_done", _topics(scene, draft)),
        *_asked(scene, "level", [_one_of(scene, draft, "level", "level", each) for each in Level]),
        *_paper(scene, draft),
        *(part for name, names in COUNTED_APART if asks(name) for part in _apart(scene, draft, name, names)),
        *(_typed(scene, draft, each) for each in TYPED if asks(each)),
    ]


def counter(scene: Scene, draft: SessionDraft, name: str, words: str) -> ft.Control:
    """A number of the list with a button on each side."""

    def stepping(by: int) -> buttons.Tapped:
        async def step() -> None:
            await scene.stage.workshops.change(draft.id, partial(workshops.count, name=name, by=by))

        return step

    value = workshops.headcount(draft) if name == "counted" else getattr(draft, name) or 0
    return stepper(scene, words, value, less=stepping(-1), more=stepping(1))


def noter(scene: Scene, draft: SessionDraft, **values: object) -> buttons.Tapped:
    """Sets fields of the list."""

    async def note() -> None:
        await scene.stage.workshops.note(draft.id, **values)

    return note


def _asked(scene: Scene, name: str, choices: Sequence[ft.Control]) -> list[ft.Control]:
    """The choices of an optional field, unless the coordinator has switched it off."""
    if not choices or not scene.library.policies.asks(name):
        return []
    return [writing.section(scene, scene.text(f"field.{name}")), buttons.choices(list(choices))]


def _several(scene: Scene, draft: SessionDraft, field: str, offered: list[tuple[str, str]]) -> list[ft.Control]:
    """As many of these as apply, each taken back with a second tap."""
    chosen: tuple[str, ...] = getattr(draft, field)
    chips = [
        buttons.choice(scene, words, noter(scene, draft, **{field: _toggled(chosen, id)}), is_chosen=id in chosen)
        for id, words in offered
    ]
    return _asked(scene, field, chips)


def _one_of(scene: Scene, draft: SessionDraft, field: str, group: str, value: str) -> ft.Control:
    is_chosen = getattr(draft, field) == value
    choose = noter(scene, draft, **{field: None if is_chosen else value})
    return buttons.choice(scene, scene.words.label(group, value), choose, is_chosen=is_chosen)


def _modules(scene: Scene, draft: SessionDraft) -> list[ft.Control]:
    """A group may ask for several modules at once; the plan and an extra session are about one."""
    if draft.kind != SessionKind.ON_REQUEST:
        return []
    modules = [(each.id, each.title.in_(scene.words.language)) for each in scene.library.catalogue.training_modules]
    return _several(scene, draft, "module_ids", modules)


def _topics(scene: Scene, draft: SessionDraft) -> list[tuple[str, str]]:
    offered = scene.library.catalogue.procedures
    return [(each.id, each.title.in_(scene.words.language)) for each in offered if each.module in draft.module_ids]


def _paper(scene: Scene, draft: SessionDraft) -> list[ft.Control]:
    """Whether people signed a sheet, and then how many did."""
    chips = []
    for each in PaperSheet:
        is_chosen = draft.paper_sheet == each
        choose = noter(scene, draft, paper_sheet=None if is_chosen else each, signatures_count=None)
        chips.append(buttons.choice(scene, scene.words.label("paper_sheet", each), choose, is_chosen=is_chosen))
    asked = _asked(scene, "paper_sheet", chips)
    if asked and draft.paper_sheet == PaperSheet.COLLECTED:
        asked.append(counter(scene, draft, "signatures_count", scene.text("field.signatures_count")))
    return asked


def _apart(scene: Scene, draft: SessionDraft, name: str, names: tuple[str, ...]) -> list[ft.Control]:
    """How many of those who came were so; of the rest nothing is said."""
    rest = workshops.not_said(draft, names)
    words = scene.text("closing.not_said", n=rest) if rest >= 0 else scene.text("closing.too_many", n=-rest)
    return [
        writing.section(scene, scene.text(f"field.{name}")),
        *(counter(scene, draft, each, counted_words(scene, each)) for each in names),
        writing.caption(scene, words, color=None if rest >= 0 else scene.palette.review.ink),
    ]


def _typed(scene: Scene, draft: SessionDraft, field: str) -> ft.Control:
    async def keep(typed: str) -> None:
        await scene.stage.workshops.write(draft.id, field, typed)

    label, said = scene.text(f"field.{field}"), getattr(draft, field) or ""
    box = FreeText(label, said, keep, key=field)  # type: ignore[call-arg]  # every component takes a key
    return ft.Container(box, padding=ft.Padding.only(top=theme.SPACE_S))


def _toggled(chosen: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(each for each in chosen if each != value) if value in chosen else (*chosen, value)
