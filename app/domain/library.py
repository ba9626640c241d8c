"""The reference data a tablet works with: what can be helped with, where, and how to find it."""

from dataclasses import dataclass

from app.domain.catalogue import Catalogue
from app.domain.centres import Centres
from app.domain.search import ProcedureSearch


@dataclass(frozen=True, slots=True)
class Library:
    """Ships with the app, so that a tablet works before it has ever met the centre."""

    catalogue: Catalogue
    centres: Centres
    search: ProcedureSearch
