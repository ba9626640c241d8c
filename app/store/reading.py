"""A store's folder read without opening it: nothing is locked, mended, moved or changed."""

from dataclasses import dataclass
from pathlib import Path

from app.store.errors import FolderUnwritable, SchemaTooNew, WrongKey
from app.store.file import JOURNAL
from app.store.lines import Codec, Header, Replayed, Tables, header_line, replay
from app.store.migrations import SCHEMA, migrated


@dataclass(frozen=True, slots=True)
class Reading:
    """What a journal says, as the app understands it now."""

    found: Replayed
    tables: Tables  # of this app's schema


def read_folder(folder: Path, codec: Codec) -> Reading:
    """Raises FolderUnwritable, SchemaTooNew, WrongKey."""
    try:
        found = replay((folder / JOURNAL).read_bytes(), codec)
    except OSError as error:
        raise FolderUnwritable(folder, error) from error
    header = accepted(folder, found, codec, SCHEMA)
    return Reading(found, migrated(found.tables, header.schema))


def accepted(folder: Path, replayed: Replayed, codec: Codec, schema: int) -> Header:
    """The header of a file that may be read, or in place of a lost one another. Raises SchemaTooNew, WrongKey."""
    file = replayed.file or codec.new_file()  # what is written from now on stands behind the lines of before
    app = Header(schema=schema, codec=codec.name, key=codec.key_mark, file=file)
    found = replayed.header
    if found is None:
        is_more_than_a_header = sum(map(len, replayed.bad)) > len(header_line(app))
        if app.key and is_more_than_a_header and not replayed.good:  # as likely the key as the file: touch nothing
            raise WrongKey(folder, "its first line is damaged")
        return app
    if not found.is_known_to(app):
        raise SchemaTooNew(str(found), str(app))
    if not found.opens_with(app):
        raise WrongKey(folder, found.codec)
    return found
