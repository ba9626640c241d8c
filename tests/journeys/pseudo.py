"""The app as a language would have it that needs two fifths more room: every word accented and longer, nothing else.

A copy of the app in a folder of its own, whose Catalan words are made from the `.po` file: what ships has none such.
"""

import shutil
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tests.journeys.processes import ROOT
from tests.project.catalogues import catalogue_path, messages, read_catalogue

ACCENTED = str.maketrans("aceinosuyACEINOSUY", "áçéíñóšúýÁÇÉÍÑÓŠÚÝ")
LONGER = 0.4
MORE = "llarguíssim "


def accented(words: str) -> str:
    """The same words two fifths longer, with what is filled in left as it is."""
    told = list(Formatter().parse(words))
    length = sum(len(text) for text, *_ in told)
    parts = [text.translate(ACCENTED) + (f"{{{name}}}" if name is not None else "") for text, name, *_ in told]
    more = (MORE * (length // len(MORE) + 1))[: round(length * LONGER)].rstrip()
    return "".join(parts) + (f" {more}" if more else "")


def pseudo_catalogue(catalogue: Catalog) -> Catalog:
    made = Catalog(locale="ca")
    for id, message in messages(catalogue).items():
        words = message.string
        if isinstance(words, str):
            made.add(id, accented(words))
        else:
            made.add((id, id), tuple(accented(each) for each in words or ()))
    return made


def pseudo_sources(folder: Path) -> Path:
    """A copy of the app that says everything longer, to be started in this folder."""
    for package in ("app", "sync"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    path = catalogue_path("ca")
    made = pseudo_catalogue(read_catalogue(path.read_bytes(), "ca"))
    with (folder / path.relative_to(ROOT).with_suffix(".mo")).open("wb") as compiled:
        write_mo(compiled, made)
    return folder
