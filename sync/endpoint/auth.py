"""Which tablet is asking: one-time codes, device tokens, and taking them away. Both are kept only as hashes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy import Connection, Select, bindparam, delete, insert, or_, select, update

from sync.endpoint import audit, schema
from sync.endpoint.audit import NOBODY, Action, Deed, Result
from sync.endpoint.database import Database
from sync.endpoint.devices import Device
from sync.protocol.crockford import ALPHABET, code_letters, grouped
from sync.protocol.invitations import LETTERS
from sync.protocol.messages import SCHEMA, Enrolled, Enrolment

CODE_LIFE = timedelta(minutes=15)
MOST_TRIES = 5

_SELECTOR = 4  # letters of a code to find it by; the others prove it


@dataclass(frozen=True, slots=True)
class Chance:
    """Where chance comes from: numbers below a bound, ids and tokens nobody can guess."""

    below: Callable[[int], int]
    new_id: Callable[[], str]
    new_token: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Guest:
    """Who a code is for, and what it is told about from then on: these centres, or (None) what it was before."""

    tenant: str
    name: str
    centres: frozenset[str] | None = None


def issue_code(database: Database, guest: Guest, *, chance: Chance, now: datetime) -> str:
    """A code that lets one tablet in, once. A name that exists already gets a new token, not a new device."""
    letters = "".join(ALPHABET[chance.below(len(ALPHABET))] for _ in range(LETTERS))
    row = {
        "selector": letters[:_SELECTOR],
        "code_hash": _hash(letters),
        "tenant": guest.tenant,
        "device_name": guest.name,
        "centres": None if guest.centres is None else _centres_to_text(guest.centres),
        "expires_at": int((now + CODE_LIFE).timestamp()),
        "tries": 0,
        "used": False,
    }
    with database.writing() as connection:
        over = or_(schema.code.c.expires_at <= int(now.timestamp()), schema.code.c.selector == letters[:_SELECTOR])
        connection.execute(delete(schema.code).where(over))
        connection.execute(insert(schema.code), row)
        known = connection.execute(_id_of(guest.tenant, guest.name)).scalar()
        audit.add(connection, Deed(Action.CODE_MADE, str(known or "")), at=now)
    return grouped(letters)


def redeem(
    database: Database, enrolment: Enrolment, *, chance: Chance, now: datetime, network: str = ""
) -> Enrolled | None:
    """The tablet's identity, or None when the code is wrong, used, too old or tried too often: which is not said."""
    with database.writing() as connection:
        enrolled = _redeemed(connection, enrolment, chance=chance, now=now)
        if enrolled is None:
            deed = Deed(Action.ENROLMENT_REFUSED, result=Result.REFUSED, actor=NOBODY, network=network)
        else:
            deed = Deed(Action.ENROLLED, enrolled.device, actor=enrolled.device, network=network)
        audit.add(connection, deed, at=now)
    return enrolled


def _redeemed(connection: Connection, enrolment: Enrolment, *, chance: Chance, now: datetime) -> Enrolled | None:
    letters = code_letters(enrolment.code)
    # Held until this is over: of two tablets with one code, the second finds it used.
    found = select(schema.code).where(schema.code.c.selector == letters[:_SELECTOR]).with_for_update()
    row = connection.execute(found).one_or_none()
    if row is None or row.used or row.tries >= MOST_TRIES or row.expires_at <= now.timestamp():
        return None
    is_right = compare_digest(row.code_hash, _hash(letters))
    # Written even when the code is wrong: the try must count.
    counted = {"used": True} if is_right else {"tries": row.tries + 1}
    connection.execute(update(schema.code).where(schema.code.c.selector == row.selector).values(counted))
    if not is_right:
        return None
    token = chance.new_token()
    parcel_key = connection.execute(select(schema.centre.c.parcel_key)).scalar_one()
    values = {
        "token_hash": _hash(token),
        "public_key": enrolment.public_key,
        "parcel_key": parcel_key,
        "app": enrolment.app,
        "enrolled_at": now.isoformat(),
        "revoked_at": None,
        "lost_at": None,
    }
    if row.centres is not None:
        values["centres"] = row.centres
    device = _let_in(connection, Device(chance.new_id(), row.tenant), name=row.device_name, values=values)
    tenant_name = select(schema.tenant.c.name).where(schema.tenant.c.id == row.tenant)
    return Enrolled(device, token, connection.execute(tenant_name).scalar_one(), SCHEMA, parcel_key)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose token it is."""

    device: Device
    is_revoked: bool = False
    is_lost: bool = False  # and revoked: it may still bring parcels


# Put together once: each request asks it.
_BY_TOKEN = select(schema.device).where(schema.device.c.token_hash == bindparam("token_hash"))


def holder_of(database: Database, token: str) -> Holder | None:
    with database.reading() as connection:
        row = connection.execute(_BY_TOKEN, {"token_hash": _hash(token)}).one_or_none()
    if row is None:
        return None
    device = Device(row.id, row.tenant, centres_from_text(row.centres))
    return Holder(device, row.revoked_at is not None, row.lost_at is not None)


def device_of(database: Database, token: str) -> Device | None:
    """The enrolled, not revoked tablet this token belongs to."""
    holder = holder_of(database, token)
    return holder.device if holder and not holder.is_revoked else None


def assign(database: Database, guest: Guest, *, now: datetime) -> bool:
    """Say which centres a tablet is told about; none = all. It then hears everything again.

    False when there is no such tablet.
    """
    table = schema.device
    named = update(table).where(table.c.tenant == guest.tenant, table.c.name == guest.name).returning(table.c.id)
    with database.writing() as connection:
        changed = connection.execute(named.values(centres=_centres_to_text(guest.centres or frozenset()))).scalar()
        return _noted(connection, Action.ASSIGNED, changed, at=now)


def _centres_to_text(centres: frozenset[str]) -> str:
    return ",".join(sorted(centres))


def centres_from_text(text: str) -> frozenset[str]:
    return frozenset(centre for centre in text.split(",") if centre)


def revoke(database: Database, *, tenant: str, name: str, now: datetime) -> bool:
    """Take a tablet's token away. What it sent stays. False when there is no such tablet."""
    guest, ended = Guest(tenant, name), {"revoked_at": now.isoformat()}
    return _end(database, guest, Action.REVOKED, ended, now=now)


def give_up(database: Database, *, tenant: str, name: str, now: datetime) -> bool:
    """Revoke a tablet that is lost: when it asks again it is told so, keeps nothing, and may bring sealed what it had
    not sent. Letting it in with a new code ends this. False when there is no such tablet."""
    guest, ended = Guest(tenant, name), {"revoked_at": now.isoformat(), "lost_at": now.isoformat()}
    return _end(database, guest, Action.LOST, ended, now=now)


def _end(database: Database, guest: Guest, action: Action, ended: dict[str, str], *, now: datetime) -> bool:
    table = schema.device
    named = update(table).where(table.c.tenant == guest.tenant, table.c.name == guest.name).returning(table.c.id)
    with database.writing() as connection:
        return _noted(connection, action, connection.execute(named.values(ended)).scalar(), at=now)


def _noted(connection: Connection, action: Action, device: str | None, *, at: datetime) -> bool:
    """Whether it was done to a tablet; if so, the audit log says it."""
    if device is not None:
        audit.add(connection, Deed(action, device), at=at)
    return device is not None


def _id_of(tenant: str, name: str) -> Select[tuple[str]]:
    return select(schema.device.c.id).where(schema.device.c.tenant == tenant, schema.device.c.name == name)


def _let_in(connection: Connection, new: Device, *, name: str, values: dict[str, str | None]) -> str:
    """The id of the device called `name`. The same name stays the same device, so that its records stay its own."""
    table = schema.device
    known = connection.execute(_id_of(new.tenant, name)).scalar()
    if known is None:
        connection.execute(insert(table), {"id": new.id, "tenant": new.tenant, "name": name, "centres": "", **values})
        return new.id
    connection.execute(update(table).where(table.c.id == known).values(values))
    return str(known)


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
