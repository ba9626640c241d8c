"""Run by Alembic around the steps. Connection and transaction are the caller's: all of it or nothing."""

from alembic import context

from sync.endpoint.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
