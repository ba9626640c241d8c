"""Fields as the text they are kept in. Whoever only hands them on need not read them and write them again."""

import json
from collections.abc import Iterator, Mapping

from sync.protocol.records import Fields, Value


class WrittenFields(Mapping[str, Value]):
    """The fields of a canonical text, read when somebody first looks. It was strictly read before it was written."""

    __slots__ = ("_fields", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._fields: Fields | None = None

    def __getitem__(self, name: str) -> Value:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __repr__(self) -> str:
        return f"WrittenFields({self.text!r})"

    def _read(self) -> Fields:
        if self._fields is None:
            self._fields = fields_from_text(self.text)
        return self._fields


def fields_from_text(text: str) -> Fields:
    values = json.loads(text)
    return {name: tuple(value) if type(value) is list else value for name, value in values.items()}
