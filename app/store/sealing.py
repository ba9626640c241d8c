"""Lines that only the key can read or write: AES-256-GCM, whose tag takes the place of the checksum.

A line is the base64 of: the file's name (8 bytes), a nonce (12), the sealed body, the tag (16). What is authenticated
beside the body is the file's name and the byte at which the line begins. So a line that was changed, moved, repeated,
or taken from another file (also an older one of the same store) does not open; where one was taken out, none after it
opens. Not noticed: lines missing at the very end, and the whole file being an older one.

The nonce is 96 random bits for each line. Two lines under one nonce would give text away, and a counter comes twice
after a crash or a cut-back, or when an old copy of the folder is put back. That two random ones are equal stays below
one in 2**32 for as many as 2**32 lines (NIST SP 800-38D, 8.3), far more than a tablet writes under one key.

A key itself is wrapped as RFC 3394 says: that needs no nonce, and a changed byte is noticed.
"""

import hmac
import os
from binascii import Error, a2b_base64, b2a_base64
from contextlib import suppress
from hashlib import blake2b, sha256
from re import fullmatch

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

KEY_BYTES = 32
_NAME, _NONCE = 8, 12


class Sealed:
    """The codec of a key. Where the key comes from is not known here, and it is kept nowhere."""

    name = "aes-256-gcm"

    def __init__(self, key: bytes) -> None:
        """Raises ValueError when the key is not 32 bytes."""
        if len(key) != KEY_BYTES:
            raise ValueError(f"the key is {len(key)} bytes long, not {KEY_BYTES}")
        self._cipher = AESGCM(key)
        self._signing = hmac.new(key, b"acompanya: the key of its signatures", sha256).digest()
        self.key_mark = blake2b(b"acompanya store", key=key, digest_size=8).hexdigest()

    def new_file(self) -> str:
        return os.urandom(_NAME).hex()

    def is_name(self, file: str) -> bool:
        return fullmatch(f"[0-9a-f]{{{2 * _NAME}}}", file) is not None

    def close(self, body: bytes, file: str, place: int) -> bytes:
        """Raises ValueError without the whole name of a file: no line without one would ever open again."""
        if not self.is_name(file):
            raise ValueError(f"{file!r} is no name of a file")
        name, nonce = bytes.fromhex(file), os.urandom(_NONCE)
        sealed = self._cipher.encrypt(nonce, body, _bound_to(name, place))
        return b2a_base64(name + nonce + sealed, newline=False)

    def file_of(self, line: bytes, place: int) -> str:
        with suppress(Error, ValueError):
            name = a2b_base64(line, strict_mode=True)[:_NAME].hex()
            return name if self.open(line, name, place) is not None else ""
        return ""

    def open(self, line: bytes, file: str, place: int) -> bytes | None:
        try:
            read = a2b_base64(line, strict_mode=True)
            name, nonce = read[:_NAME], read[_NAME : _NAME + _NONCE]
            if name.hex() != file:
                return None
            body = self._cipher.decrypt(nonce, read[_NAME + _NONCE :], _bound_to(name, place))
        except (Error, ValueError, InvalidTag):
            return None
        return body if b2a_base64(read, newline=False) == line else None  # base64 has more than one way to write a byte

    def signature(self, about: str, content: bytes) -> str:
        return hmac.new(self._signing, about.encode() + b"\0" + content, sha256).hexdigest()


def _bound_to(name: bytes, place: int) -> bytes:
    return name + place.to_bytes(8, "big")


def wrapped(key: bytes, by: bytes) -> bytes:
    """The key, to be kept beside what it closes; `by`, which is kept elsewhere, opens it."""
    return aes_key_wrap(by, key).hex().encode() + b"\n"


def unwrapped(content: bytes, by: bytes) -> bytes | None:
    """What `wrapped` was given, or None when this is not that, or `by` is another key, or none at all."""
    try:
        key = aes_key_unwrap(by, bytes.fromhex(content.decode("ascii")))
    except (InvalidUnwrap, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None
