"""The tablet's disk: records, drafts and notes that outlive anything but the tablet itself. Only it knows TinyDB."""

from app.store.errors import (
    DiskRefused,
    ExportDamaged,
    FolderUnwritable,
    KeyGone,
    NotStorable,
    SchemaTooNew,
    StoreLocked,
    StoreTrouble,
    WrongKey,
)
from app.store.export import Export, read_export, unacknowledged
from app.store.journal import Recovery
from app.store.key_file import KeyFile, key_file_of
from app.store.keys import KeyPlace, key_of
from app.store.leaving import Left, believed, destroy, read_left, return_to_service, write_left
from app.store.lines import CHECKSUM, Codec
from app.store.records import Counts, Deed, Edit, HandOver, Reversal, StoredRecord, Withdrawal, Write
from app.store.rescue import close_for_centre, copied, key_for_centre, may_be_copied, unfolded
from app.store.sealing import KEY_BYTES, Sealed
from app.store.store import Store
from app.store.transitions import shown_seq
from app.store.witness import Times

__all__ = [
    "CHECKSUM",
    "KEY_BYTES",
    "Codec",
    "Counts",
    "Deed",
    "DiskRefused",
    "Edit",
    "Export",
    "ExportDamaged",
    "FolderUnwritable",
    "HandOver",
    "KeyFile",
    "KeyGone",
    "KeyPlace",
    "Left",
    "NotStorable",
    "Recovery",
    "Reversal",
    "SchemaTooNew",
    "Sealed",
    "Store",
    "StoreLocked",
    "StoreTrouble",
    "StoredRecord",
    "Times",
    "Withdrawal",
    "Write",
    "WrongKey",
    "believed",
    "close_for_centre",
    "copied",
    "destroy",
    "key_file_of",
    "key_for_centre",
    "key_of",
    "may_be_copied",
    "read_export",
    "read_left",
    "return_to_service",
    "shown_seq",
    "unacknowledged",
    "unfolded",
    "write_left",
]
