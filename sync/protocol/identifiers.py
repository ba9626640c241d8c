"""Finds what names a person in free text: identity and health-card numbers, accounts, telephones, addresses, codes.

Pure, and the same at both ends: the tablet asks before it saves, the centre looks again. Where a number carries a check
digit or letter it has to be right, so that an order number or a date is no alarm.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Identifier(StrEnum):
    """What may be found."""

    DNI = "dni"
    NIE = "nie"
    HEALTH_CARD = "health_card"
    SOCIAL_SECURITY = "social_security"
    BANK_ACCOUNT = "bank_account"
    CARD = "card"
    EMAIL = "email"
    PHONE = "phone"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Found:
    """One of them, and where: `text[start:end]`."""

    kind: Identifier
    start: int
    end: int


def find(text: str) -> tuple[Found, ...]:
    """All that is found, in the order of the text; what is part of something longer is not told apart."""
    plain = "".join(map(_plain, text))
    found: list[Found] = []
    taken = bytearray(len(plain))
    for kind, pattern, is_valid in _LOOKS:  # the longer kinds first
        for hit in pattern.finditer(plain):
            one = Found(kind, *hit.span("it"))
            if is_valid(_bare(hit["it"])) and not any(taken[one.start : one.end]):
                found.append(one)
                taken[one.start : one.end] = b"\x01" * (one.end - one.start)
    return tuple(sorted(found, key=lambda one: one.start))


def without(text: str, found: tuple[Found, ...]) -> str:
    """The text with each of them, of this very text, taken out."""
    kept, at = [], 0
    for one in found:
        kept.append(text[at : one.start])
        at = one.end
    return re.sub(r"[^\S\n]{2,}", " ", "".join((*kept, text[at:]))).strip()


_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"  # by the number modulo 23 (Spain's Ministry of the Interior)
_CARD_LENGTHS = range(13, 20)
_PUNCTUATION = {"\u00b7": ".", "\u2019": "'"}


def _plain(character: str) -> str:
    """One character for one, so that places stay: digits of any script, capitals, and one dash and one space."""
    if character.isascii():
        return character.upper()
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    match unicodedata.category(character):
        case "Pd":
            return "-"
        case "Zs":
            return " "
    folded = unicodedata.normalize("NFKD", character)[0].upper()
    return _PUNCTUATION.get(character, folded if len(folded) == 1 else character)


def _bare(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text)


def _is_dni(bare: str) -> bool:
    return _DNI_LETTERS[int(bare[:-1]) % 23] == bare[-1]


def _is_nie(bare: str) -> bool:
    return _is_dni(str("XYZ".index(bare[0])) + bare[1:])


def _is_health_card(bare: str) -> bool:
    """CIP of CatSalut: four letters, 0 or 1, year, month and day of birth, three digits."""
    return bare[4] in "01" and 1 <= int(bare[7:9]) <= 12 and 1 <= int(bare[9:11]) <= 31


def _is_social_security(bare: str) -> bool:
    """Province, number, and what is left of both by 97; a short number is put behind the province as a number."""
    province, number, check = bare[:2], int(bare[2:10]), int(bare[10:])
    whole = int(province) * 10**7 + number if number < 10**7 else int(province + bare[2:10])
    return whole % 97 == check


def _is_iban(bare: str) -> bool:
    """ISO 13616: the first four characters behind the others, letters as 10 to 35, leave 1 by 97."""
    return int("".join(str(int(one, 36)) for one in bare[4:] + bare[:4])) % 97 == 1


def _is_national_account(bare: str) -> bool:
    """The twenty digits that were in use in Spain before the IBAN: two check digits in the middle."""
    weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)

    def check(digits: str) -> str:
        left = 11 - sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        return str({10: 1, 11: 0}.get(left, left))

    return bare[8:10] == check("00" + bare[:8]) + check(bare[10:])


def _is_card(bare: str) -> bool:
    """Luhn's check (ISO 7812)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(bare)))
    return len(bare) in _CARD_LENGTHS and sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0


def _is_phone(bare: str) -> bool:
    """Of a person: what a service answers for nothing or for a fee (800, 90x) is no secret."""
    national = re.sub(r"^(?:00)?34(?=[6-9]\d{8}$)", "", bare)
    return not re.match(r"(?:800|90[0-5])", national) if len(national) == 9 else 8 <= len(bare) <= 15


def _any(_: str) -> bool:
    return True


def _digits(count: int, between: str = "[ .-]?") -> str:
    return rf"\d(?:{between}\d){{{count - 1}}}"


_START, _END = r"(?<![0-9A-Z])", r"(?![0-9A-Z])"
_DASH = r"\s?[-./]?\s?"
_ASKED = r"(?:PIN|CODIS?|CODIGOS?|CODES?|CONTRASENYA|CONTRASENA|PASSWORD|CLAU|CLAVE|SMS|PASSCODE)"
_BEFORE = (
    rf"(?<!POSTAL )(?<!ERROR )\b{_ASKED}\b(?!\s+(?:POSTAL|D'ERROR|DE ERROR|DE BARR[AE]S|ERROR))"  # and a number follows
)
_IS = r"(?:\s*[:=]\s*|\s+(?:ES|IS|ERA|WAS)\s+)"
_NOT_A_YEAR = r"(?!(?:19|20)\d\d(?!\d))"
_AT = r"\s?(?:@|\(AT\)|\[AT\]|\bARROBA\b)\s?"
_DOT = r"(?:\.|\s(?:PUNT|PUNTO|DOT)\s)"

# What to look for, how it may be written, and whether what was found is one. Longer kinds come first: a shorter one
# inside is part of them. No repetition is without bound, so the time grows as the text does.
_LOOKS: tuple[tuple[Identifier, re.Pattern[str], Callable[[str], bool]], ...] = tuple(
    (kind, re.compile(pattern), is_valid)
    for kind, pattern, is_valid in (
        (
            Identifier.EMAIL,
            rf"(?<![\w.+%-])(?P<it>[\w.+%-]{{1,64}}{_AT}[A-Z0-9-]{{1,63}}(?:{_DOT}[A-Z0-9-]{{1,63}}){{1,5}})",
            _any,
        ),
        (Identifier.BANK_ACCOUNT, rf"{_START}(?P<it>ES{_DASH}{_digits(22)}){_END}", _is_iban),
        (Identifier.BANK_ACCOUNT, rf"{_START}(?P<it>(?!ES)[A-Z]{{2}}\d\d(?:[ -]?[A-Z0-9]){{11,30}}){_END}", _is_iban),
        (Identifier.BANK_ACCOUNT, rf"{_START}(?P<it>{_digits(20)}){_END}", _is_national_account),
        (Identifier.HEALTH_CARD, rf"{_START}(?P<it>[A-Z]{{4}}{_DASH}{_digits(10)}){_END}", _is_health_card),
        (Identifier.CARD, rf"{_START}(?P<it>[2-6](?:[ .-]?\d){{12,17}}){_END}", _is_card),
        (Identifier.SOCIAL_SECURITY, rf"{_START}(?P<it>{_digits(12, '[ /.-]?')}){_END}", _is_social_security),
        (Identifier.NIE, rf"{_START}(?P<it>[XYZ]{_DASH}{_digits(7)}{_DASH}[A-Z]){_END}", _is_nie),
        (Identifier.DNI, rf"{_START}(?P<it>{_digits(8)}{_DASH}[A-Z]){_END}", _is_dni),
        (Identifier.DNI, rf"{_START}(?P<it>\d{{7}}-?[A-Z]){_END}", _is_dni),  # the leading zero left out
        (Identifier.PHONE, rf"(?<![0-9A-Z])(?P<it>(?:\+|00)(?!34)\d(?:[ .()-]?\d){{7,13}}){_END}", _is_phone),
        (
            Identifier.PHONE,
            rf"{_START}(?P<it>(?:(?:\(?\+|00)\s?34\)?[ .-]?)?\(?[6-9](?:[ .()-]{{0,2}}\d){{8}}){_END}",
            _is_phone,
        ),
        (Identifier.CODE, rf"{_BEFORE}(?:\s+\w{{1,20}}){{0,2}}?{_IS}(?P<it>\d{{4,8}}){_END}", _any),
        (
            Identifier.CODE,
            rf"{_BEFORE}(?:\s+[A-Z@]{{1,20}})?\s+(?P<it>{_NOT_A_YEAR}\d{{4,8}}){_END}",
            _any,
        ),
        (Identifier.CODE, rf"{_START}(?P<it>{_NOT_A_YEAR}\d{{4,8}})\s+(?:DE|DEL|ES EL|ES LA|AS)\s+{_ASKED}\b", _any),
        (
            Identifier.CODE,
            rf"\b(?:CONTRASENYA|CONTRASENA|PASSWORD){_IS}(?P<it>(?=\S{{0,40}}\d)\S{{4,40}})",
            _any,
        ),
    )
)


def kinds_in(text: str) -> Iterator[Identifier]:
    """Which kinds are found, each once."""
    yield from dict.fromkeys(one.kind for one in find(text))
