"""How the centre stands now, read from the database whenever Prometheus asks. Every process says the same."""

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, case, func, select
from sqlalchemy.exc import SQLAlchemyError

from sync.endpoint import schema
from sync.endpoint.database import Database
from sync.errors import CentreBusy


class Gauges(Collector):
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing in advance: registering must not read the database."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            with self._database.reading() as connection:
                found = [*(read(connection) for read in _READ), *_backup_ages(connection, self._clock())]
        except (SQLAlchemyError, CentreBusy):
            found = []
        yield _gauge("database_answers", "1 when the database could be read for these numbers.", int(bool(found)))
        yield from found


def _devices(connection: Connection) -> GaugeMetricFamily:
    revoked = func.coalesce(func.sum(case((schema.device.c.revoked_at.is_not(None), 1), else_=0)), 0)
    row = connection.execute(
        select(func.count().label("all"), revoked.label("revoked")).select_from(schema.device)
    ).one()
    family = GaugeMetricFamily(
        "acompanya_devices", "Tablets that may come in, and that no longer may.", labels=["state"]
    )
    family.add_metric(["enrolled"], row.all - row.revoked)
    family.add_metric(["revoked"], row.revoked)
    return family


def _waiting(connection: Connection) -> GaugeMetricFamily:
    return _gauge("waiting_records", "Records that wait on tablets, as each last said.", _sum(connection, "waiting"))


def _attention(connection: Connection) -> GaugeMetricFamily:
    purpose = "Records that wait for a person at a tablet, as each last said."
    return _gauge("attention_records", purpose, _sum(connection, "attention"))


def _set_aside(connection: Connection) -> GaugeMetricFamily:
    count = connection.execute(select(func.count()).select_from(schema.refused)).scalar_one()
    return _gauge("set_aside_changes", "Changes the centre keeps whole because it could not take them.", count)


def _backup_ages(connection: Connection, now: datetime) -> Iterator[GaugeMetricFamily]:
    """Nothing as long as there is no backup: an age of naught would look like a fresh one."""
    newest = connection.execute(select(func.max(schema.tenant.c.backed_up_at))).scalar()
    if newest is not None:
        age = now - datetime.fromisoformat(newest)
        yield _gauge("backup_age_seconds", "Since the newest finished backup was begun.", age.total_seconds())


def _sum(connection: Connection, column: str) -> int:
    total = func.coalesce(func.sum(schema.device.c[column]), 0)
    return int(connection.execute(select(total).where(schema.device.c.revoked_at.is_(None))).scalar_one())


def _gauge(name: str, purpose: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"acompanya_{name}", purpose, value)


_READ: tuple[Callable[[Connection], GaugeMetricFamily], ...] = (_devices, _waiting, _attention, _set_aside)
