"""Which database errors are about the place and not about what was sent. Pure.

A place can be held, full, read-only, away or damaged. It gets better by itself or an operator mends it, and until then
the tablets wait and keep everything: such an error must never look like the fault of somebody's record.
"""

import sqlite3

import psycopg

_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,  # what SQLite calls a lock that could not be had
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    }
)
# The first two letters of an SQLSTATE are its class.
_POSTGRESQL_CLASSES = frozenset(
    {
        "08",  # the connection is lost
        "40",  # deadlock, serialization
        "53",  # disk full, out of memory, too many connections
        "55",  # a lock was not to be had in time
        "57",  # took too long; shutting down, starting up, crashed
        "58",  # input and output
    }
)
_POSTGRESQL = frozenset(
    {
        "25006",  # read-only: a standby, or an operator's hand
        "25P03",  # the transaction stood idle for too long
        "42501",  # a right was taken away
        "42P01",  # a table is missing: a backup is being read in
        "XX001",  # damaged
        "XX002",
    }
)


def outage(cause: BaseException | None) -> str | None:
    """What is wrong with the place, in one word for the log; None when the place is not to blame."""
    match cause:
        case sqlite3.Error():
            # A driver's own complaint, such as a closed connection, has no code.
            code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_OK)
            return cause.sqlite_errorname if code & 0xFF in _SQLITE else None
        case psycopg.Error(sqlstate=str(state)):
            return state if state in _POSTGRESQL or state[:2] in _POSTGRESQL_CLASSES else None
        case psycopg.OperationalError():
            return "no connection"
    return None
