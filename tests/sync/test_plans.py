"""No statement of an exchange or of an export walks through everything the centre holds."""

import re
from contextlib import closing
from pathlib import Path

from sync.endpoint.database import Database
from sync.endpoint.devices import Device
from sync.endpoint.exchange import TENANT, Centre
from sync.endpoint.exports import Wanted, changes, records
from sync.endpoint.server import open_centre
from sync.endpoint.snapshots import snapshot
from sync.protocol.messages import SyncRequest
from tests.sync.listening import Statement, heard
from tests.sync.making import START, make_change

# What SQLite says of a step that goes through a whole table, or through all rows of the organisation.
WALKS = re.compile(r"SCAN (change|record|refused|device)\b|\(tenant=\?\)")


def walks(database: Database, statements: list[Statement]) -> list[str]:
    with database.reading() as connection:
        asked = [one for one in statements if one[0].startswith(("SELECT", "UPDATE")) and one[1]]
        plans = [
            (statement, connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all())
            for statement, parameters in asked
        ]
    return [f"{step.detail}: {statement}" for statement, steps in plans for step in steps if WALKS.search(step.detail)]


def exchanged_twice(centre: Centre) -> None:
    device = Device("tablet", TENANT)
    first = centre.exchange(device, SyncRequest("", START, 0, 0, (make_change(1, note="x"),)), ())
    centre.exchange(device, SyncRequest(first.cursor, START, 0, 0, (make_change(2, note="y"),)), ())
    reply = centre.exchange(Device("other", TENANT), SyncRequest("", START, 0, 0), ())
    centre.exchange(Device("other", TENANT), SyncRequest(reply.cursor, START, 0, 0), ())


def test_an_exchange_looks_up_only_what_it_is_about(tmp_path: Path) -> None:
    with closing(open_centre(f"sqlite:///{tmp_path / 'centre.db'}")) as centre:
        with heard(centre.database) as statements:
            exchanged_twice(centre)

        assert len(statements) > 20
        assert walks(centre.database, statements) == []


def test_an_export_goes_from_page_to_page(tmp_path: Path) -> None:
    with closing(open_centre(f"sqlite:///{tmp_path / 'centre.db'}")) as centre:
        exchanged_twice(centre)
        with snapshot(centre.database) as connection, heard(centre.database) as statements:
            found = [*records(connection, Wanted(TENANT)), *changes(connection, Wanted(TENANT))]

        assert len(found) == 3
        assert walks(centre.database, statements) == []
