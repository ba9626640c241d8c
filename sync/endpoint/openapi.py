"""The addresses of the centre as an OpenAPI 3.1 document: who may ask what, and every answer there is.

`docs/openapi.json` is this, written down; the centre itself shows it to nobody. The numbers (`/metrics`) have an
address of their own, in a format of their own.
"""

import json
from collections.abc import Iterable
from http import HTTPStatus

from sync.endpoint.message_schemas import ref, schemas
from sync.endpoint.problems import MEDIA_TYPE
from sync.protocol.messages import PRODUCT_HEADER, PROTOCOL
from sync.protocol.record_codec import JsonObject

OPEN: list[JsonObject] = []
WITH_A_TOKEN: list[JsonObject] = [{"token": []}]

ANY = (431, 500)  # whatever is asked
BODY = (408, 413, 415, 422)  # of whatever is read
DATABASE = (503,)  # of whatever is looked up

MEANINGS = {
    401: "No token, or none that is good: enrol the tablet.",
    403: "The code is not accepted: get another one.",
    408: "The request took too long to arrive.",
    410: "Ask again from the start: the centre was restored, or this tablet may see something else now.",
    413: "Send fewer changes at a time.",
    415: "Send application/json in UTF-8, plain or gzip.",
    422: "The message has not the agreed shape. Nothing of it was taken.",
    426: "This protocol is not spoken here, or not with so old an app: update it.",
    429: "Asked too often. Try again after the time that is said.",
    431: "The head of the request is too large.",
    500: "The centre failed. Nothing was taken.",
    503: "Try again after the time that is said. Nothing was taken.",
}


def document() -> JsonObject:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Acompanya, the centre",
            "version": str(PROTOCOL),
            "description": "docs/protocol.md says why it is so, and what both ends keep to.",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": "/"}],
        "paths": _paths(),
        "components": {
            "schemas": schemas(),
            "headers": {"Product": _product(), "RetryAfter": {"required": True, "schema": {"type": "integer"}}},
            "responses": {f"{HTTPStatus(status).name}": _problem(status) for status in MEANINGS},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def as_text() -> str:
    """The document as it is kept in the repository."""
    return json.dumps(document(), indent=1, ensure_ascii=True) + "\n"


def _paths() -> JsonObject:
    shift: JsonObject = {"name": "shift", "in": "query", "required": True, "schema": ref("RecordId")}
    return {
        "/healthz": {"get": _operation("healthz", "The process lives.", 200, "Wellness")},
        "/readyz": {"get": _operation("readyz", "The centre can work.", 200, "Wellness", problems=DATABASE)},
        "/v1/hello": {"get": _operation("hello", "Who answers here.", 200, "Hello", problems=DATABASE)},
        "/v1/devices": {
            "post": _operation(
                "enrol", "Trade a one-time code for a token.", 201, "Enrolled", problems=(403, 429, *BODY, *DATABASE)
            )
            | {"requestBody": _body("Enrolment")},
        },
        "/v1/sync": {
            "post": _operation(
                "sync",
                "Offer what waits, hear what is new.",
                200,
                "SyncReply",
                security=WITH_A_TOKEN,
                problems=(401, 410, 426, 429, *BODY, *DATABASE),
            )
            | {"requestBody": _body("SyncRequest")},
        },
        "/v1/parcels": {
            "post": _operation(
                "bring",
                "Put what a lost tablet had not sent into the drop box, sealed.",
                201,
                "Brought",
                security=WITH_A_TOKEN,
                problems=(401, 426, 429, *BODY, *DATABASE),
            )
            | {"requestBody": _body("Bringing")},
        },
        "/v1/receipt": {
            "get": _operation(
                "receipt",
                "What the centre holds of a shift.",
                200,
                "Receipt",
                security=WITH_A_TOKEN,
                problems=(401, 422, 426, 429, *DATABASE),
            )
            | {"parameters": [shift]},
        },
    }


def _operation(
    name: str,
    purpose: str,
    status: int,
    answer: str,
    *,
    security: Iterable[JsonObject] = OPEN,
    problems: tuple[int, ...] = (),
) -> JsonObject:
    answers: JsonObject = {str(status): _answer(answer, purpose)}
    for problem in sorted({*problems, *ANY}):
        answers[str(problem)] = {"$ref": f"#/components/responses/{HTTPStatus(problem).name}"}
    return {"operationId": name, "summary": purpose, "security": list(security), "responses": answers}


def _answer(schema: str, meaning: str) -> JsonObject:
    content = {"application/json": {"schema": ref(schema)}}
    return {"description": meaning, "headers": _headers(), "content": content}


def _problem(status: int) -> JsonObject:
    headers = _headers()
    if status in (429, 503):
        headers["Retry-After"] = {"$ref": "#/components/headers/RetryAfter"}
    return {"description": MEANINGS[status], "headers": headers, "content": {MEDIA_TYPE: {"schema": ref("Problem")}}}


def _body(schema: str) -> JsonObject:
    return {"required": True, "content": {"application/json": {"schema": ref(schema)}}}


def _headers() -> JsonObject:
    return {PRODUCT_HEADER: {"$ref": "#/components/headers/Product"}}


def _product() -> JsonObject:
    return {
        "description": "The number of the protocol, in every answer: a page of somebody else's has none.",
        "required": True,
        "schema": {"const": str(PROTOCOL)},
    }
