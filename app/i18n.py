"""The words of the app, by id, in Catalan, Spanish and English. No visible text lives anywhere else."""

import gettext
from functools import cache
from pathlib import Path

LANGUAGES = ("ca", "es", "en")
FOLDER = Path(__file__).parent / "locales"
DOMAIN = "acompanya"


class Words:
    """The words in one language. An id without words there is said in Catalan, then Spanish, then English."""

    def __init__(self, language: str, folder: Path = FOLDER) -> None:
        self.language = language
        order = [language, *(each for each in LANGUAGES if each != language)]
        first, *rest = (gettext.translation(DOMAIN, folder, [each]) for each in order if each in LANGUAGES)
        for each in rest:
            first.add_fallback(each)
        self._catalogue = first

    def text(self, id: str, /, **values: object) -> str:
        """The words of `id`, with `{name}` replaced by `values`. Values are shown as they are, never formatted."""
        return _fill(self._catalogue.gettext(id), values)

    def count(self, id: str, n: int, /, **values: object) -> str:
        """The words of `id` for a number of things, `{n}` being the number."""
        return _fill(self._catalogue.ngettext(id, id, n), {"n": number(n, self.language), **values})

    def label(self, group: str, value: str) -> str:
        """The label of a choice; one that a newer app taught is shown by its id: "Altre (id)"."""
        id = f"{group}.{value}"
        found = self._catalogue.gettext(id)
        return self.text("choice.unknown", id=value) if found == id else found


GROUPS = {"ca": (".", 10_000), "es": (".", 10_000), "en": (",", 1_000)}
"""What stands between thousands, and from which number on."""


def number(n: int, language: str) -> str:
    """12.000 in Catalan, 12,000 in English; four digits stay together where that is usual."""
    mark, least = GROUPS.get(language, GROUPS["ca"])
    return f"{n:,}".replace(",", mark) if n >= least else str(n)


def _fill(words: str, values: dict[str, object]) -> str:
    return words.format(**values) if values else words


@cache
def words_in(language: str) -> Words:
    """The words in `language`; a language the app does not speak gets Catalan."""
    return Words(language if language in LANGUAGES else "ca")
