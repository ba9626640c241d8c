"""What a person carries from a tablet to the centre, in a file or in codes, once or often, before or after the wire."""

import os
import random
from base64 import b32decode
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import pytest
from sqlalchemy import select

from sync.client.carrying import Sender, lines_to_carry
from sync.client.phase import Resting
from sync.endpoint import schema
from sync.endpoint.parcels import ParcelUnusable, read_key
from sync.errors import MalformedMessage
from sync.protocol.parcels import LINE_BYTES, read_line
from sync.protocol.sealed_box import LONGER_BY, new_private_key, public_key_of, seal, unseal
from tests.sync.coordinator import Desk
from tests.sync.making import device_keys, enrolment, make_id
from tests.sync.tablets import Office, Tablet

SHOULD_BE_DIGITS = "A"


@pytest.fixture
def at_centre(office: Office, tmp_path: Path) -> Desk:
    return Desk(office, tmp_path / "coordinator")


def device_ids(office: Office) -> set[str]:
    with office.centre.database.reading() as connection:
        return set(connection.execute(select(schema.record.c.device)).scalars())


def worked(tablet: Tablet) -> Tablet:
    """A shift whose records are as hard to make smaller as real ones."""
    chance = random.Random(7)
    for number in range(1, 61):
        card = f"{chance.getrandbits(256):064x}"
        tablet.save(number, outcome="completed", procedure_id=f"sp-{number}", card=card, shift_id=make_id(99))
    return tablet


def seen(office: Office) -> list[tuple[object, ...]]:
    """All that was ever written, but for when it came."""
    return office.rows()


def test_what_is_carried_arrives_as_if_it_had_been_sent(office, at_centre, tablet, other, capsys):
    worked(tablet)

    assert at_centre.take(at_centre.file(*at_centre.carried(tablet))) == 0

    assert {id: dict(record.fields) for id, record in office.records().items()} == {
        make_id(number, series=2): dict(tablet.holds(number).fields) for number in range(1, 61)
    }
    assert device_ids(office) == {office.centre.device_of(tablet.token).id}
    said = capsys.readouterr().out
    assert "of Tablet 1: 60 changes" in said
    assert said.count("assist  taken ") == 60


def test_nothing_counts_as_sent_before_the_centre_has_answered_the_tablet(at_centre, tablet):
    worked(tablet)

    at_centre.take(at_centre.file(*at_centre.carried(tablet)))

    assert tablet.outbox.counts().waiting == 60
    assert isinstance(tablet.sync(), Resting)
    assert tablet.outbox.counts().waiting == 0


def test_read_twice_or_after_the_network_it_changes_nothing(office, at_centre, tablet, capsys):
    carried = at_centre.file(*at_centre.carried(worked(tablet)))
    at_centre.take(carried)
    after_once = seen(office)

    assert at_centre.take(carried) == 0
    assert seen(office) == after_once
    assert isinstance(tablet.sync(shift=make_id(99)), Resting), "both ends hold the same of the shift"
    assert seen(office) == after_once
    assert at_centre.take(carried) == 0
    assert seen(office) == after_once
    assert capsys.readouterr().out.count("taken, known already") == 120


def test_sent_by_network_first_the_file_changes_nothing(office, at_centre, tablet):
    carried = at_centre.file(*at_centre.carried(worked(tablet)))
    tablet.sync()
    before = seen(office)

    assert at_centre.take(carried) == 0

    assert seen(office) == before


def test_what_is_written_after_it_was_carried_follows_by_network(office, at_centre, tablet):
    tablet.save(1, outcome="completed")
    at_centre.take(at_centre.file(*at_centre.carried(tablet)))
    tablet.save(1, outcome="referred")
    tablet.save(2, outcome="left")

    tablet.sync()

    records = office.records()
    assert {record.fields["outcome"] for record in records.values()} == {"referred", "left"}
    assert not any(record.conflicts for record in records.values())


def test_two_tablets_that_disagree_are_both_kept_however_one_of_them_came(office, at_centre, tablet, other, capsys):
    tablet.save(1, "session", room="B1")
    tablet.sync()
    other.sync()
    tablet.save(1, "session", room="B2")
    other.save(1, "session", room="C1")
    other.sync()

    at_centre.take(at_centre.file(*at_centre.carried(tablet)))

    (record,) = office.records().values()
    assert (record.fields["room"], [each.value for each in record.conflicts]) == ("C1", ["B2"])
    assert "in dispute" in capsys.readouterr().out


def test_a_restore_that_nobody_told_is_noticed_by_what_is_carried_too(office, at_centre, tablet, other):
    tablet.save(1, "session", room="B1")
    tablet.sync()
    backup = office.backup()
    for room in ("B2", "B3", "B4"):
        tablet.save(1, "session", room=room)
        tablet.sync()
    tablet.save(1, "session", room="C1")
    carried = at_centre.file(*at_centre.carried(tablet))
    office.restore(backup)
    other.sync()
    for room in ("D1", "D2", "D3"):
        other.save(1, "session", room=room)
        other.sync()

    assert at_centre.take(carried) == 0

    (record,) = office.records().values()
    assert (record.fields["room"], [each.value for each in record.conflicts]) == ("D3", ["C1"])


def test_a_refused_change_is_told_with_its_reason_and_the_others_are_taken(office, at_centre, tablet, capsys):
    tablet.save(1, outcome="completed")
    tablet.save(2, outcome="x" * 20_001)

    at_centre.take(at_centre.file(*at_centre.carried(tablet)))

    assert len(office.records()) == 1
    assert office.count("refused") == 1
    assert "refused" in (said := capsys.readouterr().out) and "/problems/" in said


def test_more_than_one_request_can_hold_is_carried_in_several_parcels(office, at_centre, tablet):
    for number in range(1, 602):
        tablet.save(number, outcome="completed")
    lines = at_centre.carried(tablet)

    assert len({read_line(line).parcel for line in lines}) == 2
    assert at_centre.take(at_centre.file(*lines)) == 0
    assert len(office.records()) == 601


def test_nothing_that_waits_is_nothing_to_carry(at_centre, tablet):
    assert at_centre.carried(tablet) == ()


def test_a_new_tablet_is_told_the_key_and_an_older_centre_has_none(office, tmp_path):
    def enrolled(name: str) -> str | None:
        found = office.centre.redeem(enrolment(office.centre.issue_code(name), name, "0.1.0"))
        assert found is not None
        return found.parcel_key

    assert enrolled("Tablet 1") is None
    at_centre = Desk(office, tmp_path / "coordinator")
    assert enrolled("Tablet 2") == public_key_of(read_key(at_centre.key)).hex()


def test_the_private_key_is_in_its_file_alone_and_is_never_written_over(office, at_centre):
    private = at_centre.key.read_text().split()[-1]
    kept = at_centre.key.read_bytes()

    assert at_centre.run("hand-over-key", "--output", at_centre.key) == 1

    assert at_centre.key.read_bytes() == kept
    assert at_centre.key.stat().st_mode & 0o077 == 0
    with office.centre.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM centre").all()
    assert private not in repr(rows)


def test_a_file_for_the_key_before_is_read_with_the_key_before(office, at_centre, tablet):
    carried = at_centre.file(*at_centre.carried(worked(tablet)))
    newer = at_centre.folder / "newer.key"
    at_centre.run("hand-over-key", "--output", newer)

    assert at_centre.take(carried, key=newer) == 1
    assert at_centre.run("hand-over", "--key", newer, "--key", at_centre.key, carried) == 0
    assert len(office.records()) == 60


def test_a_photo_of_it_says_nothing(at_centre, tablet):
    tablet.save(1, outcome="completed", marker="OUTCOMEOUTCOME")
    (line,) = at_centre.carried(tablet)

    piece = read_line(line).piece

    assert b"OUTCOME" not in piece and tablet.token.encode() not in piece
    assert unseal(piece, new_private_key()) is None


def test_a_box_with_any_byte_changed_or_left_out_does_not_open():
    private = new_private_key()
    box = seal(b"what was written", public_key_of(private))
    assert unseal(box, private) == b"what was written"
    assert len(box) == len(b"what was written") + LONGER_BY

    for place in range(len(box)):
        changed = box[:place] + bytes([box[place] ^ 1]) + box[place + 1 :]
        # A key's highest bit says nothing, so two ways of writing it are one key: the head is sealed as it was written.
        assert unseal(changed, private) is None, place
        assert unseal(box[:place], private) is None, place


def test_a_tablet_that_was_revoked_or_enrolled_again_is_taken_on_somebodys_word(office, at_centre, tablet, capsys):
    carried = at_centre.file(*at_centre.carried(worked(tablet)))
    office.centre.revoke("Tablet 1")
    assert at_centre.take(carried) == 1
    assert "which was revoked" in capsys.readouterr().err
    office.centre.redeem(enrolment(office.centre.issue_code("Tablet 1"), "Tablet 1", "0.1.0"))
    assert at_centre.take(carried) == 1
    assert "nothing proves that it is of Tablet 1" in capsys.readouterr().err
    assert office.records() == {}

    assert at_centre.run("hand-over", "--key", at_centre.key, "--unproven", carried) == 0
    assert len(office.records()) == 60


# what is wrong with a file: X-14


def nothing_in_it(desk: Desk, lines: tuple[str, ...], _tablet: Tablet) -> Path:
    return desk.file("", " ")


def cut(desk: Desk, lines: tuple[str, ...], _tablet: Tablet) -> Path:
    path = desk.file(*lines)
    os.truncate(path, random.Random(7).randrange(path.stat().st_size - 2))
    return path


def one_byte_changed(desk: Desk, lines: tuple[str, ...], _tablet: Tablet) -> Path:
    path = desk.file(*lines)
    content = bytearray(path.read_bytes())
    content[1_000] = ord("B") if content[1_000] != ord("B") else ord("C")
    path.write_bytes(content)
    return path


def for_another_key(desk: Desk, lines: tuple[str, ...], tablet: Tablet) -> Path:
    sender = Sender("00000000-0000-4000-8000-000000000000", tablet.keys, public_key_of(new_private_key()))
    return desk.file(*lines_to_carry(tablet.outbox, sender, clock=tablet.clock))


def of_a_tablet_nobody_knows(desk: Desk, lines: tuple[str, ...], tablet: Tablet) -> Path:
    public = public_key_of(read_key(desk.key))
    sender = Sender("00000000-0000-4000-8000-000000000000", tablet.keys, public)
    return desk.file(*lines_to_carry(tablet.outbox, sender, clock=tablet.clock))


def in_the_name_of_another_tablet(desk: Desk, lines: tuple[str, ...], tablet: Tablet) -> Path:
    device = desk.office.centre.device_of(tablet.token or "")
    assert device is not None
    sender = Sender(device.id, device_keys(99), public_key_of(read_key(desk.key)))
    return desk.file(*lines_to_carry(tablet.outbox, sender, clock=tablet.clock))


def two_gigabytes(desk: Desk, lines: tuple[str, ...], _tablet: Tablet) -> Path:
    path = desk.file(*lines)
    os.truncate(path, 2 << 30)  # with a hole: it takes no room
    return path


def a_link(desk: Desk, lines: tuple[str, ...], _tablet: Tablet) -> Path:
    path = desk.folder / "link.txt"
    path.symlink_to(desk.file(*lines))
    return path


def a_folder(desk: Desk, lines: tuple[str, ...], _tablet: Tablet) -> Path:
    return desk.folder


def a_pipe(desk: Desk, lines: tuple[str, ...], _tablet: Tablet) -> Path:
    os.mkfifo(desk.folder / "pipe")
    return desk.folder / "pipe"


def not_there(desk: Desk, lines: tuple[str, ...], _tablet: Tablet) -> Path:
    return desk.folder / ".." / "coordinator" / "gone.txt"


def a_picture(desk: Desk, lines: tuple[str, ...], _tablet: Tablet) -> Path:
    path = desk.folder / "photo.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    return path


def a_code_of_the_wifi(desk: Desk, lines: tuple[str, ...], _tablet: Tablet) -> Path:
    return desk.file("WIFI:S:centre;T:WPA;P:secret;;")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (nothing_in_it, "is empty"),
        (cut, "was cut"),
        (one_byte_changed, "that was changed"),
        (for_another_key, "which was not given"),
        (of_a_tablet_nobody_knows, "a tablet this centre does not know"),
        (in_the_name_of_another_tablet, "nothing proves that it is of Tablet 1"),
        (two_gigabytes, "larger than 8 MiB"),
        (a_link, "is a link"),
        (a_folder, "is no ordinary file"),
        (a_pipe, "is no ordinary file"),
        (not_there, "No such file"),
        (a_picture, "holds what is in no parcel"),
        (a_code_of_the_wifi, "is no line of a parcel"),
    ],
)
def test_x_14_a_bad_file_is_refused_with_a_reason_and_nothing_is_written(
    office, at_centre, tablet, capsys, spoil: Callable[..., Path], reason: str
):
    worked(tablet)
    path = spoil(at_centre, at_centre.carried(tablet), tablet)
    before, there = seen(office), sorted(at_centre.folder.rglob("*"))

    assert at_centre.take(path) == 1

    said = capsys.readouterr()
    assert reason in said.err and "nothing was taken of" in said.err
    assert "secret" not in said.err
    assert (seen(office), sorted(at_centre.folder.rglob("*"))) == (before, there)


def test_x_14_a_name_that_climbs_out_of_its_folder_is_only_read(office, at_centre, tablet, tmp_path):
    carried = at_centre.file(*at_centre.carried(worked(tablet)))
    there = sorted(tmp_path.rglob("*"))

    assert at_centre.take(at_centre.folder / ".." / "coordinator" / carried.name) == 0

    assert len(office.records()) == 60
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in there and "centre.db" not in path.name] == []


def test_x_14_a_line_with_any_letter_changed_is_noticed(at_centre, tablet):
    tablet.save(1, outcome="completed")
    (line,) = at_centre.carried(tablet)

    for place in range(len(line)):
        other = SHOULD_BE_DIGITS if line[place] != SHOULD_BE_DIGITS else "B"
        with pytest.raises(MalformedMessage):
            read_line(line[:place] + other + line[place + 1 :])


@pytest.mark.parametrize("length", [*range(1, 17), 1_760, 1_761, 1_762])
def test_x_14_the_letters_of_a_line_are_base32_and_no_more_than_a_line_has(length: int) -> None:
    letters = "".join(random.Random(length).choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=length))
    said = f"ACOMPANYA-1:{'0' * 16}:{'1' * 16}:1/1:{letters}"
    line = f"{said}:{crc32(said.encode('ascii')):08X}"
    try:
        piece = b32decode(letters + "=" * (-length % 8))
    except ValueError:
        piece = b""

    if piece and len(piece) <= LINE_BYTES:
        assert read_line(line).piece == piece
    else:
        with pytest.raises(MalformedMessage):
            read_line(line)


def test_x_14_a_file_that_is_no_key_opens_nothing(at_centre, tablet, tmp_path):
    carried = at_centre.file(*at_centre.carried(worked(tablet)))

    with pytest.raises(ParcelUnusable, match="holds no private key"):
        read_key(carried)
    assert at_centre.take(carried, key=carried) == 1


# what is wrong with codes: X-15


def test_x_15_a_part_that_is_missing_is_named_and_nothing_is_taken(office, at_centre, tablet, capsys):
    first, second, *rest = at_centre.carried(worked(tablet))
    assert len(rest) >= 1

    assert at_centre.take(at_centre.file(first, *rest)) == 1

    assert f"part 2 of {2 + len(rest)} is missing" in capsys.readouterr().err
    assert office.records() == {}


def test_x_15_parts_in_any_order_and_twice_are_one_hand_over(office, at_centre, tablet):
    lines = at_centre.carried(worked(tablet))

    assert at_centre.take(at_centre.file(*reversed(lines)), at_centre.file(lines[1], name="again.txt")) == 0

    assert len(office.records()) == 60


def test_x_15_codes_of_two_tablets_are_kept_apart(office, at_centre, tablet, other, capsys):
    worked(tablet)
    chance = random.Random(8)
    for number in range(101, 161):
        other.save(number, outcome="left", card=f"{chance.getrandbits(256):064x}")
    ours, theirs = at_centre.carried(tablet), at_centre.carried(other)
    mixed = sorted([*ours, *theirs], key=lambda line: read_line(line).number)
    without = [line for line in mixed if line != theirs[1]]

    assert at_centre.take(at_centre.file(*without)) == 1

    assert f"part 2 of {len(theirs)} is missing" in capsys.readouterr().err
    assert {record.fields["outcome"] for record in office.records().values()} == {"completed"}
    assert at_centre.take(at_centre.file(*theirs)) == 0
    assert len(office.records()) == 120


def test_a_line_fits_a_code_that_cameras_read(at_centre, tablet):
    for line in at_centre.carried(worked(tablet)):
        assert len(read_line(line).piece) <= LINE_BYTES
        assert len(line) <= 1_853  # what a code of version 25 holds of these letters
        assert set(line) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
