"""A parcel: what a tablet would send, sealed for the centre, to be carried by a person where no network comes.

Inside is one request as `/v1/sync` takes it, with the device it comes from, signed by it. Outside it is
numbered lines of text, the same in a file and in QR codes, in the letters a code writes in least space.
"""

import re
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from zlib import crc32

from sync.errors import MalformedMessage
from sync.protocol.compression import deflate, inflate
from sync.protocol.device_keys import SIGNATURE, DeviceKeys, is_signed
from sync.protocol.messages import MAX_INFLATED_BYTES
from sync.protocol.sealed_box import mark_of, mark_on, public_key_of, seal, unseal

LINE_BYTES = 1_100  # of the box in one line: more make a code that cameras do not read from a screen
MOST_LINES = 1_500

_LETTERS = -(-LINE_BYTES * 8 // 5)  # in base32, without what fills it up
_LINE = re.compile(
    r"ACOMPANYA-1:([0-9A-F]{16}):([0-9A-F]{16}):([1-9][0-9]{0,3})/([1-9][0-9]{0,3})"
    rf":([A-Z2-7]{{1,{_LETTERS}}}):([0-9A-F]{{8}})"
)
_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV")
_LAST_LETTERS = (0, 2, 4, 5, 7)  # how many more than a multiple of eight whole bytes may be
_HEAD = re.compile(rf"[0-9A-Za-z._-]{{1,128}} {SIGNATURE}\n".encode("ascii"))


@dataclass(frozen=True, slots=True)
class Parcel:
    """What was in the box. Nothing of it is believed before `is_from` has said so."""

    device: str
    signature: str
    packed: bytes  # a request, compressed

    def is_from(self, public: str) -> bool:
        """Whether a tablet with this public half of its keys made it."""
        return is_signed(_signed(self.device, self.packed), self.signature, public=public)

    def request(self) -> bytes:
        """The request as JSON. Raises MalformedMessage, BatchTooLarge."""
        return inflate(self.packed, limit=MAX_INFLATED_BYTES)


@dataclass(frozen=True, slots=True)
class Line:
    """One of the numbered pieces of a box."""

    key: str  # the mark of the key it is for
    parcel: str  # which box it is a piece of
    number: int
    of: int
    piece: bytes


def pack(request: bytes, *, device: str, keys: DeviceKeys, public: bytes) -> tuple[str, ...]:
    """The request of the device with these keys as lines, which only the centre's private key makes readable."""
    packed = deflate(request)
    head = f"{device} {keys.sign(_signed(device, packed))}\n".encode("ascii")
    return _lines(seal(head + packed, public))


def read_line(text: str) -> Line:
    """Raises MalformedMessage for what is no line of a parcel, or was cut or changed."""
    found = _LINE.fullmatch(text)
    if found is None:
        raise MalformedMessage("", "is no line of a parcel, or was cut")
    said, _, sum_said = text.rpartition(":")
    key, parcel, number, of, letters, _ = found.groups()
    if sum_said != _sum(said):
        raise MalformedMessage("", "is a line of a parcel that was changed")
    if not int(number) <= int(of) <= MOST_LINES:
        raise MalformedMessage("", "is numbered as no line can be")
    if len(letters) % 8 not in _LAST_LETTERS:
        raise MalformedMessage("", "is a line of a parcel that was changed")
    return Line(key, parcel, int(number), int(of), _bytes(letters))


def missing(lines: Iterable[Line]) -> tuple[int, ...]:
    """The numbers of the lines of one parcel that are not there."""
    there = tuple(lines)
    return tuple(sorted(set(range(1, there[0].of + 1)) - {line.number for line in there})) if there else ()


def unpack(lines: Iterable[Line], private: bytes) -> Parcel:
    """The parcel of which these are all the lines; the same line may be there twice. Raises MalformedMessage."""
    pieces = {line.number: line.piece for line in lines}
    box = b"".join(pieces[number] for number in sorted(pieces))
    if mark_on(box) != mark_of(public_key_of(private)):
        raise MalformedMessage("", "is for another key")
    opened = unseal(box, private)
    head = _HEAD.match(opened) if opened is not None else None
    if opened is None or head is None:
        raise MalformedMessage("", "was changed, or is not whole")
    device, signature = head.group().decode("ascii").split()
    return Parcel(device, signature, opened[head.end() :])


def _lines(box: bytes) -> tuple[str, ...]:
    pieces = [box[start : start + LINE_BYTES] for start in range(0, len(box), LINE_BYTES)]
    parcel = sha256(box).hexdigest()[:16].upper()
    begun = f"ACOMPANYA-1:{mark_on(box).hex().upper()}:{parcel}"
    said = [f"{begun}:{number}/{len(pieces)}:{_letters(piece)}" for number, piece in enumerate(pieces, 1)]
    return tuple(f"{line}:{_sum(line)}" for line in said)


def _letters(piece: bytes) -> str:
    return b32encode(piece).decode("ascii").rstrip("=")


def _bytes(letters: str) -> bytes:
    """As `b32decode` does, which goes letter by letter: for a long parcel half a second, in which nobody else works."""
    bits = 5 * len(letters)
    return (int(letters.translate(_DIGITS), 32) >> bits % 8).to_bytes(bits // 8)


def _sum(said: str) -> str:
    return f"{crc32(said.encode('ascii')):08X}"


def _signed(device: str, packed: bytes) -> bytes:
    """What the signature is over. It says what it is for: with the same key nothing else is signed that reads alike."""
    return b"acompanya parcel 1\n" + device.encode("ascii") + b"\n" + packed
