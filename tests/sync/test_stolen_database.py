"""What somebody can do who has read all of the centre's database, and has neither a tablet nor the centre's private
key: nothing in a tablet's name."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

from sync.client.carrying import Sender, lines_to_carry
from sync.client.phase import Cause, Stopped
from sync.endpoint import schema
from sync.endpoint.parcels import ParcelUnusable, read_keys, take
from sync.protocol.device_keys import SEED_BYTES, DeviceKeys, secret_with
from sync.protocol.parcels import Line, read_line
from sync.protocol.sealed_box import public_key_of
from sync.protocol.unlocking import answer
from tests.sync.coordinator import Desk
from tests.sync.tablets import Office, Tablet

ASKED = "7KQ2M0XA"


@pytest.fixture
def at_centre(office: Office, tmp_path: Path) -> Desk:
    return Desk(office, tmp_path / "coordinator")


@pytest.fixture
def worked(at_centre: Desk, tablet: Tablet) -> Tablet:
    """Let in after the centre had a key, with one record that was sent and one that was not."""
    tablet.save(1, outcome="completed")
    tablet.sync()
    tablet.save(2, outcome="completed")
    return tablet


def everything(office: Office) -> set[str]:
    """Every text in the database."""
    with office.centre.database.reading() as connection:
        rows = [row for table in schema.metadata.sorted_tables for row in connection.execute(table.select())]
    return {value for row in rows for value in row if isinstance(value, str)}


def secrets_in(texts: set[str]) -> set[bytes]:
    """All that could be meant as a key of 32 bytes: what is written as one, and what is hashed of each text."""
    digits = {run for text in texts for run in re.findall(r"[0-9a-f]{64,}", text)}
    written = {bytes.fromhex(run[at : at + 64]) for run in digits for at in range(0, len(run) - 63, 64)}
    return written | {sha256(text.encode()).digest() for text in texts} | {sha256(each).digest() for each in written}


def signed_with(keys: DeviceKeys, tablet: Tablet, centre: bytes) -> list[Line]:
    """A hand-over of what is on the tablet, in its name. `centre` is the public key, which everybody may have."""
    device = tablet.office.centre.device_of(tablet.token or "")
    assert device is not None
    return list(map(read_line, lines_to_carry(tablet.outbox, Sender(device.id, keys, centre), clock=tablet.clock)))


def test_s_t22_with_all_that_is_in_the_database_no_hand_over_in_a_tablets_name_is_taken(office, at_centre, worked):
    keys, before = read_keys([at_centre.key]), office.rows()
    (private,) = keys.values()
    found = secrets_in(everything(office))
    assert sha256(worked.token.encode()).digest() in found, "the hash of the token, of which the proof came once"

    assert all(len(each) == SEED_BYTES for each in found)
    for secret in found:
        with pytest.raises(ParcelUnusable, match="nothing proves that it is of Tablet 1"):
            take(office.centre, signed_with(DeviceKeys(secret), worked, public_key_of(private)), keys)

    assert office.rows() == before
    assert len(take(office.centre, signed_with(worked.keys, worked, public_key_of(private)), keys).results) == 1


def test_s_t22_with_all_that_is_in_the_database_no_answer_to_a_tablet_is_computed(office, at_centre, worked, capsys):
    (private,) = read_keys([at_centre.key]).values()
    secret = worked.keys.secret_with(public_key_of(private))
    capsys.readouterr()
    question = ("--name", "Tablet 1", "--person", "C3", ASKED)
    assert at_centre.run("unlock-code", "--key", at_centre.key, *question) == 0
    assert capsys.readouterr().out.strip() == answer(secret, person="C3", asked=ASKED), "whoever has it answers"

    texts = everything(office)
    found, publics = secrets_in(texts), {worked.keys.public, public_key_of(private).hex() * 2}
    assert worked.keys.public in texts and public_key_of(private).hex() in texts
    agreed = {secret_with(each, public=public) for each in found for public in publics}

    assert secret not in found | agreed


def test_s_t22_the_database_lets_nobody_in(office, worked):
    for text in everything(office):
        assert office.centre.holder_of(text) is None
    worked.token = sha256(worked.token.encode()).hexdigest()

    assert worked.sync() == Stopped(Cause.DEVICE_UNKNOWN)
