"""What may be noted about a case besides its outcome. All optional; what comes near a person is off until asked for."""

from enum import StrEnum

import flet as ft

from app.domain.assisting import AssistDraft
from app.domain.catalogue import OTHER_PROCEDURE
from app.domain.policies import OFF_UNLESS_ASKED
from app.views.parts import buttons, writing
from app.views.parts.card_code import CardCode
from app.views.parts.free_text import FreeText
from app.views.scene import Scene
from sync.protocol.card_codes import FIELD
from sync.protocol.vocabulary import (
    AgeBand,
    Autonomy,
    Channel,
    DeviceUsed,
    DigitalId,
    FirstVisit,
    Gender,
    HelpLanguage,
    OnBehalf,
    Satisfaction,
)

GROUPS: tuple[tuple[str, type[StrEnum], str], ...] = (
    ("autonomy", Autonomy, "autonomy"),
    ("first_visit", FirstVisit, "first_visit"),
    ("channel", Channel, "channel"),
    ("on_behalf", OnBehalf, "on_behalf"),
    ("device_used", DeviceUsed, "device_used"),
    ("digital_id_before", DigitalId, "digital_id"),
    ("digital_id_gained", DigitalId, "digital_id"),
    ("help_language", HelpLanguage, "help_language"),
    ("satisfaction", Satisfaction, "satisfaction"),
    ("age_band", AgeBand, "age_band"),
    ("gender", Gender, "gender"),
)
"""Field, its words, and the group of their labels."""

SAID_BY_SILENCE = (("age_band", AgeBand.UNKNOWN), ("gender", Gender.UNKNOWN))
"""Not offered: "No indicat" says as much."""


def details(scene: Scene, draft: AssistDraft) -> list[ft.Control]:
    """One group of choices a field, of those that are asked; a tap on what is chosen takes it back to "not said"."""
    shown: list[ft.Control] = []
    policies = scene.library.policies
    for field, words, group in (each for each in GROUPS if policies.asks(each[0])):
        values = [_choice(scene, draft, field, each, group) for each in words if (field, each) not in SAID_BY_SILENCE]
        nothing = [_nothing(scene, draft, field)] if field in OFF_UNLESS_ASKED else []
        shown.append(writing.section(scene, scene.text(f"field.{field}")))
        shown.append(buttons.choices([*nothing, *values]))
    return [*shown, *_card_code(scene, draft), *_note(scene, draft)]


def own_words(scene: Scene, draft: AssistDraft) -> list[ft.Control]:
    """What it was, when it stands in no list: the coordinator gives it its place later."""
    if draft.procedure_id != OTHER_PROCEDURE:
        return []
    return [_text(scene, draft, "procedure_words")]


def _note(scene: Scene, draft: AssistDraft) -> list[ft.Control]:
    """Only where the coordinator wants notes; one that was written before can still be seen and changed."""
    return [_text(scene, draft, "note")] if scene.library.policies.asks("note") or draft.note else []


def _card_code(scene: Scene, draft: AssistDraft) -> list[ft.Control]:
    """Only where the coordinator hands out cards; one that was noted before can still be seen and taken out."""
    if not (scene.library.policies.asks(FIELD) or draft.card_code or draft.card_is_wrong):
        return []

    async def read(typed: str) -> None:
        await scene.stage.assisting.read_card(draft.id, typed)

    return [CardCode(draft.card_code or "", draft.card_is_wrong, read)]


def _text(scene: Scene, draft: AssistDraft, field: str) -> ft.Control:
    async def keep(typed: str) -> None:
        await scene.stage.assisting.write(draft.id, field, typed)

    return FreeText(scene.text(f"field.{field}"), getattr(draft, field) or "", keep)


def _nothing(scene: Scene, draft: AssistDraft, field: str) -> ft.Control:
    """Not said, in words: what it is unless somebody says more."""

    async def choose() -> None:
        await scene.stage.assisting.note(draft.id, **{field: None})

    return buttons.choice(scene, scene.text("value.not_said"), choose, is_chosen=getattr(draft, field) is None)


def _choice(scene: Scene, draft: AssistDraft, field: str, value: StrEnum, group: str) -> ft.Control:
    is_chosen = getattr(draft, field) == value

    async def choose() -> None:
        await scene.stage.assisting.note(draft.id, **{field: None if is_chosen else value})

    return buttons.choice(scene, scene.words.label(group, value), choose, is_chosen=is_chosen)
