"""Writes down everything a session asks of the disk, and proves that nothing was missed."""

from pathlib import Path

from tests.torture.disk_states import Disk
from tests.torture.operations import Acknowledged, Began, Operation
from tests.torture.seam import Watch


class Recorder(Watch):
    """One session: what was there at first, what was asked of the disk, and when somebody was told what."""

    def __init__(self) -> None:
        super().__init__()
        self.operations: list[Operation] = []
        self.start = 0  # how many of them are what was there at first
        self._disk = Disk()

    def did(self, operation: Operation) -> None:
        self.operations.append(operation)
        self._disk.take(operation)

    def begin_here(self) -> None:
        with self.lock:
            self.start = len(self.operations)

    def began(self, step: int) -> None:
        with self.lock:
            self.operations.append(Began(step))

    def acknowledged(self, step: int) -> None:
        with self.lock:
            self.operations.append(Acknowledged(step))

    def check(self, folder: Path) -> None:
        """The operations amount to what is in the folder, byte by byte: none went past the recorder."""
        with self.lock:
            recorded = {name: content.whole() for name, content in self._disk.without_a_cut().items()}
            real = {path.name: path.read_bytes() for path in folder.iterdir()}
        assert recorded == real, f"the recorder missed something in {_differing(recorded, real)}"


def _differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
