"""The code of a citizen's card on the tablet: off until it is asked for, right or not kept, in its record alone."""

from collections.abc import Callable
from pathlib import Path

import flet as ft
import pytest

from app.domain.assisting import AssistDraft
from app.domain.cards import Hindrance, hindrance, with_code
from app.services.drafts import document
from app.store import Edit, Write
from sync.protocol.records import Kind
from sync.protocol.vocabulary import Revision
from tests.app.connected import Connected
from tests.app.opened import Connector, opened
from tests.app.tablets import DONE, LABOUR, Tablet
from tests.app.test_reference_screens import hear
from tests.app.test_screens import FET, OMAC, records, until_saved

pytestmark = pytest.mark.anyio

CODE, OTHER_CODE, SLIP = "K7QF2M9J", "M9AR4XWX", "K7QF-2M9K"
LABEL = "Codi de la targeta"
CARDS_ON = {"policies_version": "1", "policies": [{"id": "fields_asked", "value": ["card_code"]}]}
CARDS_OFF = {"policies_version": "2", "policies": [{"id": "fields_asked", "value": []}]}
HOLDS_UP = "Per desar, corregeix o treu el codi de la targeta, a Més dades."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tablet"


async def with_card_field(app: Connector) -> None:
    await app.start_shift()
    await hear(app, CARDS_ON)
    await app.open_case(OMAC)
    await app.click("Més dades")
    await app.wait_text(LABEL)


async def until(app: Connector, code: str | None, *, is_wrong: bool = False) -> None:
    def is_so() -> bool:
        (draft,) = app.tablet.board.snapshot.own_cases
        return (draft.card_code, draft.card_is_wrong) == (code, is_wrong)

    await app.wait_for(is_so, f"{code} in the case")


def card_field(app: Connector) -> ft.TextField:
    return app.one(ft.TextField, label=LABEL)


# the rule


@pytest.mark.parametrize("typed", ["K7QF", SLIP, "12345678Z", "Maria Puig", "K7QF-2M9U"])
def test_s_t07_what_is_typed_and_is_no_code_is_kept_nowhere(typed: str) -> None:
    draft = with_code(AssistDraft(id="a", card_code=OTHER_CODE), typed)

    assert (draft.card_code, draft.card_is_wrong, hindrance(draft)) == (None, True, Hindrance.CARD)
    assert typed not in repr(document(draft))


def test_a_code_is_kept_in_its_one_form_and_an_empty_field_says_nothing() -> None:
    right = with_code(AssistDraft(id="a"), " k7qf-2m9j ")
    empty = with_code(right, "")

    assert (right.card_code, right.card_is_wrong, hindrance(right)) == (CODE, False, None)
    assert empty == AssistDraft(id="a")


def test_a_text_that_is_too_long_is_said_first() -> None:
    assert hindrance(with_code(AssistDraft(id="a", note="a" * 141), SLIP)) == Hindrance.TEXT


# on the disk


async def test_a_case_with_a_wrong_code_is_not_saved_before_it_is_right_or_out(tablet):
    case = await (await tablet.with_shift()).with_case()
    await tablet.assisting.read_card(case, SLIP)

    assert not await tablet.assisting.finish(case, DONE)
    again = tablet.killed_and_started()
    assert again.case(case).card_is_wrong
    await again.assisting.read_card(case, "")
    assert await again.assisting.finish(case, DONE)
    assert "card_code" not in again.one(Kind.ASSIST).fields


async def test_letters_that_change_nothing_write_nothing(tablet):
    case = await (await tablet.with_shift()).with_case()
    await tablet.assisting.read_card(case, "K")
    size = (tablet.folder / "store.journal").read_bytes().rstrip(b"\0")

    for end in range(2, 8):
        await tablet.assisting.read_card(case, CODE[:end])

    assert (tablet.folder / "store.journal").read_bytes().rstrip(b"\0") == size


async def test_a_case_begun_again_has_no_code_of_the_one_before(tablet):
    case = await (await tablet.with_shift()).with_case()
    await tablet.assisting.read_card(case, CODE)
    assert await tablet.assisting.finish(case, DONE)

    again = await tablet.assisting.begin_again(case)

    assert tablet.one(Kind.ASSIST).fields["card_code"] == CODE
    assert tablet.case(again).card_code is None


async def test_a_corrected_code_is_told_among_what_the_record_said_before(tablet):
    case = await (await tablet.with_shift()).with_case()
    await tablet.assisting.read_card(case, CODE)
    assert await tablet.assisting.finish(case, DONE)

    assert await tablet.correcting.correct(case, Revision.MISTAKE)
    await tablet.assisting.read_card(case, OTHER_CODE)
    assert await tablet.assisting.finish(case, DONE)

    whole = tablet.browsing.whole(case)
    assert whole.fields["card_code"] == OTHER_CODE
    assert whole.versions[-1].was == {"card_code": CODE}


async def test_the_centre_takes_a_code_and_refuses_what_only_looks_like_one(connect: Callable[[], Connected]) -> None:
    desk = connect()
    tablet = await desk.tablet.with_shift()
    case = await tablet.with_case(LABOUR)
    await tablet.assisting.read_card(case, CODE)
    assert await tablet.assisting.finish(case, DONE)
    bad = "0e0e0000-0000-4000-8000-000000000001"
    edit = Edit(bad, Kind.ASSIST, "C3", tablet.time(), {"outcome": "completed", "card_code": "K7QF2M9K"})
    tablet.store.write(Write(edits=(edit,)))

    await desk.send()

    (review,) = tablet.now.reviews
    assert (review.id, review.problem.type, review.problem.field) == (bad, "/problems/bad-card-code", "card_code")
    assert tablet.store.record(case).fields["card_code"] == CODE and not tablet.store.record(case).needs_review


async def test_what_was_refused_for_its_code_is_mended_in_its_form(connect: Callable[[], Connected]) -> None:
    desk = connect()
    tablet = await desk.tablet.with_shift()
    case = await tablet.with_case(LABOUR)
    assert await tablet.assisting.finish(case, DONE)
    edit = Edit(case, Kind.ASSIST, "C3", tablet.time(), {"card_code": "K7QF2M9K"})
    tablet.store.write(Write(edits=(edit,)))
    await desk.send()
    (review,) = tablet.now.reviews

    await tablet.reviewing.mend(review)
    await tablet.assisting.read_card(case, "K7QF-2M9J")
    assert await tablet.assisting.finish(case, DONE)
    await desk.send()

    assert tablet.now.reviews == ()
    assert tablet.store.record(case).fields["card_code"] == CODE


async def test_a_code_is_in_its_record_alone_and_goes_from_the_tablet_with_it(tablet: Tablet):
    """No habit, no note and no list of the tablet holds it."""
    case = await (await tablet.with_shift()).with_case()
    await tablet.assisting.read_card(case, CODE)
    assert await tablet.assisting.finish(case, DONE)

    tablet.store.compact()
    journal = (tablet.folder / "store.journal").read_bytes()

    assert journal.count(CODE.encode()) == 1


# on the screen


async def test_without_cards_no_screen_speaks_of_them_and_a_help_takes_as_many_taps(folder):
    async with opened(folder) as app:
        await app.start_shift()
        await app.open_case(OMAC)
        await app.click("Més dades")
        await app.wait_text("Autonomia")
        assert not any("targeta" in each for each in app.words() if "DNI" not in each)
        await app.click(FET)
        await until_saved(app)
        taps_without = app.taps

        await hear(app, CARDS_ON)
        await app.home()
        app.taps = 0
        await app.open_case(OMAC)
        await app.click("Més dades")
        await app.click(FET)

        assert app.taps == taps_without


async def test_beside_the_field_stands_what_it_is_for_and_that_the_person_decides(folder):
    async with opened(folder) as app:
        await with_card_field(app)

        (notice,) = [each for each in app.texts() if "sense saber qui són" in each]
        assert "La persona decideix" in notice and "Sense targeta" in notice and "12 mesos" in notice
        field = card_field(app)
        assert (field.autocorrect, field.enable_suggestions) == (False, False)


async def test_a_code_is_typed_as_people_type_and_told_with_the_record(folder):
    async with opened(folder) as app:
        await with_card_field(app)
        await app.enter(LABEL, "k7qf 2m9j")
        await until(app, CODE)
        assert "Codi correcte: K7QF-2M9J" in app.texts()

        await app.click(FET)
        await until_saved(app)

        assert records(app, Kind.ASSIST)[0]["card_code"] == CODE
        await app.go_to("/records")
        await app.click(app.all_called(OMAC)[0])
        await app.wait_text("K7QF-2M9J")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("K7QF", "Falten 4 caràcters"),
        ("K7QF-2M9", "Falta 1 caràcter"),
        (SLIP, "No quadra: hi ha algun caràcter canviat. Torna-ho a mirar a la targeta."),
        ("K7QF-2M9J-1", "Sobren caràcters: el codi en té 8."),
        ("K7QF-2M9U", "Hi ha un signe que cap targeta no porta."),
        ("12345678Z", "Sobren caràcters: el codi en té 8."),
        ("X1234567", "No quadra: hi ha algun caràcter canviat. Torna-ho a mirar a la targeta."),
    ],
)
async def test_t_31_what_is_no_code_is_said_in_words_and_holds_up_the_end(folder, typed, said):
    async with opened(folder) as app:
        await with_card_field(app)
        await app.enter(LABEL, typed)
        await until(app, None, is_wrong=True)
        assert card_field(app).error == said
        await app.wait_text(HOLDS_UP)

        await app.click(FET)
        assert app.store.records(kind=Kind.ASSIST) == ()
        await app.click("Treu el codi")
        await until(app, None)
        assert (card_field(app).value, card_field(app).error) == ("", None)
        await app.click(FET)
        await until_saved(app)

        assert "card_code" not in records(app, Kind.ASSIST)[0]
        assert typed.encode() not in (folder / "store.journal").read_bytes()


async def test_t_31_after_a_restart_it_says_that_what_was_typed_was_no_code(folder):
    async with opened(folder) as app:
        await with_card_field(app)
        await app.enter(LABEL, SLIP)
        await until(app, None, is_wrong=True)

    async with opened(folder) as app:
        await app.wait_text("Com ha acabat?")
        await app.wait_text(HOLDS_UP)
        await app.click("Més dades")
        await app.wait_text(LABEL)
        assert "no era correcte" in str(card_field(app).error)

        await app.enter(LABEL, CODE)
        await until(app, CODE)
        await app.click(FET)
        await until_saved(app)


async def test_a_code_can_be_taken_out_when_cards_were_switched_off_meanwhile(folder):
    async with opened(folder) as app:
        await with_card_field(app)
        await app.enter(LABEL, CODE)
        await until(app, CODE)

        await hear(app, CARDS_OFF)
        await app.click("Treu el codi")
        await until(app, None)

        await app.wait_for(lambda: LABEL not in app.words(), "no field")
