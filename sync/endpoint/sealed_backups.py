"""A backup that only one key opens, so that the disk it lies on need not be trusted.

The file is a first line and pieces, each a sealed box behind its length. Inside each box stand the name of the file,
the number of the piece and whether it is the last: a piece that is missing, doubled, changed, moved or of another file
is noticed, and so is a file that was cut. The machine that makes backups has only the public half of the key.

Anybody who has the public half can close a box: whether the content is the centre's own is for the doctor to say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sync.endpoint.backups import BackupFailed
from sync.endpoint.files import whole_file, write_whole
from sync.protocol.sealed_box import KEY_BYTES, mark_of, new_private_key, public_key_of, seal, unseal

FIRST_LINE = b"ACOMPANYA SEALED BACKUP 1\n"
PIECE_BYTES = 1 << 20
PUBLIC = ".pub"

_LENGTH_BYTES = 4
_LONGEST_BOX = 2 * PIECE_BYTES
_NAME_BYTES = 36
_NUMBER_BYTES = 8
_KEY_FILE = rb"acompanya %s key of backups\n([0-9a-f]{%d})\n"


def make_key(path: Path) -> str:
    """A new pair: the private half in `path`, the public one beside it as `.pub`. Returns its mark.

    Raises BackupFailed for a file that exists: backups may still need what is in it.
    """
    public_path = path.with_name(path.name + PUBLIC)
    for one in (path, public_path):
        if one.exists() or one.is_symlink():
            raise BackupFailed(f"{one} exists: backups may still need the key in it")
    private = new_private_key()
    public = public_key_of(private)
    write_whole(path, [b"acompanya private key of backups\n%s\n" % private.hex().encode("ascii")])
    write_whole(public_path, [b"acompanya public key of backups\n%s\n" % public.hex().encode("ascii")])
    return mark_of(public).hex().upper()


def read_public(path: Path) -> bytes:
    """Raises BackupFailed, OSError."""
    return _read_key(path, b"public")


def read_private(path: Path) -> bytes:
    """Raises BackupFailed, OSError."""
    return _read_key(path, b"private")


def _read_key(path: Path, half: bytes) -> bytes:
    with path.open("rb") as file:
        found = re.fullmatch(_KEY_FILE % (half, 2 * KEY_BYTES), file.read(1000))
    if found is None:
        raise BackupFailed(f"{path} holds no {half.decode('ascii')} key of backups")
    return bytes.fromhex(found[1].decode("ascii"))


@dataclass(frozen=True, slots=True)
class Seal:
    """For whom a file is closed, and what it is called inside: no two files have the same name."""

    public: bytes
    name: str

    def box(self, number: int, piece: bytes, *, is_last: bool) -> bytes:
        head = self.name.encode("ascii").ljust(_NAME_BYTES) + number.to_bytes(_NUMBER_BYTES, "big") + bytes([is_last])
        return seal(head + piece, self.public)


def seal_file(plain: Path, output: Path, closing: Seal) -> None:
    """The file `output`, whole or not at all. Raises OSError."""
    with whole_file(output) as beside, plain.open("rb") as reading, beside.open("wb") as writing:
        writing.write(FIRST_LINE)
        number, piece = 0, reading.read(PIECE_BYTES)
        while True:
            following = reading.read(PIECE_BYTES)
            box = closing.box(number, piece, is_last=not following)
            writing.write(len(box).to_bytes(_LENGTH_BYTES, "big") + box)
            if not following:
                return
            number, piece = number + 1, following


def open_file(sealed: Path, output: Path, private: bytes) -> None:
    """What was closed, whole or not at all. Raises BackupFailed, OSError."""
    with sealed.open("rb") as reading:
        if reading.read(len(FIRST_LINE)) != FIRST_LINE:
            raise BackupFailed(f"{sealed} is no sealed backup")
        write_whole(output, _pieces(reading, private))


def _pieces(reading: BinaryIO, private: bytes) -> Iterator[bytes]:
    name, number = b"", 0
    while True:
        content = _unsealed(reading, private)
        if content is None:
            raise BackupFailed(f"it was cut: piece {number} is not there")
        head, piece = content[: _NAME_BYTES + _NUMBER_BYTES], content[_NAME_BYTES + _NUMBER_BYTES :]
        name = name or head[:_NAME_BYTES]
        if head != name + number.to_bytes(_NUMBER_BYTES, "big") or not piece:
            raise BackupFailed(f"piece {number} is another one, or of another file")
        yield piece[1:]
        if piece[0]:
            break
        number += 1
    if reading.read(1):
        raise BackupFailed("there is more behind the last piece")


def _unsealed(reading: BinaryIO, private: bytes) -> bytes | None:
    """The content of the next box; None when the file ends before it does."""
    length = int.from_bytes(said := reading.read(_LENGTH_BYTES), "big")
    if len(said) < _LENGTH_BYTES:
        return None
    if length > _LONGEST_BOX:
        raise BackupFailed("it was changed")
    box = reading.read(length)
    if len(box) < length:
        return None
    content = unseal(box, private)
    if content is None:
        raise BackupFailed("it is for another key, or was changed")
    return content
