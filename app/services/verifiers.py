"""What is kept of a PIN: Argon2id of it, with a salt of its own and a pepper that comes of the key of the store.

Six digits are a million: without the pepper the kept bytes tell nothing; with it they cost a tenth of a second each.
"""

import hmac
from collections.abc import Callable
from hashlib import sha256

from argon2.low_level import Type, hash_secret_raw

KIBIBYTES, TURNS, LANES = 19_456, 2, 1  # OWASP's password storage cheat sheet, first choice
SALT_BYTES, BYTES = 16, 32
Kept = dict[str, str]


def pepper_of(key: bytes) -> bytes:
    """Of the store's key, which lies in no folder as it is; nothing leads back from a pepper to a key."""
    return hmac.new(key, b"acompanya: the pepper of its PINs", sha256).digest()


class Verifier:
    """Makes and checks what is kept. Takes a while: call it in a thread."""

    def __init__(self, pepper: bytes, random: Callable[[int], bytes]) -> None:
        assert len(pepper) >= BYTES, "a pepper is as long as what it protects"
        self._pepper, self._random = pepper, random

    def keep(self, pin: str) -> Kept:
        """What may be stored of a PIN."""
        salt = self._random(SALT_BYTES)
        return {"salt": salt.hex(), "hash": self._hash(pin, salt)}

    def matches(self, pin: str, kept: Kept) -> bool:
        return hmac.compare_digest(self._hash(pin, bytes.fromhex(kept["salt"])), kept["hash"])

    def _hash(self, pin: str, salt: bytes) -> str:
        peppered = hmac.new(self._pepper, pin.encode(), sha256).digest()
        return hash_secret_raw(peppered, salt, TURNS, KIBIBYTES, LANES, BYTES, Type.ID).hex()
