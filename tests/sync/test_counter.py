"""Many tablets at once on a real database: a reader who follows the cursor misses nothing."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sync.endpoint.devices import Device
from sync.endpoint.exchange import Centre
from sync.endpoint.server import open_centre
from sync.errors import CentreBusy
from sync.protocol.messages import SyncReply, SyncRequest
from sync.protocol.records import Change
from tests.sync.making import START, make_id

WRITERS, EXCHANGES, CHANGES = 4, 8, 3


def write(centre: Centre, writer: int) -> None:
    for exchange in range(EXCHANGES):
        ids = [make_id(exchange * CHANGES + one + 1, series=writer + 1) for one in range(CHANGES)]
        changes = tuple(Change(one, one, "session", 0, "C1", START, {"room": "B2"}) for one in ids)
        patiently(centre, Device(f"writer-{writer}", "main"), SyncRequest("", START, 0, 0, changes))


def patiently(centre: Centre, device: Device, request: SyncRequest) -> SyncReply:
    """As a tablet does it: a busy centre is asked again. Or the reader would wait for ever for what never came."""
    while True:
        try:
            return centre.exchange(device, request, ())
        except CentreBusy:
            time.sleep(0.05)


def follow(centre: Centre, wanted: int) -> list[tuple[str, int]]:
    """What a tablet hears that only asks for news, until it has heard as many as were written."""
    cursor, heard = "", list[tuple[str, int]]()
    while len(heard) < wanted:
        reply = patiently(centre, Device("reader", "main"), SyncRequest(cursor, START, 0, 0))
        time.sleep(0.001)  # let the writers have their turn
        heard += [(record.id, record.seq) for record in reply.changes]
        cursor = reply.cursor
    return heard


def test_a_reader_beside_many_writers_hears_every_record_once_and_in_order(tmp_path: Path) -> None:
    centre = open_centre(f"sqlite:///{tmp_path / 'centre.db'}")
    total = WRITERS * EXCHANGES * CHANGES

    with ThreadPoolExecutor(WRITERS + 1) as threads:
        reading = threads.submit(follow, centre, total)
        writing = [threads.submit(write, centre, writer) for writer in range(WRITERS)]
        for done in writing:
            done.result()
        heard = reading.result()
    centre.close()

    assert [seq for _, seq in heard] == list(range(1, total + 1))
    assert len({record_id for record_id, _ in heard}) == total
