"""What a document of one schema is in the next: one step for each version, pure. How they are run is `journal`'s.

To change what documents mean, add a step at the end of STEPS and a folder of the new schema to tests/store/kept.
"""

from collections.abc import Callable, Sequence

from app.store.values import Document

Step = Callable[[str, Document], Document | None]  # (table, document) -> the document; None when it is not kept

STEPS: Sequence[Step] = ()  # the first is from schema 1 to 2
FIRST = 1
SCHEMA = FIRST + len(STEPS)


def migrated(
    tables: dict[str, dict[str, Document]], schema: int, steps: Sequence[Step] = STEPS
) -> dict[str, dict[str, Document]]:
    """The tables of a file of this schema as the last step leaves them."""
    for step in steps[schema - FIRST :]:
        stepped = {name: {doc_id: step(name, row) for doc_id, row in rows.items()} for name, rows in tables.items()}
        tables = {
            name: {doc_id: document for doc_id, document in rows.items() if document is not None}
            for name, rows in stepped.items()
        }
    return tables
