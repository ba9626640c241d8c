"""The keys that a tablet makes for itself when it is let in. With them it signs what is carried from it, and shares a
secret with the centre. The centre has the public half, the private one never leaves the tablet.

The private half is one seed. Of it come (HKDF-SHA256) a key for each of the two uses: Ed25519 to sign, X25519 to agree
on a secret. The public half is both, in this order, in hexadecimal digits.
"""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.protocol.sealed_box import is_public_key, public_key_of

SEED_BYTES = 32
KEY_BYTES = 32  # of each of the two public keys
PUBLIC = rf"[0-9a-f]{{{2 * 2 * KEY_BYTES}}}"
SIGNATURE = r"[0-9a-f]{128}"

_SIGNING, _AGREEING = b"acompanya tablet signing 1", b"acompanya tablet agreeing 1"
_SECRET = b"acompanya secret of a tablet and its centre 1"


@dataclass(frozen=True, slots=True)
class DeviceKeys:
    """One tablet's, made of 32 bytes of chance."""

    seed: bytes = field(repr=False)

    @property
    def public(self) -> str:
        """What the centre is told."""
        agreeing = self._agreeing.public_key().public_bytes_raw()
        return (self._signing.public_key().public_bytes_raw() + agreeing).hex()

    def sign(self, message: bytes) -> str:
        return self._signing.sign(message).hex()

    def secret_with(self, centre: bytes) -> bytes:
        """What this tablet and the holder of the private half of `centre` know, and nobody else. Raises ValueError for
        what is no public key."""
        shared = self._agreeing.exchange(X25519PublicKey.from_public_bytes(centre))
        return _secret(shared, self._agreeing.public_key().public_bytes_raw(), centre)

    @property
    def _signing(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(_derived(self.seed, _SIGNING))

    @property
    def _agreeing(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(_derived(self.seed, _AGREEING))


def is_public(text: str) -> bool:
    """Whether it can be the public half of a tablet's keys: as many digits, and a point that makes a secret."""
    try:
        keys = bytes.fromhex(text)
    except ValueError:
        return False
    return keys.hex() == text and len(keys) == 2 * KEY_BYTES and is_public_key(keys[KEY_BYTES:])


def is_signed(message: bytes, signature: str, *, public: str) -> bool:
    """Whether the tablet with this public half signed it; nobody signed anything when it is none."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)[:KEY_BYTES])
        key.verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def secret_with(private: bytes, *, public: str) -> bytes:
    """At the centre: the secret of its private key and the tablet with this public half."""
    theirs = bytes.fromhex(public)[KEY_BYTES:]
    shared = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(theirs))
    return _secret(shared, theirs, public_key_of(private))


def _secret(shared: bytes, tablet: bytes, centre: bytes) -> bytes:
    """Bound to both public keys: what is agreed with another pair is another secret."""
    return _derived(shared, _SECRET + tablet + centre)


def _derived(secret: bytes, use: bytes) -> bytes:
    return HKDF(SHA256(), SEED_BYTES, salt=None, info=use).derive(secret)
