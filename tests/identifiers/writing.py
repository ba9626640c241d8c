"""The rule that writes identifiers down: valid numbers of nobody, in all the forms in which hands write them; and
ordinary notes with other numbers in them.

`python -m tests.identifiers.writing` writes both lists anew; the same seed gives the same lists, and a test holds them
together. Every number is made by its own arithmetic here, and belongs to nobody.
"""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

IDENTIFIERS = Path(__file__).with_name("identifiers.csv")
ORDINARY = Path(__file__).with_name("ordinary.csv")
SEED = 2026
EACH = 4  # numbers for each form
NOTES = 500

LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
FRAMES = (
    "{}",
    "Li cal {} per entrar",
    "el DNI/NIE o altre és {}, ja ho ha dit",
    "Su dato es {}.",
    "le falta ({})",
    "gave me {} to fill in",
    "{} - tornarà demà",
)


def _digits(chance: Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def _letters(chance: Random, count: int) -> str:
    return "".join(chance.choice("BCDFGHJKLMNPRSTVZ") for _ in range(count))


def dni(chance: Random) -> str:
    number = _digits(chance, 8)
    return number + LETTERS[int(number) % 23]


def nie(chance: Random) -> str:
    first, number = chance.choice("XYZ"), _digits(chance, 7)
    return first + number + LETTERS[int(str("XYZ".index(first)) + number) % 23]


def health_card(chance: Random) -> str:
    born = f"{chance.randrange(100):02}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
    return _letters(chance, 4) + chance.choice("01") + born + _digits(chance, 3)


def social_security(chance: Random) -> str:
    number = f"{chance.choice(('08', '25', '43', '17', '28'))}{chance.randrange(1, 10)}{_digits(chance, 7)}"
    return f"{number}{int(number) % 97:02}"


def account(chance: Random) -> str:
    """Spain's twenty digits behind the letters and digits of an IBAN."""
    bank, number = _digits(chance, 8), _digits(chance, 10)
    national = bank + _check("00" + bank) + _check(number) + number
    return f"ES{98 - int(national + '142800') % 97:02}{national}"


def _check(digits: str) -> str:
    left = 11 - sum(int(one) * 2**place % 11 for place, one in enumerate(digits)) % 11
    return {10: "1", 11: "0"}.get(left, str(left))


def card(chance: Random) -> str:
    number = chance.choice("45") + _digits(chance, 14)
    doubled = (int(one) * (2 - place % 2) for place, one in enumerate(number))
    return number + str(-sum(each - 9 if each > 9 else each for each in doubled) % 10)


def mobile(chance: Random) -> str:
    return chance.choice("67") + _digits(chance, 8)


def landline(chance: Random) -> str:
    return chance.choice(("973", "93", "91")).ljust(3, "2") + _digits(chance, 6)


def mailbox(chance: Random) -> str:
    between = chance.choice((".", "_", "-", "+", ""))
    return f"{_letters(chance, 5)}{between}{_letters(chance, 4)}@example.cat".lower()


def secret(chance: Random) -> str:
    return "7" + _digits(chance, 5)


def cut(number: str, between: str, *sizes: int) -> str:
    """The number in pieces of these sizes; what is left over is the last one."""
    pieces, at = [], 0
    for size in sizes:
        pieces.append(number[at : at + size])
        at += size
    return between.join(piece for piece in (*pieces, number[at:]) if piece)


Form = Callable[[str], str]

FORMS: tuple[tuple[str, Callable[[Random], str], tuple[Form, ...]], ...] = (
    (
        "dni",
        dni,
        (
            str,
            str.lower,
            lambda it: cut(it, "-", 8),
            lambda it: cut(it, " ", 8),
            lambda it: f"{cut(it[:8], '.', 2, 3)}-{it[8]}",
            lambda it: f"{cut(it[:8], '.', 2, 3)}{it[8].lower()}",
            lambda it: f"{cut(it[:8], ' ', 2, 3)} {it[8]}",
            lambda it: f"{it[:8]} - {it[8]}",
            lambda it: f"DNI{it}",
            lambda it: f"DNI {it[:8]}",
            lambda it: f"{it[:8]} lletra {it[8]}",
            lambda it: f"{it[:8]} ({it[8]})",
            lambda it: f"{it[:8]},{it[8]}",
            lambda it: f"{it[:4]}\u00ad{it[4:]}",
        ),
    ),
    (
        "nie",
        nie,
        (
            str,
            str.lower,
            lambda it: cut(it, "-", 1, 7),
            lambda it: cut(it, " ", 1, 7),
            lambda it: f"{it[0]}-{cut(it[1:8], '.', 1, 3)}-{it[8]}",
            lambda it: f"NIE{it}",
            lambda it: f"NIE {it[:8]}",
        ),
    ),
    (
        "health_card",
        health_card,
        (
            str,
            str.lower,
            lambda it: cut(it, " ", 4, 1, 6, 2),
            lambda it: cut(it, " ", 4),
            lambda it: cut(it, "-", 4),
            lambda it: f"CIP{it}",
        ),
    ),
    (
        "social_security",
        social_security,
        (
            str,
            lambda it: cut(it, "/", 2, 8),
            lambda it: cut(it, " ", 2, 8),
            lambda it: cut(it, "-", 2, 8),
            lambda it: cut(it, " / ", 2, 8),
            lambda it: f"NUSS{it}",
        ),
    ),
    (
        "bank_account",
        account,
        (
            str,
            str.lower,
            lambda it: cut(it, " ", 4, 4, 4, 4, 4),
            lambda it: cut(it, "-", 4, 4, 4, 4, 4),
            lambda it: cut(it[4:], " ", 4, 4, 2),
            lambda it: cut(it[4:], "-", 4, 4, 2),
            lambda it: it[4:],
            lambda it: f"IBAN{it}",
            lambda it: cut(it, "  ", 4, 4, 4, 4, 4),
            lambda it: cut(it[4:], " - ", 4, 4, 2),
        ),
    ),
    (
        "card",
        card,
        (
            str,
            lambda it: cut(it, " ", 4, 4, 4),
            lambda it: cut(it, "-", 4, 4, 4),
            lambda it: cut(it, "  ", 4, 4, 4),
            lambda it: f"{cut(it, ' ', 4, 4, 4)} 12/27",
            lambda it: f"visa{it}",
        ),
    ),
    (
        "phone",
        mobile,
        (
            str,
            lambda it: cut(it, " ", 3, 2, 2),
            lambda it: cut(it, " ", 3, 3),
            lambda it: cut(it, ".", 3, 2, 2),
            lambda it: cut(it, "-", 3, 3),
            lambda it: f"+34 {cut(it, ' ', 3, 2, 2)}",
            lambda it: f"+34{it}",
            lambda it: f"0034 {it}",
            lambda it: f"(+34) {cut(it, ' ', 3, 3)}",
            lambda it: f"34{it}",
            lambda it: f"tel{it}",
            lambda it: f"0{it}",
            lambda it: cut(f"0{it}", " ", 4, 3),
            lambda it: cut(it, " - ", 3, 3),
            lambda it: cut(it, "\u2212", 3, 3),
        ),
    ),
    (
        "phone",
        landline,
        (
            str,
            lambda it: cut(it, " ", 3, 2, 2),
            lambda it: f"({it[:3]}) {cut(it[3:], ' ', 2, 2)}",
            lambda it: cut(it, "/", 3),
            lambda it: f"{it[:3]} / {cut(it[3:], ' ', 2, 2)}",
        ),
    ),
    (
        "email",
        mailbox,
        (
            str,
            str.upper,
            lambda it: it.replace("@", " @ "),
            lambda it: it.replace("@", "(at)"),
            lambda it: it.replace("@", "(a)"),
            lambda it: it.replace(".cat", ". cat"),
            lambda it: it.replace(".cat", ",cat"),
            lambda it: it.replace("@", " arroba ").replace(".cat", " punt cat"),
            lambda it: it.replace("@", " arroba ").replace(".cat", " punto cat"),
        ),
    ),
    (
        "code",
        secret,
        (
            lambda it: f"PIN {it[:4]}",
            lambda it: f"pin: {it[:6]}",
            lambda it: f"el PIN és {it[:4]}",
            lambda it: f"codi SMS {it}",
            lambda it: f"código {it}",
            lambda it: f"code is {it[:5]}",
            lambda it: f"contrasenya: gat{it}",
            lambda it: f"contraseña = {it}",
            lambda it: f"password: {it}",
            lambda it: f"{it} és el codi",
            lambda it: f"la clau és {it}",
        ),
    ),
)


def identifiers() -> Iterator[tuple[str, str]]:
    """What it is, and a note with one in it."""
    chance = Random(SEED)
    for kind, made, forms in FORMS:
        for form in forms:
            for _ in range(EACH):
                yield kind, chance.choice(FRAMES).format(form(made(chance)))


TOLD = {
    "ca": (
        "Cita per al {date} a les {time}, finestreta {few}",
        "Expedient {year}/{six}, encara pendent",
        "Ha portat {few} documents i en falten {few}",
        "Import de {money}, termini fins al {date}",
        "El codi postal és {postal}",
        "Codi d'error {four} a la web, torneu-ho a provar",
        "Número de tràmit {eight}, imprès",
        "Ha vingut amb {few} persones de l'entitat",
        "Taula {few}, ordinador {few}; versió {few}.{few}.{few}",
        "Del {year} al {year}, {few} mesos cotitzats",
        "PIN renovat el {year}, sense problemes",
        "El codi SMS no arriba, esperem {few} minuts",
        "Trucar al 012 o al 900 400 012 si no funciona",
        "Tornarà el {date} amb el paper que falta",
        "Contrasenya oblidada: la torna a demanar",
        "Resguard {letters}-{four}-{year} guardat en paper",
        "Línia L{few}, parada {four}, a les {time}",
        "Formulari {letters}{few}, pàgina {few} de {few}",
    ),
    "es": (
        "Cita el {date} a las {time}, mesa {few}",
        "Expediente {year}/{six}, pendiente de firma",
        "Trae {few} documentos y faltan {few}",
        "Importe {money}, plazo hasta el {date}",
        "El código postal es {postal}",
        "Código de error {four} en la web",
        "Número de solicitud {eight}, impreso",
        "Vida laboral de {year} a {year}",
        "La clave no llega por SMS, esperamos {few} minutos",
        "Referencia {letters}{six}, en papel",
        "Volverá el {date} con el papel que falta",
        "Quedan {few} plazas, lista {few}",
        "Cl@ve permanente activada el {date}",
        "Modelo {few}{few}{few} presentado en {year}",
        "Versión {few}.{few}, pantalla {few}",
    ),
    "en": (
        "Appointment on {date} at {time}, desk {few}",
        "File {year}/{six}, still open",
        "Brought {few} documents, {few} are missing",
        "Amount {money}, due {date}",
        "Postal code {postal} was missing",
        "Error code {four} on the site",
        "Receipt number {eight}, printed",
        "The code did not arrive, waited {few} minutes",
        "Comes back on {date} with the missing paper",
        "Password forgotten, asked for a new one",
        "Order {letters}-{six} picked up at {time}",
        "Row {few}, seat {few}, room B{few}",
    ),
}


def ordinary() -> Iterator[tuple[str, str]]:
    """The language, and a note that names nobody."""
    chance = Random(SEED)
    templates = [(language, each) for language, all_of_it in TOLD.items() for each in all_of_it]
    for number in range(NOTES):
        language, template = templates[number % len(templates)]
        yield language, _filled(template, chance)


def _filled(template: str, chance: Random) -> str:
    wants: dict[str, Callable[[], str]] = {
        "{date}": lambda: f"{chance.randrange(1, 29):02}/{chance.randrange(1, 13):02}/{chance.randrange(2024, 2028)}",
        "{time}": lambda: f"{chance.randrange(9, 19)}:{chance.choice(('00', '15', '30', '45'))}",
        "{few}": lambda: str(chance.randrange(1, 40)),
        "{year}": lambda: str(chance.randrange(1990, 2028)),
        "{four}": lambda: _digits(chance, 4),
        "{six}": lambda: _digits(chance, 6),
        "{eight}": lambda: _digits(chance, 8),
        "{postal}": lambda: f"25{chance.randrange(1, 10):03}",
        "{money}": lambda: f"{chance.randrange(1, 3)}.{_digits(chance, 3)},{_digits(chance, 2)} euros",
        "{letters}": lambda: _letters(chance, 3),
    }
    for place, value in wants.items():
        while place in template:
            template = template.replace(place, value(), 1)
    return template


def as_csv(rows: Iterator[tuple[str, str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    IDENTIFIERS.write_text(as_csv(identifiers()), encoding="utf-8")
    ORDINARY.write_text(as_csv(ordinary()), encoding="utf-8")
