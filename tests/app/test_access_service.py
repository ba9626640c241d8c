"""The door of a tablet: PINs, wrong ones, the coordinator's answer, locking; with a clock that the test moves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.happenings import Locking
from app.domain.people import Connector
from app.domain.pins import TooEasy, digits, too_easy
from app.services import verifiers
from app.services.access import Access, Means, Refused, Why
from app.services.verifiers import Verifier
from app.store import Write
from sync.protocol.unlocking import answer
from tests.app.tablets import DONE, MONDAY, MakeTablet, Tablet, Time, library

PIN, OTHER_PIN = "402917", "583026"
PEPPER = b"p" * 32
SECRET = b"s" * 32

pytestmark = pytest.mark.anyio

TOO_EASY = [
    *("000000", "111111", "999999"),
    *("123456", "234567", "654321", "987654", "890123", "012345"),
    *("121212", "909090", "123123", "407407"),
    *("202620", "198507", "199012", "200101", "201231", "195001", "202026"),
]


class Fast(Verifier):
    """The real one, without its cost: many tries in one test."""

    def _hash(self, pin: str, salt: bytes) -> str:
        return f"{self._pepper.hex()}/{salt.hex()}/{pin}"


def door(
    tablet: Tablet,
    *,
    secret: bytes | None = SECRET,
    was_known: bool | None = None,
    monotonic: Callable[[], float] | None = None,
) -> Access:
    seconds = monotonic or (lambda: tablet.time.at.timestamp())
    known = secret is not None if was_known is None else was_known
    verifier = Fast(PEPPER, lambda n: b"s" * n)
    means = Means(verifier, seconds, lambda n: bytes(range(n)), secret=lambda: secret, was_known=lambda: known)
    return Access(tablet.recorder, tablet.shifts, means)


async def with_pin(tablet: Tablet) -> Access:
    access = door(tablet)
    assert await access.choose("C3", PIN) is None
    access.lock(Locking.BY_HAND)
    return access


async def wrongly(access: Access, times: int) -> Refused | None:
    said = None
    for _ in range(times):
        said = await access.enter("C3", OTHER_PIN)
    return said


def test_s_t13_what_is_kept_of_a_pin_tells_nothing_without_the_pepper_and_differs_each_time() -> None:
    salts = iter((b"1" * 16, b"2" * 16))
    verifier = Verifier(PEPPER, lambda n: next(salts))

    one, two = verifier.keep(PIN), verifier.keep(PIN)

    assert verifier.matches(PIN, one) and verifier.matches(PIN, two)
    assert not verifier.matches(OTHER_PIN, one)
    assert one["hash"] != two["hash"]
    assert not Verifier(b"q" * 32, lambda n: b"").matches(PIN, one)


def test_s_t13_a_guess_costs_19_mebibytes_and_two_turns() -> None:
    assert (verifiers.KIBIBYTES, verifiers.TURNS) >= (19 * 1024, 2)
    assert verifiers.SALT_BYTES >= 16


def test_s_t13_a_pepper_comes_of_the_key_of_the_store_and_is_not_it() -> None:
    one, other = b"a" * 32, b"b" * 32

    assert verifiers.pepper_of(one) == verifiers.pepper_of(one)
    assert len({one, other, verifiers.pepper_of(one), verifiers.pepper_of(other)}) == 4


@pytest.mark.parametrize("pin", TOO_EASY)
async def test_t_28_a_pin_that_anybody_would_guess_is_refused_with_a_reason(tablet: Tablet, pin: str) -> None:
    answered = await door(tablet).choose("C3", pin)

    assert isinstance(answered, TooEasy)
    assert tablet.now.entered == ""


@pytest.mark.parametrize(
    ("typed", "kept"), [("abc", ""), ("4029178", "402917"), ("٣٤٥٦٧٨", ""), ("40 29-17", "402917")]
)
def test_t_27_only_plain_digits_count_and_only_six(typed: str, kept: str) -> None:
    assert digits(typed) == kept
    assert too_easy(PIN) is None


async def test_s_t13_the_first_pin_lets_in_and_a_second_cannot_be_chosen_over_it(tablet: Tablet) -> None:
    access = await with_pin(tablet)

    assert await access.choose("C3", OTHER_PIN) == Refused(Why.GONE)
    assert await access.enter("C3", OTHER_PIN) == Refused(Why.WRONG, 4)
    assert await access.enter("C3", PIN) is None
    assert tablet.now.entered == "C3"


async def test_s_t13_on_the_day_a_tablet_is_set_up_everybody_chooses_a_pin_and_later_the_coordinator_opens(
    tablet: Tablet,
) -> None:
    access = await with_pin(tablet)
    await tablet.time.pass_by(minutes=23 * 60)
    assert await access.choose("C1", PIN) is None
    await tablet.time.pass_by(minutes=2 * 60)

    assert await access.choose("C2", PIN) == Refused(Why.SHUT)
    assert not access.may_choose("C2")
    asked = await access.ask("C2")
    assert asked is not None
    assert await access.unlock("C2", answer(SECRET, person="C2", asked=asked)) is None

    assert not access.may_choose("C4")
    assert await access.choose("C2", PIN) is None
    assert tablet.now.entered == "C2"


async def test_s_t13_a_clock_that_is_put_back_gives_nobody_a_first_pin(tablet: Tablet) -> None:
    access = await with_pin(tablet)
    await tablet.time.pass_by(minutes=30 * 60)
    await access.enter("C3", PIN)
    await tablet.shifts.start("balafia", "C3")
    await tablet.time.pass_by(minutes=-29 * 60)

    assert not access.may_choose("C1")


async def test_s_t13_what_the_coordinator_opens_for_one_is_open_for_nobody_else_and_not_for_ever(
    tablet: Tablet,
) -> None:
    access = await with_pin(tablet)
    await tablet.time.pass_by(minutes=25 * 60)
    asked = await access.ask("C3")
    assert asked is not None
    await access.unlock("C3", answer(SECRET, person="C3", asked=asked))

    assert access.may_choose("C3")
    assert not access.may_choose("C1")
    assert not door(tablet).may_choose("C3")  # after a start


async def test_s_t13_who_comes_in_after_the_first_day_ends_it_whatever_the_clock_says_then(tablet: Tablet) -> None:
    access = await with_pin(tablet)
    await tablet.time.pass_by(minutes=25 * 60)
    await access.enter("C3", PIN)
    access.lock(Locking.BY_HAND)
    await tablet.time.pass_by(minutes=-25 * 60)

    assert not access.may_choose("C1")


async def test_s_t13_a_clock_that_was_ahead_at_first_does_not_make_the_day_longer(tablet: Tablet) -> None:
    await tablet.time.pass_by(minutes=60 * 24 * 400)
    access = await with_pin(tablet)
    await tablet.time.pass_by(minutes=-60 * 24 * 400)

    assert not access.may_choose("C1")


async def test_s_t13_a_tablet_that_lost_its_token_has_no_first_day_again(tablet: Tablet) -> None:
    """One damaged line took the token and another the PINs, and whoever held the tablet chose one."""
    access = door(tablet, secret=None, was_known=True)
    await access.choose("C3", PIN)
    await tablet.with_shift()
    assert await tablet.assisting.finish(await tablet.with_case(), DONE)
    tablet.store.write(Write(notes={"pins": None, "pins_begun": None}))

    assert not access.may_choose("C3")
    assert await access.choose("C3", OTHER_PIN) == Refused(Why.SHUT)


async def test_s_t13_a_tablet_that_no_centre_knows_has_nobody_to_ask(tablet: Tablet) -> None:
    access = door(tablet, secret=None)
    await access.choose("C3", PIN)
    await tablet.time.pass_by(minutes=48 * 60)

    assert await access.choose("C1", PIN) is None


async def test_s_t14_a_wrong_try_is_on_the_disk_before_the_pin_is_looked_at(tablet: Tablet) -> None:
    access = await with_pin(tablet)
    seen: list[object] = []

    class Watching(Fast):
        def matches(self, pin: str, kept: dict[str, str]) -> bool:
            seen.append(tablet.store.note("wrong_pins"))
            return super().matches(pin, kept)

    access.means = replace(access.means, verifier=Watching(PEPPER, lambda n: b"s" * n))

    await access.enter("C3", PIN)

    assert seen == [{"C3": 1}]
    assert tablet.store.note("wrong_pins") == {}


async def test_s_t14_five_wrong_ones_shut_for_thirty_seconds_then_five_and_thirty_minutes(tablet: Tablet) -> None:
    access = await with_pin(tablet)

    for wrong, seconds in ((5, 30), (1, 300), (1, 1800), (1, 1800)):
        assert await wrongly(access, wrong) == Refused(Why.PAUSE, seconds)
        assert await access.enter("C3", PIN) == Refused(Why.PAUSE, seconds)
        await tablet.time.pass_by(seconds=seconds)

    assert await access.enter("C3", PIN) is None


async def test_t_29_ten_wrong_ones_shut_for_good_and_a_kill_between_each_helps_nobody(tablet: Tablet) -> None:
    await with_pin(tablet)
    tried = 0
    for _ in range(40):
        tablet = tablet.killed_and_started()
        access = door(tablet)
        waits = access.obstacle("C3")
        if waits and waits.why == Why.PAUSE:
            await tablet.time.pass_by(seconds=waits.left)
        said = await access.enter("C3", OTHER_PIN)
        tried += 1
        if said == Refused(Why.SHUT):
            break

    assert tried == 10
    await tablet.time.pass_by(minutes=10_000)
    assert await door(tablet.killed_and_started()).enter("C3", PIN) == Refused(Why.SHUT)


async def test_t_29_a_kill_begins_a_pause_again_and_another_date_ends_none(tablet: Tablet) -> None:
    seconds = 1000.0
    access = door(tablet, monotonic=lambda: seconds)
    await access.choose("C3", PIN)
    assert await wrongly(access, 5) == Refused(Why.PAUSE, 30)

    tablet.time.at += timedelta(hours=1)
    assert await access.enter("C3", PIN) == Refused(Why.PAUSE, 30)
    tablet.time.at -= timedelta(hours=2)
    assert await access.enter("C3", PIN) == Refused(Why.PAUSE, 30)
    again = door(tablet.killed_and_started(), monotonic=lambda: seconds)

    assert await again.enter("C3", PIN) == Refused(Why.PAUSE, 30)


async def test_s_t14_the_answer_of_the_centre_opens_once_and_a_new_pin_is_chosen(tablet: Tablet) -> None:
    access = await with_pin(tablet)
    for _ in range(10):
        await access.enter("C3", OTHER_PIN)
        await tablet.time.pass_by(minutes=31)
    assert access.obstacle("C3") == Refused(Why.SHUT)
    asked = await access.ask("C3")
    assert asked is not None
    assert await access.ask("C3") == asked
    code = answer(SECRET, person="C3", asked=asked)

    assert await access.unlock("C3", f"{int(code) ^ 1:08}") == Refused(Why.WRONG, 4)
    assert await access.unlock("C3", f"{code[:4]} {code[4:]}") is None

    assert await access.unlock("C3", code) == Refused(Why.NO_CENTRE)
    assert not access.has_pin("C3")
    assert await access.choose("C3", OTHER_PIN) is None
    assert tablet.now.entered == "C3"


async def test_s_t14_answers_cannot_be_guessed_in_a_row(tablet: Tablet) -> None:
    access = await with_pin(tablet)
    await access.ask("C3")

    said = [await access.unlock("C3", f"{guess:08}") for guess in range(6)]

    assert said[-1] == Refused(Why.PAUSE, 30)


async def test_a_tablet_that_no_centre_knows_has_nothing_to_ask(tablet: Tablet) -> None:
    assert await door(tablet, secret=None).ask("C3") is None


async def test_s_t15_it_warns_twenty_seconds_before_and_locks_after_two_minutes_and_keeps_the_case(
    tablet: Tablet,
) -> None:
    access = await with_pin(tablet)
    await access.enter("C3", PIN)
    assert await tablet.shifts.start("balafia", "C3")
    case = await tablet.with_case()
    assert access.look() == 100
    await tablet.time.pass_by(seconds=100)
    assert access.look() == 20
    assert tablet.now.locks_soon

    access.touched()
    assert not tablet.now.locks_soon
    await tablet.time.pass_by(seconds=119)
    access.look()
    assert tablet.now.entered == "C3"
    await tablet.time.pass_by(seconds=1)
    access.look()

    assert tablet.now.entered == ""
    assert await access.enter("C3", PIN) is None
    assert tablet.case(case)


async def test_s_t15_the_touch_that_wakes_a_machine_after_an_hour_finds_it_locked(tablet: Tablet) -> None:
    """While it slept nobody looked: the pause between two looks stands still, and only the clock goes on."""
    access = await with_pin(tablet)
    await access.enter("C3", PIN)
    await tablet.time.pass_by(minutes=60)

    assert not access.touched(), "it does nothing but lock"
    assert tablet.now.entered == ""
    assert access.touched()


async def test_s_t15_the_coordinator_says_how_long(tablet: Tablet) -> None:
    access = await with_pin(tablet)
    await access.enter("C3", PIN)
    policies = replace(tablet.now.library.policies, lock_after_minutes=10)
    tablet.board.show(library=replace(tablet.now.library, policies=policies))

    await tablet.time.pass_by(minutes=9.9)
    access.look()

    assert tablet.now.entered == "C3"


async def test_s_t18_another_person_finds_nothing_of_the_one_before_and_that_one_everything_again(
    tablet: Tablet,
) -> None:
    access = await with_pin(tablet)
    await access.enter("C3", PIN)
    await tablet.shifts.start("balafia", "C3")
    case = await tablet.with_case()
    await tablet.shifts.remember(f"/assist/{case}")
    access.lock(Locking.BY_HAND)

    await access.choose("C1", OTHER_PIN)

    assert (tablet.now.entered, tablet.now.shift, tablet.now.own_drafts, tablet.now.undo) == ("C1", None, (), None)
    assert tablet.shifts.route == "/"
    assert tablet.now.aside == {"C3"}
    assert await tablet.shifts.start("ereta", "C1")
    assert tablet.now.draft(case) is None
    access.lock(Locking.BY_HAND)
    assert await access.enter("C3", PIN) is None
    assert tablet.now.shift and tablet.now.shift.connector_id == "C3"
    assert tablet.case(case)
    assert tablet.now.aside == {"C1"}


async def test_x_17_whoever_may_not_work_any_more_ends_the_open_case_and_is_out(
    make_tablet: MakeTablet, time: Time
) -> None:
    tablet = make_tablet()
    access = await with_pin(tablet)
    await access.enter("C3", PIN)
    await tablet.shifts.start("balafia", "C3")
    case = await tablet.with_case()
    ended = Connector("C3", valid_until=MONDAY.date() - timedelta(days=1))
    tablet.board.show(library=replace(library(), connectors=(ended, Connector("C1"))))

    access.look()
    assert tablet.now.entered == "C3"
    assert await tablet.assisting.begin("m8-vida-laboral") is None
    await tablet.assisting.discard(case)
    access.look()

    assert tablet.now.entered == ""
    assert [each.id for each in access.people] == ["C1"]
    assert await access.enter("C3", PIN) == Refused(Why.GONE)


async def test_s_t17_the_last_day_is_the_last_day(tablet: Tablet) -> None:
    access = await with_pin(tablet)
    today: date = MONDAY.date()
    tablet.board.show(library=replace(library(), connectors=(Connector("C3", valid_until=today),)))

    assert await access.enter("C3", PIN) is None


async def test_s_t17_a_clock_that_is_put_back_brings_nobody_back(tablet: Tablet) -> None:
    access = await with_pin(tablet)
    ended = Connector("C3", valid_until=MONDAY.date() - timedelta(days=1))
    heard = replace(tablet.now.sync, last_sent_at=MONDAY)
    tablet.board.show(library=replace(library(), connectors=(ended, Connector("C1"))), sync=heard)

    tablet.time.at -= timedelta(days=30)

    assert [each.id for each in access.people] == ["C1"]
    assert await access.enter("C3", PIN) == Refused(Why.GONE)
