"""What is taken for an invitation, and what is not, whoever typed, pasted or scanned it."""

import pytest

from sync.endpoint.commands.tablets import address
from sync.protocol.crockford import ALPHABET, code_letters, grouped
from sync.protocol.invitations import (
    LETTERS,
    Invitation,
    Wrong,
    link_to,
    mark_of_centre,
    read_invitation,
    split_link,
)

CODE = "K7QF-2M9P-4XYZ"


@pytest.mark.parametrize("typed", [CODE, "k7qf 2m9p 4xyz", "K7QF2M9P4XYZ", " K7QF\u2013 2M9P-4XYZ\n", "K7QF‑2M9P-4XYZ"])
def test_a_code_is_the_same_however_it_is_typed(typed: str) -> None:
    assert read_invitation("https://centre.test", typed) == Invitation("https://centre.test", CODE)


def test_what_can_be_misread_is_read_as_it_was_meant() -> None:
    assert code_letters("oil") == "011"
    assert not set("OIL") & set(ALPHABET)
    assert LETTERS * 5 >= 60  # bits, five in each letter


def test_a_link_says_the_address_and_behind_its_mark_the_code() -> None:
    link = link_to("https://centre.test:8443/", CODE)

    assert link == f"https://centre.test:8443/alta#{CODE}"
    assert split_link(f" {link}\n") == ("https://centre.test:8443", CODE)
    assert read_invitation("centre.test:8443", CODE) == Invitation("https://centre.test:8443", CODE)


def test_a_link_that_is_typed_letter_by_letter_is_taken_apart_when_it_is_whole() -> None:
    link = link_to("https://centre.test", CODE)

    assert [split_link(link[:length]) for length in range(len(link))] == [None] * len(link)
    assert split_link(link)


@pytest.mark.parametrize(
    "code", ["", "K7QF", f"{CODE}A", f"{CODE[:-1]}U", f"{CODE[:-1]}\0", "%00" * 4, "Ñ" * 12, "x" * 100_000]
)
def test_x_12_a_code_of_another_length_or_of_other_letters_is_none(code: str) -> None:
    assert read_invitation("https://centre.test", code) == Wrong.CODE


@pytest.mark.parametrize(
    "address",
    ["", "javascript:alert(1)", "ftp://centre.test", "https://", "https://centre.test/elsewhere", "https://u:p@centre.test",
     "https://centre.test?x=1", "https://centre.test\0", "https://centre.test%00.other.test", "https://cen tre.test",
     "https://centre.test:99999", "https://[::1", "https://" + "a" * 100_000],
    ids=lambda address: address[:40],
)  # fmt: skip
def test_x_12_what_is_no_address_of_a_centre_is_none(address: str) -> None:
    assert read_invitation(address, CODE) == Wrong.ADDRESS


@pytest.mark.parametrize(
    "scanned",
    ["WIFI:T:WPA;S=sala;P:secret;;", "https://www.example.test/", "otpauth://totp/x?secret=AAAA", "BEGIN:VCARD\nFN:x",
     "ACO1.0/3.K7QF", "https://centre.test/alta", "mailto:x@example.test"],
)  # fmt: skip
def test_x_13_a_code_of_something_else_is_no_invitation(scanned: str) -> None:
    split = split_link(scanned)
    address, code = split or (scanned, "")

    assert isinstance(read_invitation(address, code), Wrong)


def test_two_people_compare_eight_letters_of_a_centre() -> None:
    assert mark_of_centre("one") != mark_of_centre("other")
    assert len(mark_of_centre("one")) == 9


@pytest.mark.parametrize("typed", ["centre.test", "https://centre.test/"])
def test_a_coordinator_may_say_the_address_without_its_ends(typed: str) -> None:
    assert address(typed) == "https://centre.test"
    assert grouped("0" * LETTERS) == "0000-0000-0000"
