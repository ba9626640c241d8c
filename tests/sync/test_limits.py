"""How often one tablet and one address may ask, and that nobody who works is kept from it."""

import asyncio
from datetime import timedelta
from random import Random

import httpx
import pytest

from sync.client.phase import Cause, Resting, Waiting
from sync.endpoint import limits
from sync.endpoint.limits import FOR_A_TABLET, FOR_BYTES, Buckets, Limits, Rule, network_of
from sync.endpoint.problems import Rejected
from sync.endpoint.routes import build
from sync.protocol import codec
from sync.protocol.messages import MAX_CHANGES, SyncRequest
from tests.load.pile import assists
from tests.sync.asking import make_body, post
from tests.sync.making import START, Clock, device_keys
from tests.sync.places import only_sqlite
from tests.sync.tablets import Office, Tablet

WRONG = {"code": "XXXX-YYYY", "name": "Tablet", "app": "1.0", "public_key": device_keys().public}


def enrol_from(office: Office, *addresses: str, **body: str) -> list[httpx.Response]:
    """The answers to one try from each of these addresses, one after the other."""

    async def asked() -> list[httpx.Response]:
        answers = []
        for address in addresses:
            transport = httpx.ASGITransport(app=office.app, client=(address, 40_000))
            async with httpx.AsyncClient(transport=transport, base_url="https://centre.test") as http:
                answers.append(await http.post("/v1/devices", json=WRONG | body))
        return answers

    return asyncio.run(asked())


def statuses(answers: list[httpx.Response]) -> list[int]:
    return [answer.status_code for answer in answers]


# one tablet

FEW = Rule(most=12, per_second=0.5, back_with=10)  # so that it does not take hundreds of requests to come to an end


@pytest.fixture
def narrow(office: Office) -> Office:
    office.app = build(office.centre, limits=Limits(office.clock, tablet=FEW))
    return office


@only_sqlite
def test_s_e04_a_tablet_that_asks_without_end_is_told_to_wait(narrow: Office, tablet: Tablet) -> None:
    answers = [post(narrow, tablet, make_body()) for _ in range(FEW.most + 2)]

    assert statuses(answers[:-2]) == [200] * FEW.most
    assert statuses(answers[-2:]) == [429, 429]
    assert answers[-1].headers["retry-after"] == "20"
    assert answers[-1].json()["type"] == "/problems/too-many"
    assert answers[-1].headers["x-acompanya"] == "1"


@only_sqlite
def test_s_e04_a_tablet_goes_on_after_the_time_it_was_told_and_others_all_the_while(
    narrow: Office, tablet: Tablet, other: Tablet
) -> None:
    for _ in range(FEW.most + 1):
        post(narrow, tablet, make_body())

    assert post(narrow, other, make_body()).status_code == 200
    narrow.clock.pass_by(timedelta(seconds=20))
    assert statuses([post(narrow, tablet, make_body()) for _ in range(11)]) == [200] * 10 + [429]


def test_s_e04_in_the_long_run_it_is_thirty_in_a_minute() -> None:
    clock = Clock()
    buckets, taken = Buckets(FOR_A_TABLET, clock), 0
    for _ in range(60 * 60):
        clock.pass_by(timedelta(seconds=1))
        try:
            buckets.take("tablet")
            taken += 1
        except Rejected:
            pass

    assert taken == FOR_A_TABLET.most + 30 * 60 - 1


def test_s_e04_a_tablet_with_a_hundred_thousand_records_may_offer_them_all_without_a_pause() -> None:
    first_batches = 3  # of 50, 100 and 200
    assert 100_000 // MAX_CHANGES + first_batches + 10 <= FOR_A_TABLET.most


@only_sqlite
def test_s_e04_a_tablet_that_was_told_to_wait_loses_nothing(narrow: Office, tablet: Tablet) -> None:
    for number in range(1, 60):
        tablet.save(number)
    for _ in range(FEW.most - 1):
        post(narrow, tablet, make_body())

    kept_waiting = tablet.sync()
    narrow.clock.pass_by(timedelta(seconds=20))
    done = tablet.sync()

    assert not isinstance(kept_waiting, Resting)
    assert isinstance(done, Resting) and len(narrow.records()) == 59


# what one tablet brings in a day


@only_sqlite
def test_s_e04_a_tablet_that_brings_bytes_without_end_is_told_to_wait_and_others_are_served(
    office: Office, tablet: Tablet, other: Tablet
) -> None:
    in_a_day = Rule(most=5_000, per_second=5_000 / 86_400, back_with=500)
    office.app = build(office.centre, limits=Limits(office.clock, brought=in_a_day))
    for number in range(1, 81):
        tablet.save(number, card=f"{number:064x}")

    kept_waiting = tablet.sync()

    assert isinstance(kept_waiting, Waiting) and kept_waiting.cause == Cause.BUSY
    assert post(office, tablet, make_body()).status_code == 429
    assert post(office, other, make_body()).status_code == 200
    office.clock.pass_by(timedelta(days=5))
    assert isinstance(tablet.sync(), Resting)
    assert len(office.records()) == 80


@only_sqlite
def test_s_e04_what_is_counted_is_what_was_unpacked(office: Office, tablet: Tablet) -> None:
    office.app = build(office.centre, limits=Limits(office.clock, brought=Rule(most=5_000, per_second=1)))
    tablet.save(1, card="x" * 15_000)  # packed it is a hundred bytes

    assert isinstance(tablet.sync(), Resting)
    assert post(office, tablet, make_body()).status_code == 429


def test_s_e04_a_tablet_with_a_hundred_thousand_records_may_offer_them_all_twice_in_a_day() -> None:
    changes = tuple(assists(MAX_CHANGES, Random(1)))
    one_request = len(codec.dump_request(SyncRequest("", START, 0, 0, changes)))

    assert 2 * 100_000 // MAX_CHANGES * one_request < FOR_BYTES.most


# one address


@only_sqlite
def test_s_e06_an_address_may_bring_five_wrong_codes_in_fifteen_minutes(office: Office) -> None:
    code = office.centre.issue_code("Tablet 9")
    wrong = enrol_from(office, *["192.0.2.7"] * 6)
    right = enrol_from(office, "192.0.2.7", "192.0.2.8", code=code)

    assert statuses(wrong) == [403] * 5 + [429]
    assert wrong[-1].headers["retry-after"] == "180"
    assert statuses(right) == [429, 201]


@only_sqlite
def test_s_e06_the_next_wrong_code_is_heard_three_minutes_later(office: Office) -> None:
    enrol_from(office, *["192.0.2.7"] * 5)
    office.clock.pass_by(timedelta(minutes=3))

    assert statuses(enrol_from(office, *["192.0.2.7"] * 2)) == [403, 429]


@only_sqlite
def test_s_e06_a_morning_of_sixty_new_tablets_from_one_address_is_let_in(office: Office) -> None:
    answers = []
    for number in range(60):
        answers += enrol_from(office, "192.0.2.7", code=office.centre.issue_code(f"Tablet {number}"))

    assert statuses(answers) == [201] * 60


# the buckets


def test_s_e04_whoever_asks_from_everywhere_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_BUCKETS", 10)
    buckets = Buckets(Rule(most=1, per_second=1), Clock())

    for number in range(100):
        buckets.take(str(number))

    assert len(buckets) == 10


def test_a_clock_that_was_set_back_or_far_ahead_gives_no_more_than_a_full_bucket() -> None:
    clock = Clock()
    buckets = Buckets(Rule(most=2, per_second=1), clock)
    buckets.take("tablet")
    buckets.take("tablet")

    clock.pass_by(-timedelta(hours=1))
    with pytest.raises(Rejected):
        buckets.take("tablet")
    clock.pass_by(timedelta(days=900))
    buckets.take("tablet")
    buckets.take("tablet")
    with pytest.raises(Rejected):
        buckets.take("tablet")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("no address", ""),
    ],
)
def test_an_address_that_is_changed_at_will_counts_as_its_network(address: str, network: str) -> None:
    assert network_of(address) == network
