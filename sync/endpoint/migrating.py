"""Which version the tables are of, and the way to this program's. The steps themselves are in `migrations/versions`."""

import logging
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from sync.endpoint.schema import metadata

# That it looks, and at what, is no news.
logging.getLogger("alembic").setLevel(logging.WARNING)


class Standing(Enum):
    """How a database stands to a program; its value is what to tell an operator."""

    EMPTY = "it is empty"
    CURRENT = "it is up to date"
    OLDER = "its tables are of an older version: make a backup, then run `python -m sync.endpoint migrate`"
    NEWER = "its tables are of a version this program does not know: it needs the newer program that made them"
    UNVERSIONED = "its tables were made before versions were kept: this program needs a new, empty database"


@dataclass(frozen=True, slots=True)
class Steps:
    """The versions a program knows, the last of which it works with."""

    folder: Path

    def newest(self) -> str:
        return str(self._script().get_current_head())

    def standing(self, connection: Connection) -> Standing:
        version = MigrationContext.configure(connection).get_current_revision()
        if version is None:
            ours = metadata.tables.keys() & set(inspect(connection).get_table_names())
            return Standing.UNVERSIONED if ours else Standing.EMPTY
        if version == self.newest():
            return Standing.CURRENT
        known = {step.revision for step in self._script().walk_revisions()}
        return Standing.OLDER if version in known else Standing.NEWER

    def upgrade(self, connection: Connection) -> None:
        """Run the steps that are missing, inside the transaction of `connection`. None is missing: nothing happens."""
        config = self._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    def _script(self) -> ScriptDirectory:
        return ScriptDirectory.from_config(self._config())

    def _config(self) -> Config:
        config = Config()
        config.set_main_option("script_location", str(self.folder).replace("%", "%%"))
        return config


OURS = Steps(Path(__file__).parent / "migrations")
