"""Finds what names a person in free text: identity and health-card numbers, accounts, telephones, addresses, codes.

Pure, and the same at both ends: the tablet asks before it saves, the centre looks again. Where a number carries a check
digit or letter it has to be right, so that an order number or a date is no alarm.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sync.protocol import identifier_checks as checks


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


FREE_TEXTS = ("note", "procedure_words", "room")
"""The fields of records in which people write what they like: looked at by both ends."""


@dataclass(frozen=True, slots=True)
class Found:
    """One of them, and where: `text[start:end]`."""

    kind: Identifier
    start: int
    end: int


def find(text: str) -> tuple[Found, ...]:
    """All that is found, in the order of the text; what is part of something longer is not told apart."""
    plain, places = _as_looked_at(text)
    found: list[Found] = []
    taken = bytearray(len(plain))
    for look in _LOOKS:  # the longer kinds first
        at = 0
        while hit := look.pattern.search(plain, at):
            start, end = hit.start("it"), _end(look, hit)
            if end is None or any(taken[start:end]):
                at = hit.start() + 1  # a number in front may have hidden where it begins
                continue
            found.append(Found(look.kind, places[start], places[end]))
            taken[start:end] = b"\x01" * (end - start)
            at = end
    return tuple(sorted(found, key=lambda one: one.start))


def without(text: str, found: tuple[Found, ...]) -> str:
    """The text with each of them, of this very text, taken out."""
    kept, at = [], 0
    for one in found:
        kept.append(text[at : one.start])
        at = one.end
    return re.sub(r"[^\S\n]{2,}", " ", "".join((*kept, text[at:]))).strip()


_PUNCTUATION = {"\u00b7": ".", "\u2019": "'", "\u2212": "-", "\t": " "}
_GAP = re.compile(r"[^0-9A-Z]+")
_NOT_SEEN = frozenset({"Cf", "Mn", "Me"})  # soft hyphens, joiners and marks: pasted along, and they part a number


def _as_looked_at(text: str) -> tuple[str, Sequence[int]]:
    """The text in plain characters, and where each of them is in `text`; the end of `text` comes last."""
    if text.isascii():
        return text.upper().replace("\t", " "), range(len(text) + 1)
    kept = [(place, each) for place, each in enumerate(text) if unicodedata.category(each) not in _NOT_SEEN]
    return "".join(_plain(each) for _, each in kept), [*(place for place, _ in kept), len(text)]


def _end(look: "_Look", hit: re.Match[str]) -> int | None:
    """Where what was found ends; None when it is none. Other words and numbers may have been read as part of it."""
    bare = _bare(hit["it"])
    if look.is_valid(bare):
        return hit.end("it")
    ends, between = [], 0
    for gap in _GAP.finditer(hit["it"]) if look.may_go_on else ():
        ends.append((hit.start("it") + gap.start(), bare[: gap.start() - between]))
        between += len(gap[0])
    return next((end for end, shorter in reversed(ends) if look.is_valid(shorter)), None)


def _plain(character: str) -> str:
    """One character for one, so that places stay: digits of any script, capitals, and one dash and one space."""
    if character.isascii():
        return _PUNCTUATION.get(character, character.upper())
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
    return _GAP.sub("", text)


def _any(_: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class _Look:
    """What to look for, how it may be written, and whether what was found is one."""

    kind: Identifier
    pattern: re.Pattern[str]
    is_valid: Callable[[str], bool]
    may_go_on: bool = False  # its length is not fixed, so that what follows may be read as part of it


# A gap can be read in one way only: were there two, a long row of digits would be read in more ways than can be tried.
_BETWEEN = r"(?: ?[-.] ?| {1,3})?"
_BETWEEN_OR_SLASH = r"(?: ?[-./] ?| {1,3})?"


def _digits(count: int, between: str = _BETWEEN) -> str:
    return rf"\d(?:{between}\d){{{count - 1}}}"


# A label may be glued to its number. Before a digit any longer word may: it is a label or a name, no part of a code.
_AFTER_LABEL = (
    r"(?<![0-9A-Z])|(?<=DNI|NIF|NIE|TEL|TLF|TFN|MOB|MOV|MBL|NUM|NSS|CIP|TSI|CCC)|(?<=IBAN|NUSS|TELF)|(?<=TF|SS)"
)
_START, _END = rf"(?:{_AFTER_LABEL})", r"(?![0-9A-Z])"
_START_OF_DIGITS = rf"(?:{_AFTER_LABEL}|(?<=[A-Z]{{4}}))"
_DASH = r"\s?[-./]?\s?"
_LETTER = (
    rf"(?:{_DASH}[A-Z]|,[A-Z]|, (?![AEY])[A-Z]|\s?\(\s?[A-Z]\s?\)"  # a, e and y are words
    r"|[ ,]{0,2}(?:LLETRA|LETRA|LETTER)[ :]{0,2}[A-Z]|\s?\((?:LLETRA|LETRA|LETTER)[ :]{0,2}[A-Z]\))"
)
_IN_A_DATE = r"[ ./-]{1,3}"
_NOT_A_DATE = (
    rf"(?!\d\d?{_IN_A_DATE}\d\d?{_IN_A_DATE}(?:19|20)\d\d(?!\d))"
    rf"(?!(?:19|20)\d\d{_IN_A_DATE}\d\d?{_IN_A_DATE}\d\d?(?!\d))"
)
_NUMBER_OF = r"(?:[\W_]{0,3}\b(?:ES|ERA|EL|LA|IS|O|DNI|NIE|NIF|NUM|NUMERO|NUMBER|N|NO|NRO|AMB|CON)\b){0,3}[\W_]{0,3}"
_DNI_NUMBER = rf"\b(?:DNI|NIF|D\.\s?N\.\s?I\.?|N\.\s?I\.\s?F\.?){_NUMBER_OF}"
_NIE_NUMBER = rf"\b(?:NIE|N\.\s?I\.\s?E\.?){_NUMBER_OF}"
_ASKED = r"(?:PIN|CODIS?|CODIGOS?|CODES?|CONTRASENYA|CONTRASENA|PASSWORD|CLAU|CLAVE|SMS|PASSCODE)"
_BEFORE = (
    rf"(?<!POSTAL )(?<!ERROR )\b{_ASKED}\b(?!\s+(?:POSTAL|D'ERROR|DE ERROR|DE BARR[AE]S|ERROR))"  # and a number follows
)
_IS = r"(?:\s*[:=]\s*|\s+(?:ES|IS|ERA|WAS)\s+)"
_NOT_A_YEAR = r"(?!(?:19|20)\d\d(?!\d))"
_MAILBOX = r"[\w.+%-]{1,64}"
_AT = r"\s?(?:@|[(\[](?:AT|A)[)\]]|\bARROBA\b)\s?"
_DOT = r"(?:\.|\s(?:PUNT|PUNTO|DOT)\s)"
_HALF = "[0-9A-TV-Z]{4}"  # of the code of a card
_MIXED_HALF = rf"(?=[A-Z]{{0,3}}\d)(?=\d{{0,3}}[A-Z]){_HALF}"  # two words beside each other are none
_CARD = r"\b(?:TARGETA|TARJETA|CARD|CODI|CODIGO|CODE)\b(?:[ :,]{1,3}[A-Z]{1,10}){0,4}?[ :,]{1,3}"
_BROKEN_DOT = r"(?: ?[.,] ?(?:COM|CAT|ORG|NET|EU)|,(?:ES|FR|IT|PT|RO|MA|UK|DE|INFO))\b"  # ". es" begins a sentence


def _look(kind: Identifier, pattern: str, is_valid: Callable[[str], bool] = _any, *, may_go_on: bool = False) -> _Look:
    return _Look(kind, re.compile(pattern), is_valid, may_go_on)


# Longer kinds come first: a shorter one inside is part of them. No repetition is without bound, so the time grows as
# the text does.
_LOOKS = (
    _look(
        Identifier.EMAIL, rf"(?<![\w.+%-])(?P<it>{_MAILBOX}{_AT}[A-Z0-9-]{{1,63}}(?:{_DOT}[A-Z0-9-]{{1,63}}){{1,5}})"
    ),
    _look(Identifier.EMAIL, rf"(?<![\w.+%-])(?P<it>{_MAILBOX}(?:@|\(AT?\))[A-Z0-9-]{{3,63}}{_BROKEN_DOT})"),
    _look(Identifier.BANK_ACCOUNT, rf"{_START}(?P<it>ES{_DASH}{_digits(22)}){_END}", checks.is_iban),
    _look(
        Identifier.BANK_ACCOUNT,
        rf"{_START}(?P<it>(?!ES)[A-Z]{{2}}\d\d(?:(?: ?- ?| {{1,3}})?[A-Z0-9]){{11,30}}){_END}",
        checks.is_iban,
        may_go_on=True,
    ),
    _look(Identifier.BANK_ACCOUNT, rf"{_START_OF_DIGITS}(?P<it>{_digits(20)}){_END}", checks.is_national_account),
    _look(Identifier.HEALTH_CARD, rf"{_START}(?P<it>[A-Z]{{4}}{_DASH}{_digits(10)}){_END}", checks.is_health_card),
    _look(
        Identifier.CARD,
        rf"{_START_OF_DIGITS}{_NOT_A_DATE}(?P<it>(?!20)[2-6](?:{_BETWEEN}\d){{12,17}}){_END}",
        checks.is_card,
        may_go_on=True,
    ),
    _look(
        Identifier.SOCIAL_SECURITY,
        rf"{_START_OF_DIGITS}{_NOT_A_DATE}(?P<it>{_digits(12, _BETWEEN_OR_SLASH)}){_END}",
        checks.is_social_security,
    ),
    _look(Identifier.NIE, rf"{_START}(?P<it>[XYZ]{_DASH}{_digits(7)}{_LETTER}){_END}", checks.is_nie),
    _look(Identifier.DNI, rf"{_START_OF_DIGITS}{_NOT_A_DATE}(?P<it>{_digits(8)}{_LETTER}){_END}", checks.is_dni),
    _look(Identifier.DNI, rf"{_START_OF_DIGITS}(?P<it>\d{{7}}-?[A-Z]){_END}", checks.is_dni),  # no leading zero
    _look(
        Identifier.PHONE,
        rf"(?P<it>(?:(?<!\d)\+|{_START}00)(?!34)\d(?:[ .()-]{{0,3}}\d){{7,13}}){_END}",
        checks.is_phone,
    ),
    _look(
        Identifier.PHONE,
        rf"{_START_OF_DIGITS}(?P<it>(?:(?:\(?(?:\+|00) ?|\()?34\)?[ .-]{{0,3}})?"
        rf"\(?{_NOT_A_DATE}[6-9](?:[ .()-]{{0,3}}\d){{8}}){_END}",
        checks.is_phone,
    ),
    _look(
        Identifier.PHONE,
        rf"{_START_OF_DIGITS}(?P<it>[6-9]\d\d ?/ ?{_digits(6)}|9[13] ?/ ?{_digits(7)}){_END}",
        checks.is_phone,
    ),
    # As it is dialled at home in Morocco, Romania or France.
    _look(Identifier.PHONE, rf"{_START}{_NOT_A_DATE}(?P<it>0[5-7](?:{_BETWEEN}\d){{8}}){_END}"),
    # A number that is said to be one is one, whatever its letter.
    _look(Identifier.DNI, rf"{_DNI_NUMBER}{_NOT_A_DATE}(?P<it>{_digits(8)}(?:-?[A-Z])?){_END}"),
    _look(Identifier.NIE, rf"{_NIE_NUMBER}(?P<it>[XYZ]{_DASH}{_digits(7)}(?:-?[A-Z])?){_END}"),
    _look(Identifier.CODE, rf"{_BEFORE}(?:\s+\w{{1,20}}){{0,2}}?{_IS}(?P<it>\d{{4,8}}){_END}"),
    _look(Identifier.CODE, rf"{_BEFORE}(?:\s+[A-Z@]{{1,20}})?\s+(?P<it>{_NOT_A_YEAR}\d{{4,8}}){_END}"),
    _look(
        Identifier.CODE,
        rf"(?<![0-9A-Z])(?P<it>{_NOT_A_YEAR}\d{{4,8}})\s+(?:DE|DEL|ES EL|ES LA|AS)\s+{_ASKED}\b",
    ),
    # Of a card that somebody keeps: whoever reads the note could tell which records are of one person.
    _look(Identifier.CODE, rf"(?<![0-9A-Z])(?P<it>{_HALF}-?{_HALF}){_END}", checks.is_card_code),
    _look(Identifier.CODE, rf"(?<![0-9A-Z])(?P<it>{_MIXED_HALF}\s{_MIXED_HALF}){_END}", checks.is_card_code),
    _look(Identifier.CODE, rf"{_CARD}(?P<it>{_HALF}\s{_HALF}){_END}", checks.is_card_code),
    _look(Identifier.CODE, rf"\b(?:CONTRASENYA|CONTRASENA|PASSWORD){_IS}(?P<it>(?=\S{{0,40}}\d)\S{{4,40}})"),
)


def kinds_in(text: str) -> Iterator[Identifier]:
    """Which kinds are found, each once."""
    yield from dict.fromkeys(one.kind for one in find(text))
