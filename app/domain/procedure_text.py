"""A procedure as one text and back: what an open case keeps of it when the catalogue changes meanwhile."""

import json
from collections.abc import Mapping

from app.domain.catalogue import LANGUAGES, Label, Procedure, bring_items_at, procedure_at
from app.domain.reference import read_reference


def procedure_to_text(procedure: Procedure) -> str:
    """As in the file of the catalogue, with the words of what to bring beside it."""
    entry = {
        "id": procedure.id,
        "module": procedure.module,
        "title": _words(procedure.title),
        "steps": [{"id": each.id, "kind": each.kind, **_words(each.label)} for each in procedure.steps],
        "bring": [each.id for each in procedure.bring],
        "site": {"name": procedure.site.name, "url": procedure.site.url},
        "default_minutes": procedure.default_minutes,
        "needs_identity": procedure.needs_identity,
    }
    bring_items = {each.id: _words(each.label) for each in procedure.bring}
    return json.dumps({"procedure": entry, "bring_items": bring_items}, ensure_ascii=False, separators=(",", ":"))


def procedure_from_text(text: str) -> Procedure:
    """Raises `BrokenReference` when this app cannot read it."""
    root = read_reference(text, "the procedure of an open case")
    return procedure_at(root.field("procedure"), bring_items_at(root))


def _words(label: Label) -> Mapping[str, str]:
    return {language: label.only(language) for language in LANGUAGES}
