"""What a person writes in their own words: how long it may be, and that nothing of it names somebody (S-T07)."""

from dataclasses import fields
from typing import get_type_hints

import pytest

from app.domain.assisting import Assist, AssistDraft, Ending, finish
from app.domain.free_text import LONGEST, is_too_long, look, sendable
from app.domain.shifts import Shift
from app.domain.workshops import Session
from sync.protocol import card_codes
from sync.protocol.identifiers import FREE_TEXTS, Identifier, find
from sync.protocol.vocabulary import Outcome
from tests.app.tablets import MONDAY, library

OTHER = "sp-altres"
NOT_WRITTEN = {
    "procedure_id",
    "connector_id",
    "centre_id",
    "shift_id",
    "device_id",
    "catalogue_version",
    "request_id",
} | {
    "blocked_step",
    "plan_id",
}
"""Texts of records that no person writes: ids and versions."""


def saved(note: str, **noted: str) -> Assist:
    procedure = library().catalogue.procedure(OTHER)
    assert procedure
    draft = AssistDraft(id="a", procedure_id=OTHER, started_at=MONDAY, note=note, **noted)  # type: ignore[arg-type]
    return finish(draft, Ending(Outcome.COMPLETED), procedure, now=MONDAY, made_with=("d", "v"))


@pytest.mark.parametrize("shape", [Assist, Session, Shift])
def test_s_t07_every_text_of_a_record_that_a_person_writes_is_guarded(shape: type) -> None:
    hints = get_type_hints(shape)
    texts = {each.name for each in fields(shape) if hints[each.name] in (str, str | None)}

    assert texts - NOT_WRITTEN - {card_codes.FIELD} <= set(FREE_TEXTS)


@pytest.mark.parametrize("typed", ["12345678Z", "12.345.678-z", "1 2 3 4 5 6 7 8 Z", "DNI: 12345678 Z"])
def test_t_01_a_dni_is_found_however_it_is_written_and_never_kept(typed: str) -> None:
    written = look(f"Ve amb {typed} i torna dilluns")

    assert written.kinds == (Identifier.DNI,)
    assert not find(written.kept)
    assert "torna dilluns" in written.kept


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("X1234567L", Identifier.NIE),
        ("ES91 2100 0418 4502 0005 1332", Identifier.BANK_ACCOUNT),
        ("+34 612 34 56 78", Identifier.PHONE),
        ("algu@example.org", Identifier.EMAIL),
        ("4111 1111 1111 1111", Identifier.CARD),
    ],
)
def test_t_02_other_identifiers_are_found_and_never_kept(typed: str, kind: Identifier) -> None:
    written = look(f"diu que {typed}")

    assert written.kinds == (kind,)
    assert written.kept == "diu que"


@pytest.mark.parametrize("typed", ["12345678A", "comanda 20264711", "el 23/11/2026 a les 10:30", "3 de 8 passos"])
def test_t_03_an_order_number_a_date_and_a_wrong_letter_are_no_alarm(typed: str) -> None:
    assert look(typed).kinds == ()
    assert look(typed).kept == typed


@pytest.mark.parametrize(("length", "surplus"), [(LONGEST, 0), (141, 1), (10_000, 9_860), (1_000_000, 999_860)])
def test_t_04_how_much_is_too_much_is_said_and_nothing_is_cut(length: int, surplus: int) -> None:
    written = look("a" * length)

    assert written.surplus == surplus
    assert is_too_long(AssistDraft(id="a", note=written.kept)) == bool(surplus)


def test_a_record_never_holds_what_came_into_a_draft_past_the_field() -> None:
    assert saved("el DNI és 12345678Z").note == "el DNI és"
    assert saved("12345678Z").note is None


@pytest.mark.parametrize("typed", ["12345678Z", "X1234567", "K7QF2M9K", "k7qf-2m9j", "Maria"])
def test_s_t07_in_the_place_of_a_card_code_a_record_holds_a_code_or_nothing(typed: str) -> None:
    assert saved("", card_code=typed).card_code is None
    assert saved("", card_code="K7QF2M9J").card_code == "K7QF2M9J"


def test_what_is_left_does_not_become_an_identifier_by_itself() -> None:
    assert find(sendable("1234 a@b.cat 5678Z") or "") == ()
