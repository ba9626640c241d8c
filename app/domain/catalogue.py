"""The catalogue of procedures: what connectors accompany people with, step by step, and the training modules.

Pure: `parse_catalogue` turns the text of the file into trusted values or says where it is broken. Labels are words to
show exactly as they stand.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.domain.reference import Place, each_once, read_reference

LANGUAGES = ("ca", "es", "en")  # also the order in which a missing label is looked for
OTHER_PROCEDURE = "sp-altres"  # the fixed "another procedure", always there so nobody is stuck
SUPPORT_POINT = "support-point"  # the only module that is not a training module
LONGEST_MINUTES = 600
_OF_A_MODULE = re.compile(r"(sp|m\d+)-(?=.)")  # how the ids of procedures begin


@dataclass(frozen=True, slots=True)
class Label:
    """The same words in the three languages; "" where nobody has written them yet."""

    ca: str
    es: str = ""
    en: str = ""

    def in_(self, language: str) -> str:
        """The words in this language; where they are missing, the first of Catalan, Spanish, English there is."""
        return self.only(language) or self.ca or self.es or self.en

    def only(self, language: str) -> str:
        """The words in this language, "" when they are missing or the language is unknown."""
        return {"ca": self.ca, "es": self.es, "en": self.en}.get(language, "")


@dataclass(frozen=True, slots=True)
class Step:
    """One tick of a checklist."""

    id: str  # unique within its procedure
    kind: str  # an id of the file's step_kinds: prepare, identify, do, proof, teach, close
    label: Label


@dataclass(frozen=True, slots=True)
class BringItem:
    """Something the citizen has to have at hand."""

    id: str
    label: Label


@dataclass(frozen=True, slots=True)
class Site:
    """Where the procedure is done."""

    name: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Module:
    """A training module "1".."8", or the support point itself."""

    id: str
    title: Label


NOTHING = "nothing"
"""The thing to bring that says that there is none."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """Something a citizen comes to do."""

    id: str
    module: str  # a module's id
    title: Label
    steps: tuple[Step, ...]
    bring: tuple[BringItem, ...]
    site: Site
    default_minutes: int
    needs_identity: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All procedures in the order of the file. `OTHER_PROCEDURE` is always among them."""

    version: str
    modules: tuple[Module, ...]
    procedures: tuple[Procedure, ...]
    retired: tuple[Procedure, ...] = ()  # not offered any more; old records are still called by their titles
    retired_modules: tuple[Module, ...] = ()
    _procedures: Mapping[str, Procedure] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_id = MappingProxyType({procedure.id: procedure for procedure in self.procedures})
        object.__setattr__(self, "_procedures", by_id)

    def procedure(self, id: str) -> Procedure | None:
        """A procedure that can be helped with."""
        return self._procedures.get(id)

    def module(self, id: str) -> Module | None:
        return next((module for module in self.modules if module.id == id), None)

    def procedure_title(self, id: str) -> Label:
        """What a procedure is called, also one that is retired; one never heard of by its id in plain words."""
        known = self.procedure(id) or self.retired_procedure(id)
        return known.title if known else Label(in_plain_words(id))

    def module_title(self, id: str) -> Label:
        known = (each for each in (*self.modules, *self.retired_modules) if each.id == id)
        return next((each.title for each in known), Label(id))

    def bring_title(self, id: str) -> Label:
        """What something to bring is called; one that no procedure asks for by its id in plain words."""
        asked = (item for each in (*self.procedures, *self.retired) for item in each.bring)
        return next((item.label for item in asked if item.id == id), Label(in_plain_words(id)))

    def retired_procedure(self, id: str) -> Procedure | None:
        return next((each for each in self.retired if each.id == id), None)

    @property
    def training_modules(self) -> tuple[Module, ...]:
        return tuple(module for module in self.modules if module.id != SUPPORT_POINT)


def in_plain_words(id: str) -> str:
    """An id as a person can read it: "m8-vida-laboral" is "Vida laboral"."""
    words = _OF_A_MODULE.sub("", id).replace("-", " ").replace("_", " ").strip() or id
    return words[0].upper() + words[1:]


def parse_catalogue(text: str, *, where: str) -> Catalogue:
    """The catalogue this text holds. Raises `BrokenReference` at the first thing that cannot be trusted."""
    root = read_reference(text, where)
    version = root.field("catalogue_version").text()
    kinds = root.field("step_kinds").names()
    bring_items = bring_items_at(root)
    modules = _modules(root.field("modules"))
    module_ids = tuple(module.id for module in modules)
    places = root.field("procedures").entries()
    each_once(place.field("id") for place in places)
    for place in places:
        _only_known_words(place, module_ids, bring_items, kinds)
    catalogue = Catalogue(version, modules, tuple(procedure_at(place, bring_items) for place in places))
    if catalogue.procedure(OTHER_PROCEDURE) is None:
        raise root.field("procedures").broken(f'lacks "{OTHER_PROCEDURE}", the procedure for everything else')
    return catalogue


def untranslated(catalogue: Catalogue, language: str) -> tuple[str, ...]:
    """Where the file has no words in this language: "m1-alta-padro" for a title, "m1-alta-padro/s2" for a step."""
    titles = ((procedure.id, procedure.title) for procedure in catalogue.procedures)
    steps = ((f"{p.id}/{step.id}", step.label) for p in catalogue.procedures for step in p.steps)
    return tuple(id for id, label in (*titles, *steps) if not label.only(language))


def label_at(place: Place, *, catalan_required: bool = False) -> Label:
    """Words in at least one language. Titles need Catalan; elsewhere what is missing falls back."""
    words = {language: _words(place, language) for language in LANGUAGES}
    if not words["ca"] and (catalan_required or not any(words.values())):
        place.field("ca").text()
    return Label(**words)


def _words(place: Place, language: str) -> str:
    found = place.optional(language)
    return "" if found is None or found.value == "" else found.text()


def bring_items_at(root: Place) -> Mapping[str, BringItem]:
    place = root.field("bring_items")
    return {name: BringItem(name, label_at(place.field(name))) for name in place.names()}


def module_at(place: Place) -> Module:
    return Module(_module_id(place.field("id")), label_at(place.field("title"), catalan_required=True))


def procedure_at(place: Place, bring_items: Mapping[str, BringItem]) -> Procedure:
    """One procedure by itself. A module, a kind of step or a thing to bring that is not known here is no reason to
    refuse it: a newer catalogue may have it."""
    return Procedure(
        id=place.field("id").id(),
        module=_module_id(place.field("module")),
        title=label_at(place.field("title"), catalan_required=True),
        steps=_steps(place.field("steps")),
        bring=tuple(_bring_item(entry, bring_items) for entry in place.field("bring").entries()),
        site=_site(place.field("site")),
        default_minutes=place.field("default_minutes").whole_number(1, LONGEST_MINUTES),
        needs_identity=place.field("needs_identity").text(),
    )


def _only_known_words(
    place: Place, modules: tuple[str, ...], bring_items: Mapping[str, BringItem], kinds: tuple[str, ...]
) -> None:
    """In a whole file a word that stands nowhere else in it is a slip of the pen."""
    module = _module_id(place.field("module"))
    if module not in modules:
        raise place.field("module").broken(f'names "{module}", which is not one of the modules')
    for entry in place.field("steps").entries():
        entry.field("kind").one_of(kinds)
    for entry in place.field("bring").entries():
        entry.one_of(bring_items)


def _modules(place: Place) -> tuple[Module, ...]:
    places = place.entries()
    each_once((entry.field("id") for entry in places), _module_id)
    return tuple(module_at(entry) for entry in places)


def _module_id(place: Place) -> str:
    # The file numbers the training modules and names the support point; records carry both as text.
    return str(place.whole_number(1, 99)) if isinstance(place.value, int) else place.id()


def _bring_item(place: Place, known: Mapping[str, BringItem]) -> BringItem:
    id = place.id()
    return known.get(id) or BringItem(id, Label(in_plain_words(id)))


def _steps(place: Place) -> tuple[Step, ...]:
    places = place.entries()
    each_once(entry.field("id") for entry in places)
    return tuple(Step(entry.field("id").id(), entry.field("kind").id(), label_at(entry)) for entry in places)


def _site(place: Place) -> Site:
    url = place.optional("url")
    return Site(place.field("name").text(), None if url is None else url.text())
