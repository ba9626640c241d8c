"""The tablet's disk: records, drafts and notes that outlive anything but the tablet itself. Only it knows TinyDB."""

from app.store.errors import (
    DiskRefused,
    ExportDamaged,
    FolderUnwritable,
    NotStorable,
    SchemaTooNew,
    StoreLocked,
    StoreTrouble,
    WrongKey,
)
from app.store.export import Export, read_export
from app.store.journal import Recovery
from app.store.records import Counts, Deed, Edit, HandOver, Reversal, StoredRecord, Withdrawal, Write
from app.store.sealing import Sealed
from app.store.store import Store
from app.store.transitions import shown_seq

__all__ = [
    "Counts",
    "Deed",
    "DiskRefused",
    "Edit",
    "Export",
    "ExportDamaged",
    "FolderUnwritable",
    "HandOver",
    "NotStorable",
    "Recovery",
    "Reversal",
    "SchemaTooNew",
    "Sealed",
    "Store",
    "StoreLocked",
    "StoreTrouble",
    "StoredRecord",
    "Withdrawal",
    "Write",
    "WrongKey",
    "read_export",
    "shown_seq",
]
