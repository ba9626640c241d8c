"""A tablet that was given up for lost: what the centre still takes of it, what it does not, and who looks into it."""

import asyncio
import json
from contextlib import ExitStack
from random import Random
from zlib import crc32

import httpx
import pytest
from sqlalchemy import insert

from sync.client.carrying import Sender, lines_to_carry
from sync.client.phase import Cause, Resting, Stopped
from sync.endpoint import drop_box, schema
from sync.endpoint.drop_box import MOST_PARCELS, brought, lines_of
from sync.endpoint.exchange import TENANT
from sync.endpoint.limits import MOST_AT_ONCE
from sync.endpoint.parcels import read_key
from sync.endpoint.problems import Rejected
from sync.errors import BatchTooLarge, CentreBusy, DeviceUnknown, MalformedMessage, NotEnrolled
from sync.protocol.parcels import LINE_BYTES, MOST_LINES, pack
from sync.protocol.sealed_box import new_private_key, public_key_of
from tests.sync.asking import ask
from tests.sync.coordinator import Desk
from tests.sync.making import device_keys, enrolment
from tests.sync.tablets import Office, Tablet


@pytest.fixture
def at_centre(office: Office, tmp_path) -> Desk:
    return Desk(office, tmp_path / "coordinator")


@pytest.fixture
def worked(tablet: Tablet) -> Tablet:
    for number in range(1, 8):
        tablet.save(number, outcome="completed")
    return tablet


def bring(office: Office, tablet: Tablet, lines: tuple[str, ...]) -> str:
    return asyncio.run(tablet.transport(office.wire).bring(lines))


PUBLIC = public_key_of(new_private_key())


def a_parcel(number: int) -> tuple[str, ...]:
    return pack(b"%d" % number, device="d", keys=device_keys(), public=PUBLIC)


def resealed(line: str, letters: str) -> str:
    """The line with other letters and the check sum that goes with them."""
    said = ":".join([*line.split(":")[:4], letters])
    return f"{said}:{crc32(said.encode('ascii')):08X}"


def test_s_t04_s_t23_a_lost_tablet_is_told_so_and_brings_what_it_had_not_sent(office, at_centre, worked, capsys):
    lines = at_centre.carried(worked)
    assert at_centre.run("lost", "--name", "Tablet 1") == 0

    assert worked.sync() == Stopped(Cause.DEVICE_LOST)
    parcel = bring(office, worked, lines)

    assert [(one.parcel, one.tablet, one.taken_at) for one in brought(office.centre.database, TENANT)] == [
        (parcel, "Tablet 1", None)
    ]
    assert office.records() == {}
    assert at_centre.run("hand-over", "--key", at_centre.key, "--brought") == 0
    assert len(office.records()) == 7
    assert "of Tablet 1: 7 changes" in capsys.readouterr().out


def test_s_t23_what_was_taken_is_not_kept_beside_the_records_and_not_taken_again(office, at_centre, worked, capsys):
    lines = at_centre.carried(worked)
    office.centre.give_up("Tablet 1")
    bring(office, worked, lines)
    at_centre.run("hand-over", "--key", at_centre.key, "--brought")
    (one,) = brought(office.centre.database, TENANT)
    assert (lines_of(office.centre.database, one), one.taken_at is not None) == ("", True)
    capsys.readouterr()

    assert at_centre.run("hand-over", "--key", at_centre.key, "--brought") == 0
    assert capsys.readouterr().out == ""
    bring(office, worked, lines)
    assert len(brought(office.centre.database, TENANT)) == 1


def test_s_t23_it_is_given_nothing_back(office, at_centre, worked):
    assert isinstance(worked.sync(), Resting)
    office.centre.give_up("Tablet 1")
    bearer = {"Authorization": f"Bearer {worked.token}", "Content-Type": "application/json"}

    for method, path in (("POST", "/v1/sync"), ("GET", "/v1/receipt?shift=x"), ("GET", "/v1/parcels")):
        answer = ask(office, method, path, headers=bearer)
        assert answer.status_code in (401, 405)
        assert b"record" not in answer.content


def test_a_tablet_that_was_only_revoked_brings_nothing(office, at_centre, worked):
    lines = at_centre.carried(worked)
    office.centre.revoke("Tablet 1")

    with pytest.raises(DeviceUnknown):
        bring(office, worked, lines)


def test_nobody_brings_anything_without_a_token(office, at_centre, worked):
    lines = at_centre.carried(worked)
    worked.token = None
    with pytest.raises(NotEnrolled):
        bring(office, worked, lines)
    worked.token = "found somewhere"
    with pytest.raises(DeviceUnknown):
        bring(office, worked, lines)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: (),
        lambda lines: ("x",),
        lambda lines: (lines[0][:-1] + ("0" if lines[0][-1] != "0" else "1"),),
        lambda lines: (*lines, *a_parcel(2)),
        lambda lines: lines * 2,
        lambda lines: lines * (MOST_LINES + 1),
        lambda lines: (resealed(lines[0], "A" * 1762),),
        lambda lines: pack(Random(1).randbytes(3000), device="d", keys=device_keys(), public=PUBLIC)[:1],
    ],
    ids=["nothing", "no line", "changed", "two parcels", "twice", "very often", "long", "half a parcel"],
)
def test_what_is_no_whole_parcel_is_refused_and_not_kept(office, worked, spoil):
    with pytest.raises(MalformedMessage):
        bring(office, worked, spoil(a_parcel(1)))

    assert brought(office.centre.database, TENANT) == []


def test_whoever_found_the_tablet_does_not_fill_the_centres_disk(office, worked):
    office.centre.give_up("Tablet 1")
    device = office.centre.holder_of(worked.token).device
    for number in range(MOST_PARCELS):
        office.centre.bring(device, office.centre.look_at_parcel(device, a_parcel(number)))

    with pytest.raises(BatchTooLarge):
        bring(office, worked, a_parcel(MOST_PARCELS))

    assert len(brought(office.centre.database, TENANT)) == MOST_PARCELS


def test_s_e04_the_box_holds_so_many_bytes_of_a_tablet_until_somebody_takes_them(
    office, at_centre, worked, monkeypatch, capsys
):
    monkeypatch.setattr(drop_box, "MOST_BYTES", 4_000)
    lines = at_centre.carried(worked)
    office.centre.give_up("Tablet 1")
    device = office.centre.holder_of(worked.token).device
    bring(office, worked, lines)
    more = pack(Random(1).randbytes(2_000), device=device.id, keys=worked.keys, public=PUBLIC)

    with pytest.raises(BatchTooLarge):
        bring(office, worked, more)
    bring(office, worked, lines)  # what is there already is answered as before
    with pytest.raises(Rejected) as refused:
        office.centre.look_at_parcel(device, more)
    assert refused.value.answer.problem.type == "/problems/box-full"
    assert len(brought(office.centre.database, TENANT)) == 1

    assert at_centre.run("hand-over", "--key", at_centre.key, "--brought") == 0
    bring(office, worked, more)
    assert len(brought(office.centre.database, TENANT)) == 2


def test_s_e04_a_parcel_is_looked_at_before_its_turn(office, worked):
    """Whoever brings what is no parcel holds up nobody."""

    async def while_somebody_writes() -> httpx.Response:
        transport = httpx.ASGITransport(app=office.app)
        async with (
            office.app.state.turn,
            asyncio.timeout(5),
            httpx.AsyncClient(transport=transport, base_url="https://centre.test") as http,
        ):
            bearer = {"Authorization": f"Bearer {worked.token}"}
            return await http.post("/v1/parcels", headers=bearer, json={"lines": a_parcel(1) * 2})

    assert asyncio.run(while_somebody_writes()).status_code == 422


def test_s_e04_of_one_tablet_few_parcels_at_a_time_are_held_in_memory(office, worked):
    device = office.centre.holder_of(worked.token).device
    with ExitStack() as going_on:
        for _ in range(MOST_AT_ONCE):
            going_on.enter_context(office.app.state.limits.exchanging(device.id))
        with pytest.raises(CentreBusy):
            bring(office, worked, a_parcel(1))

    bring(office, worked, a_parcel(1))


def test_one_parcel_that_cannot_be_read_leaves_the_others_to_be_taken(office, at_centre, worked, capsys):
    """A centre of before took longer lines."""
    lines = at_centre.carried(worked)
    office.centre.give_up("Tablet 1")
    device = office.centre.holder_of(worked.token).device
    odd = {"parcel": "0" * 16, "device": device.id, "lines": resealed(lines[0], "A" * (2 * LINE_BYTES))}
    with office.centre.database.writing() as connection:
        connection.execute(insert(schema.brought), odd | {"tenant": TENANT, "received_at": "", "taken_at": None})
    bring(office, worked, lines)

    assert at_centre.run("hand-over", "--key", at_centre.key, "--brought") == 1

    assert "nothing was taken of 0000000000000000, line 1" in capsys.readouterr().err
    assert len(office.records()) == 7


def test_a_parcel_of_another_tablet_is_not_taken_for_the_one_that_brought_it(office, at_centre, worked, other, capsys):
    other.save(50, outcome="completed")
    lines = at_centre.carried(other)
    office.centre.give_up("Tablet 1")
    bring(office, worked, lines)

    assert at_centre.run("hand-over", "--key", at_centre.key, "--brought") == 1

    assert "of another tablet than the one that brought it" in capsys.readouterr().err
    assert office.records() == {}
    assert [one.taken_at for one in brought(office.centre.database, TENANT)] == [None]


def test_a_tablet_that_was_found_again_is_let_in_with_a_new_code(office, at_centre, worked):
    office.centre.give_up("Tablet 1")
    enrolled = office.centre.redeem(enrolment(office.centre.issue_code("Tablet 1"), "Tablet 1", "0.1.0"))
    worked.token = enrolled.token

    assert isinstance(worked.sync(), Resting)
    assert len(office.records()) == 7


def test_s_t23_giving_up_says_what_may_be_on_it_and_is_in_the_audit_log(office, at_centre, worked, capsys):
    worked.sync()
    worked.save(8, outcome="completed")
    capsys.readouterr()

    assert at_centre.run("lost", "--name", "Tablet 1") == 0

    said = capsys.readouterr().out
    assert "assist" in said
    assert "7" in said
    assert at_centre.run("lost", "--name", "Tablet 9") == 1
    assert at_centre.run("devices", "--json") == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one["lost_at"] == one["revoked_at"]
    assert at_centre.run("audit") == 0
    assert " lost " in capsys.readouterr().out


def test_brought_lists_without_opening(office, at_centre, worked, capsys):
    lines = at_centre.carried(worked)
    office.centre.give_up("Tablet 1")
    parcel = bring(office, worked, lines)
    capsys.readouterr()

    assert at_centre.run("brought") == 0

    said = capsys.readouterr().out
    assert parcel in said
    assert "Tablet 1" in said


def test_a_401_of_another_kind_is_no_order_to_go_out_of_service(office, worked):
    worked.token = "unknown"

    phase = worked.sync()

    assert phase == Stopped(Cause.DEVICE_UNKNOWN)


def test_s_t23_whoever_has_the_token_alone_brings_nothing_in_the_tablets_name(office, at_centre, worked, capsys):
    """It lies in clear beside what a lost tablet has still to bring; the keys are destroyed."""
    device = office.centre.holder_of(worked.token).device
    public = public_key_of(read_key(at_centre.key))
    forged = lines_to_carry(worked.outbox, Sender(device.id, device_keys(99), public), clock=worked.clock)
    office.centre.give_up("Tablet 1")
    bring(office, worked, forged)

    assert at_centre.run("hand-over", "--key", at_centre.key, "--brought") == 1
    assert "nothing proves that it is of Tablet 1" in capsys.readouterr().err
    assert office.records() == {}

    assert at_centre.run("hand-over", "--key", at_centre.key, "--brought", "--unproven") == 0
    assert len(office.records()) == 7


def test_s_t23_what_it_brought_before_it_was_found_again_is_still_its_own(office, at_centre, worked):
    """Let in anew it has other keys than those that it signed with."""
    lines = at_centre.carried(worked)
    office.centre.give_up("Tablet 1")
    bring(office, worked, lines)
    office.centre.redeem(enrolment(office.centre.issue_code("Tablet 1"), "Tablet 1", "0.1.0", device_keys(98)))

    assert at_centre.run("hand-over", "--key", at_centre.key, "--brought") == 0

    assert len(office.records()) == 7
