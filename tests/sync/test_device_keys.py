"""The keys that a tablet makes for itself: what is signed with them, and the secret that they share with the centre."""

import pytest

from sync.protocol.device_keys import DeviceKeys, is_public, is_signed, secret_with
from sync.protocol.sealed_box import new_private_key, public_key_of
from tests.sync.making import device_keys

MESSAGE = b"what a tablet says"


def test_s_t22_the_centre_and_the_tablet_share_a_secret_that_no_other_key_gives() -> None:
    private, keys = new_private_key(), device_keys(1)

    secret = keys.secret_with(public_key_of(private))

    assert secret == secret_with(private, public=keys.public)
    assert len({secret, keys.seed, secret_with(new_private_key(), public=keys.public)}) == 3
    assert secret != secret_with(private, public=device_keys(2).public)


def test_s_t22_what_is_signed_is_of_one_key_and_one_message() -> None:
    keys = device_keys(1)
    signature = keys.sign(MESSAGE)

    assert is_signed(MESSAGE, signature, public=keys.public)
    assert not is_signed(MESSAGE, signature, public=device_keys(2).public)
    assert not is_signed(MESSAGE, device_keys(2).sign(MESSAGE), public=keys.public)


def test_s_t22_any_changed_byte_of_what_was_signed_or_of_the_signature_is_noticed() -> None:
    keys = device_keys(1)
    signature = bytes.fromhex(keys.sign(MESSAGE))

    for place in range(len(MESSAGE)):
        assert not is_signed(_changed(MESSAGE, place), signature.hex(), public=keys.public), place
    for place in range(len(signature)):
        assert not is_signed(MESSAGE, _changed(signature, place).hex(), public=keys.public), place


@pytest.mark.parametrize("public", ["", "zz", "00", "00" * 31, "00" * 64])
def test_s_t22_with_a_key_that_is_none_nothing_is_signed(public: str) -> None:
    assert not is_public(public)
    assert not is_signed(MESSAGE, device_keys().sign(MESSAGE), public=public)


def test_s_t22_a_public_half_is_written_in_one_way() -> None:
    public = device_keys().public

    assert is_public(public)
    for other in (public.upper(), public[:-2], public + "00", f"{public[:64]} {public[64:]}", public[:64] + "00" * 32):
        assert not is_public(other), other


def test_s_t22_what_is_printed_of_the_keys_does_not_say_the_private_half() -> None:
    keys = DeviceKeys(b"0123456789abcdef0123456789abcdef")

    assert "0123" not in f"{keys!r} {keys}"
    assert keys.seed.hex() not in keys.public


def _changed(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
