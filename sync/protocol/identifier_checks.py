"""Whether what looks like an identifier is one: check digits and letters. Each takes digits and capitals alone."""

import re

from sync.protocol.card_codes import is_code
from sync.protocol.crockford import as_meant

_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"  # by the number modulo 23 (Spain's Ministry of the Interior)
_CARD_LENGTHS = range(13, 20)
_DOUBLED = str.maketrans("0123456789", "0246813579")
_SHORTEST_IBAN = 15  # Norway's
_DIGITS_OF_AN_IBAN = 10  # at least: every country has more


def is_dni(bare: str) -> bool:
    """The number and its letter, whatever word is between them."""
    return _DNI_LETTERS[int(re.sub(r"\D", "", bare)) % 23] == bare[-1]


def is_nie(bare: str) -> bool:
    return is_dni(str("XYZ".index(bare[0])) + bare[1:])


def is_health_card(bare: str) -> bool:
    """CIP of CatSalut: four letters, 0 or 1, year, month and day of birth, three digits."""
    return bare[4] in "01" and 1 <= int(bare[7:9]) <= 12 and 1 <= int(bare[9:11]) <= 31


def is_social_security(bare: str) -> bool:
    """Province, number, and what is left of both by 97; a short number is put behind the province as a number."""
    province, number, check = bare[:2], int(bare[2:10]), int(bare[10:])
    whole = int(province) * 10**7 + number if number < 10**7 else int(province + bare[2:10])
    return whole % 97 == check


def is_iban(bare: str) -> bool:
    """ISO 13616: the first four characters behind the others, letters as 10 to 35, leave 1 by 97. A text with few
    digits is words."""
    if len(bare) < _SHORTEST_IBAN or sum(map(str.isdigit, bare)) < _DIGITS_OF_AN_IBAN:
        return False
    return int("".join(str(int(one, 36)) for one in bare[4:] + bare[:4])) % 97 == 1


def is_national_account(bare: str) -> bool:
    """The twenty digits that were in use in Spain before the IBAN: two check digits in the middle."""
    weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)

    def check(digits: str) -> str:
        left = 11 - sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        return str({10: 1, 11: 0}.get(left, left))

    return bare[8:10] == check("00" + bare[:8]) + check(bare[10:])


def is_card(bare: str) -> bool:
    """Luhn's check (ISO 7812): every second digit from the end is doubled, and its digits added up."""
    if len(bare) not in _CARD_LENGTHS:
        return False
    return (sum(map(int, bare[::-2])) + sum(map(int, bare[-2::-2].translate(_DOUBLED)))) % 10 == 0


def is_phone(bare: str) -> bool:
    """Of a person: what a service answers for nothing or for a fee (800, 90x) is no secret."""
    national = re.sub(r"^(?:00)?34(?=[6-9]\d{8}$)", "", bare)
    return not re.match(r"(?:800|90[0-5])", national) if len(national) == 9 else 8 <= len(bare) <= 15


def is_card_code(bare: str) -> bool:
    """Its last letter checks the others. Misread letters are put right, but one digit is there as it is written: of
    words alone one in some thirty would pass."""
    return any(map(str.isdigit, bare)) and is_code(as_meant(bare))
