"""Boxes that everybody can close and only one key opens: X25519 to a key made for this one box, then AES-256-GCM.

A box is: the mark of the key it is for (8 bytes), the public half of the key made for it (32), the sealed body, its
tag (16). The private half of that key is thrown away, so not even who closed the box can open it again.

The cipher's key comes (HKDF-SHA256) from the shared secret and both public halves; it is used for one body, so its
nonce may be nothing. What stands before the body is authenticated with it: a box that was changed or cut does not open.
"""

from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
MARK_BYTES = 8
LONGER_BY = MARK_BYTES + KEY_BYTES + 16  # a box than its body

_USE = b"acompanya sealed box 1"
_NONCE = bytes(12)


def new_private_key() -> bytes:
    return X25519PrivateKey.generate().private_bytes_raw()


def public_key_of(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def is_public_key(public: bytes) -> bool:
    """Whether boxes can be closed for it: it has the length, and is none of the few points that make no secret."""
    try:
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError:
        return False
    return True


def mark_of(public: bytes) -> bytes:
    """Tells keys apart, and says nothing about the private half."""
    return sha256(public).digest()[:MARK_BYTES]


def seal(body: bytes, public: bytes) -> bytes:
    """Close a box for whoever holds the private half. Raises ValueError for what is no public key."""
    made = X25519PrivateKey.generate()
    ours = made.public_key().public_bytes_raw()
    secret = made.exchange(X25519PublicKey.from_public_bytes(public))
    head = mark_of(public) + ours
    return head + _cipher(secret, ours, public).encrypt(_NONCE, body, head)


def mark_on(box: bytes) -> bytes:
    """Which key a box is for."""
    return box[:MARK_BYTES]


def unseal(box: bytes, private: bytes) -> bytes | None:
    """What is in the box, or None when it is for another key, was changed, or is no box."""
    head, body = box[: MARK_BYTES + KEY_BYTES], box[MARK_BYTES + KEY_BYTES :]
    theirs, public = head[MARK_BYTES:], public_key_of(private)
    try:
        secret = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(theirs))
        return _cipher(secret, theirs, public).decrypt(_NONCE, body, head)
    except (InvalidTag, ValueError):
        return None


def _cipher(secret: bytes, ours: bytes, theirs: bytes) -> AESGCM:
    derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=_USE + ours + theirs).derive(secret)
    return AESGCM(derived)
