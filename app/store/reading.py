"""A store's folder read without opening it: nothing is locked, mended, moved or changed."""

from dataclasses import dataclass, replace
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
    app = Header(schema=schema, codec=codec.name, key=codec.key_mark, file=codec.new_file())
    found, found_in = replayed.header, replayed.file
    if found is None:
        is_more_than_a_header = sum(map(len, replayed.bad)) > len(header_line(app))
        if app.key and is_more_than_a_header and not replayed.good:  # as likely the key as the file: touch nothing
            raise WrongKey(folder, "its first line is damaged")
        return replace(app, file=found_in or app.file)  # what is added opens with what is there
    if not found.is_known_to(app):
        raise SchemaTooNew(str(found), str(app))
    if not found.opens_with(app):
        raise WrongKey(folder, found.codec)
    return found
