"""How a coordinator lets a person in again at a tablet without a network: the tablet asks, the centre answers.

Both ends know a secret (`device_keys`): the tablet by its own private key, whoever answers by the centre's, which is in
no database. Eight letters asked, eight digits answered: good for one person, at one tablet, once.
"""

import hmac
from hashlib import sha256

from sync.protocol.crockford import ALPHABET, as_meant

ASKED = 8  # letters
ANSWERED = 8  # digits


def letters(typed: str) -> str:
    """What was asked, as it may have been read out and typed."""
    return "".join(each for each in as_meant(typed) if each in ALPHABET)


def answer(secret: bytes, *, person: str, asked: str) -> str:
    """The code that answers: eight digits."""
    message = f"acompanya unlock\n{person}\n{letters(asked)}"
    mac = hmac.new(secret, message.encode(), sha256).digest()
    return f"{int.from_bytes(mac[:8], 'big') % 10**ANSWERED:0{ANSWERED}}"
