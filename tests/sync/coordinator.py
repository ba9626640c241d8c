"""A coordinator at the centre who takes what is carried there, with the commands there are for it."""

from pathlib import Path

from sync.client.carrying import Sender, lines_to_carry
from sync.endpoint.__main__ import main
from sync.endpoint.parcels import read_key
from sync.protocol.sealed_box import public_key_of
from tests.sync.tablets import Office, Tablet


class Desk:
    """A coordinator at the centre, with a folder of their own."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder = office, folder
        folder.mkdir()
        self.key = folder / "centre.key"
        assert self.run("hand-over-key", "--output", self.key) == 0

    def run(self, name: str, *arguments: object) -> int:
        return main([name, "--database", self.office.place.url, *map(str, arguments)])

    def take(self, *files: Path, key: Path | None = None) -> int:
        return self.run("hand-over", "--key", key or self.key, *files)

    def file(self, *lines: str, name: str = "carried.txt") -> Path:
        path = self.folder / name
        path.write_text("".join(f"{line}\n" for line in lines))
        return path

    def carried(self, tablet: Tablet) -> tuple[str, ...]:
        assert tablet.token is not None
        device = self.office.centre.device_of(tablet.token)
        assert device is not None
        sender = Sender(device.id, tablet.keys, public_key_of(read_key(self.key)))
        return lines_to_carry(tablet.outbox, sender, clock=tablet.clock)
