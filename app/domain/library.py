"""The reference data a tablet works with: what can be helped with, where, by whom, and how to find it."""

from dataclasses import dataclass

from app.domain.catalogue import Catalogue
from app.domain.centres import Centres
from app.domain.people import CONNECTORS, Connector
from app.domain.policies import Policies
from app.domain.search import ProcedureSearch
from app.domain.synonyms import Synonyms


@dataclass(frozen=True, slots=True)
class Library:
    """Ships with the app, so that a tablet works before it has ever met the centre; `app.domain.editions` puts over it
    what the centre says."""

    catalogue: Catalogue
    centres: Centres
    synonyms: Synonyms
    search: ProcedureSearch
    connectors: tuple[Connector, ...] = CONNECTORS
    policies: Policies = Policies()
