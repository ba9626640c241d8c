"""Whether the centre could take a tablet's work now: its database answers, has today's tables, and can be written."""

import asyncio
from contextlib import AbstractAsyncContextManager

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from sync.endpoint import schema
from sync.endpoint.database import Database
from sync.errors import CentreBusy

REMEMBERED_SECONDS = 5.0

DATABASE = "database"
SCHEMA = "schema"
WRITING = "writing"


class Readiness:
    """Anybody may ask, and looking costs a write: so the answer holds for a few seconds, however many ask."""

    def __init__(self, database: Database, turn: AbstractAsyncContextManager[None]) -> None:
        self._database = database
        self._turn = turn
        self._looking = asyncio.Lock()
        self._looked_at = -REMEMBERED_SECONDS
        self._missing: str | None = None

    async def missing(self) -> str | None:
        """Which part is not there: DATABASE, SCHEMA, WRITING; None when all is well."""
        loop = asyncio.get_running_loop()
        async with self._looking:
            if loop.time() - self._looked_at >= REMEMBERED_SECONDS:
                async with self._turn:
                    self._missing = await asyncio.to_thread(missing_part, self._database)
                self._looked_at = loop.time()
            return self._missing


def missing_part(database: Database) -> str | None:
    """Looks now. The write changes nothing and is committed: a full or a read-only disk shows itself."""
    part = DATABASE
    try:
        with database.reading() as connection:
            connection.execute(select(1))
            part = SCHEMA
            for table in schema.metadata.sorted_tables:
                connection.execute(select(table).limit(0))
        part = WRITING
        with database.writing() as connection:
            connection.execute(update(schema.centre).values(instance=schema.centre.c.instance))
    except (SQLAlchemyError, CentreBusy):
        return part
    return None
