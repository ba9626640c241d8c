"""Who writes to the centre and what it may see. Pure."""

from dataclasses import dataclass
from hashlib import sha256

CENTRE_ITSELF = "centre"
"""The device id under which the centre's own commands write reference data. No tablet has it: theirs are UUIDs."""


@dataclass(frozen=True, slots=True)
class Device:
    """An enrolled tablet, or the centre's own commands."""

    id: str
    tenant: str
    centres: frozenset[str] = frozenset()  # it is told about these; none named = about all of the organisation's

    @property
    def is_centre(self) -> bool:
        return self.id == CENTRE_ITSELF

    @property
    def view(self) -> str:
        """A short name for what it may see: another view, another name."""
        return sha256(",".join(sorted(self.centres)).encode("utf-8")).hexdigest()[:4]

    def works_at(self, centre: str | None) -> bool:
        """Whether what belongs to `centre` concerns it. What belongs nowhere concerns everybody."""
        return centre is None or not self.centres or centre in self.centres
