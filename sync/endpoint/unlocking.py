"""The coordinator's answer to a tablet that a person is shut out of. It takes the centre's private key: with all that
the database holds nobody computes it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, select

from sync.endpoint import audit, schema
from sync.endpoint.audit import Action, Deed
from sync.endpoint.auth import Guest
from sync.endpoint.database import Database
from sync.protocol.device_keys import secret_with
from sync.protocol.sealed_box import mark_of
from sync.protocol.unlocking import answer


class Unanswerable(Exception):
    """Why there is no answer, in words for a person."""


def unlock_answer(
    database: Database, guest: Guest, question: tuple[str, str], keys: Mapping[str, bytes], *, now: datetime
) -> str:
    """What opens a tablet for a person who is asked something. `keys` are the centre's private keys by their marks.
    Raises Unanswerable."""
    table = schema.device
    is_it = and_(table.c.tenant == guest.tenant, table.c.name == guest.name, table.c.revoked_at.is_(None))
    person, asked = question
    with database.writing() as connection:
        row = connection.execute(select(table.c.id, table.c.public_key, table.c.parcel_key).where(is_it)).one_or_none()
        if row is None:
            raise Unanswerable("no tablet has this name")
        if row.public_key is None or row.parcel_key is None:
            raise Unanswerable("this tablet shares no secret with the centre: let it in again with a new code (enrol)")
        mark = mark_of(bytes.fromhex(row.parcel_key)).hex().upper()
        if mark not in keys:
            raise Unanswerable(f"this tablet was let in with the key {mark}, which was not given")
        audit.add(connection, Deed(Action.UNLOCK_ANSWERED, row.id), at=now)
    return answer(secret_with(keys[mark], public=row.public_key), person=person, asked=asked)
