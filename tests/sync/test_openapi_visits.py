"""A running centre against its own OpenAPI document: schemathesis makes the requests, the good and the bad ones.

Every status has to be in the document, every answer has to look as it says there, and nothing may be a 500.
"""

import asyncio
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from sync.endpoint.admission import RECORD_ID
from sync.endpoint.limits import Limits, Rule
from sync.endpoint.openapi import document
from sync.endpoint.server import open_centre, running
from sync.protocol.device_keys import PUBLIC
from tests.sync.making import device_keys, make_id
from tests.sync.processes import enrolled

EXAMPLES = 25  # for each address, besides those that schemathesis derives from the document

# A good request whose code nobody made, and one whose cursor nobody gave: no schema can tell.
GOOD_AND_REFUSED = (403, 410)
ABOUT_THE_SHAPE = ("unreadable", "bad-id", "bad-field", "too-large", "not-text")

addresses = schemathesis.openapi.from_dict(document())


@dataclass(frozen=True)
class Visitor:
    url: str
    token: str


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    database = f"sqlite:///{tmp_path_factory.mktemp('centre') / 'centre.db'}"
    often = Rule(most=1_000_000, per_second=1)  # so that every answer is about what was asked
    with ExitStack() as stack:
        centre = stack.enter_context(closing(open_centre(database)))
        url = stack.enter_context(running(centre, limits=Limits(centre.clock, tablet=often, wrong_codes=often)))
        yield Visitor(url, asyncio.run(enrolled(url, centre.issue_code("Tablet 1"))))


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return count(1)


@addresses.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_the_document_says(
    case: schemathesis.Case, visitor: Visitor, numbers: Iterator[int]
) -> None:
    _renumber(case.body, numbers)
    _take_a_real_key(case.body)

    answer = case.call(base_url=visitor.url, headers={"Authorization": f"Bearer {visitor.token}"})

    # These two look at the status alone; the centre refuses a bad change inside an answer of 200.
    case.validate_response(answer, excluded_checks=[negative_data_rejection, positive_data_acceptance])
    if case.meta.generation.mode == schemathesis.GenerationMode.POSITIVE:
        assert _is_taken(answer) or _is_refused_well(answer) or _holds_a_fraction(case.body), answer.text
    elif case.operation.method == "post":
        assert not _is_taken(answer), answer.text


def _take_a_real_key(body: Any) -> None:
    """Of so many digits only some are keys, which no schema can tell."""
    if isinstance(body, dict) and re.fullmatch(PUBLIC, str(body.get("public_key"))):
        body["public_key"] = device_keys().public


def _renumber(body: Any, numbers: Iterator[int]) -> None:
    """A change under an `op` that was used before would be refused for that alone."""
    changes = body.get("changes") if isinstance(body, dict) else None
    for change in changes if isinstance(changes, list) else []:
        for name in ("op", "id"):
            if isinstance(change, dict) and re.fullmatch(RECORD_ID, str(change.get(name))):
                change[name] = make_id(next(numbers))


def _is_taken(answer: schemathesis.Response) -> bool:
    """Whether the shape of it was good, and of every change in it."""
    if answer.status_code not in (200, 201):
        return False
    problems = [result["problem"]["type"] for result in answer.json().get("results", ()) if "problem" in result]
    return not any(problem.rpartition("/")[2] in ABOUT_THE_SHAPE for problem in problems)


def _is_refused_well(answer: schemathesis.Response) -> bool:
    """Whether the shape was good and what it means was not."""
    return answer.status_code in GOOD_AND_REFUSED or answer.json().get("type") == "/problems/no-parcel"


def _holds_a_fraction(value: object) -> bool:
    """1.0 is a whole number to a schema and none to the two ends."""
    if isinstance(value, dict | list):
        return any(_holds_a_fraction(one) for one in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, float)
