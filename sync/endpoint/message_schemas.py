"""The messages as JSON Schema (2020-12), built from the limits and the words the code itself goes by.

A schema says a little less than the code: that a date exists in every time zone, that there are no fractions, not even
1.0, that no name comes twice and that the letters of a card's code go together is beyond it. What is sent to the centre
is closed; what the centre says may grow.
"""

from sync.endpoint.admission import FIELD_NAME, LONGEST_FIELD_NAME, LONGEST_TEXT, MOST_FIELDS, MOST_TEXTS, RECORD_ID
from sync.protocol import card_codes
from sync.protocol.device_keys import PUBLIC
from sync.protocol.json_reading import LARGEST_NUMBER, LONGEST_NAME, MOMENT, NOT_IN_A_NAME
from sync.protocol.messages import MAX_CHANGES, PRODUCT, PROTOCOL
from sync.protocol.parcels import MOST_LINES
from sync.protocol.record_codec import JsonObject
from sync.protocol.records import Kind
from sync.protocol.trail import HASH, MOST_ENTRIES, WORD

_PRINTABLE = f"^[^{NOT_IN_A_NAME}]*$"
_CHARACTERS = r"^[^\u0000]*$"

_TRUTH: JsonObject = {"type": "boolean"}


def schemas() -> dict[str, JsonObject]:
    """Every message and every part of one, by the name the others refer to it."""
    return {**_words(), **_said_by_tablets(), **_said_by_the_centre()}


def ref(name: str) -> JsonObject:
    return {"$ref": f"#/components/schemas/{name}"}


def _words() -> dict[str, JsonObject]:
    number: JsonObject = {"type": "integer", "minimum": 0, "maximum": LARGEST_NUMBER}
    text: JsonObject = {"type": "string", "maxLength": LONGEST_TEXT, "pattern": _CHARACTERS}
    whole: JsonObject = {"type": "integer", "minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER}
    texts: JsonObject = {"type": "array", "maxItems": MOST_TEXTS, "items": ref("Text")}
    return {
        "Name": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME, "pattern": _PRINTABLE},
        "Number": number,
        "Moment": {"type": "string", "format": "date-time", "pattern": f"^{MOMENT}$"},
        "RecordId": {"type": "string", "pattern": f"^{RECORD_ID}$"},
        "Text": text,
        "CardCode": {
            "type": ["string", "null"],
            "pattern": f"^{card_codes.FORM}$",
            "description": "The last letter checks the others: see the section on card codes in protocol.md.",
        },
        "Value": {"anyOf": [ref("Text"), whole, _TRUTH, {"type": "null"}, texts]},
        "Kind": {**ref("Name"), "examples": [kind.value for kind in Kind]},
    }


def _said_by_tablets() -> dict[str, JsonObject]:
    fields: JsonObject = {
        "type": ["object", "null"],
        "maxProperties": MOST_FIELDS,
        "propertyNames": {"maxLength": LONGEST_FIELD_NAME, "pattern": f"^{FIELD_NAME}$"},
        "properties": {card_codes.FIELD: ref("CardCode")},
        "additionalProperties": ref("Value"),
    }
    change = _closed(
        {
            "op": ref("RecordId"),
            "id": ref("RecordId"),
            "kind": ref("Kind"),
            "base": ref("Number"),
            "by": ref("Name"),
            "at": ref("Moment"),
        },
        set=fields,
        delete={"type": ["boolean", "null"]},
        hand_over={"type": ["boolean", "null"]},
    )
    request = _closed(
        {
            "protocol": {"const": PROTOCOL},
            "schema": ref("Number"),
            "cursor": {"type": "string", "description": 'Opaque: as the centre gave it, "" at first.'},
            "clock": ref("Moment"),
        },
        past={"type": ["string", "null"], "description": "With no cursor: the last one before an answer 410."},
        waiting=_or_null(ref("Number")),
        attention=_or_null(ref("Number")),
        changes=_or_null({"type": "array", "maxItems": MAX_CHANGES, "items": ref("Change")}),
        trail=_or_null(ref("Trail")),
    )
    word: JsonObject = {"type": "string", "pattern": f"^{WORD}$"}
    hashed: JsonObject = {"type": "string", "pattern": f"^{HASH}$"}
    drift: JsonObject = {"type": ["integer", "null"], "minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER}
    entry = _closed(
        {"at": ref("Moment"), "clock": ref("Number"), "event": word},
        drift=drift,
        by=_or_null(word),
        object=_or_null(word),
        result=_or_null(word),
    )
    entries: JsonObject = {"type": "array", "minItems": 1, "maxItems": MOST_ENTRIES, "items": ref("Entry")}
    first: JsonObject = {"type": "integer", "minimum": 1, "maximum": LARGEST_NUMBER}
    trail = _closed({"first": first, "before": hashed, "hash": hashed, "entries": entries})
    public: JsonObject = {"type": "string", "pattern": f"^{PUBLIC}$", "description": "Ed25519, then X25519."}
    enrolment = _closed({"code": ref("Name"), "name": ref("Name"), "app": ref("Name"), "public_key": public})
    line: JsonObject = {"type": "string", "description": "One line of a parcel; all the lines of one."}
    bringing = _closed({"lines": {**_listed(line), "maxItems": MOST_LINES}})
    told = {"Entry": entry, "Trail": trail}
    return {"Change": change, **told, "SyncRequest": request, "Enrolment": enrolment, "Bringing": bringing}


def _said_by_the_centre() -> dict[str, JsonObject]:
    problem: JsonObject = {"type": ref("Name"), "title": {"type": "string"}}
    place: JsonObject = {"field": {"type": ["string", "null"]}, "limit": _or_null(ref("Number"))}
    number = _or_null(ref("Number"))
    reply: JsonObject = {
        "protocol": {"const": PROTOCOL},
        "cursor": ref("Name"),
        "now": ref("Moment"),
        "results": {"type": "array", "items": ref("Result")},
        "changes": {"type": "array", "items": ref("Record")},
    }
    return {
        **_records(),
        "Result": _result(),
        "SyncReply": _open(reply, more={"type": ["boolean", "null"]}, safe=number, trail=number),
        "Hello": _open(
            {"product": {"const": PRODUCT}, "instance": ref("Name"), "protocols": _listed({"const": PROTOCOL})}
        ),
        "Enrolled": _open(
            {"device": ref("Name"), "token": ref("Name"), "tenant": ref("Name"), "schema": ref("Number")},
            parcel_key=_or_null(ref("Name")),
        ),
        "Receipt": _open({"shift": ref("Name"), "count": ref("Number"), "digest": ref("Name"), "at": ref("Moment")}),
        "Brought": _open({"parcel": ref("Name")}),
        "Wellness": _open({"status": {"enum": ["ok", "ready"]}}),
        "Refusal": _open(problem, **place),
        "Problem": _open({**problem, "status": {"type": "integer", "minimum": 400, "maximum": 599}}, **place),
    }


def _records() -> dict[str, JsonObject]:
    """What the centre tells may have been taken before today's limits: its shape is sure, its sizes are not."""
    plain: JsonObject = {"type": ["string", "boolean", "null"]}
    whole: JsonObject = {"type": "integer", "minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER}
    value: JsonObject = {"anyOf": [plain, whole, _listed({"type": "string"})]}
    overruled: JsonObject = {
        "field": {"type": "string", "description": '"" when it is the deletion that met something.'},
        "by": ref("Name"),
        "at": ref("Moment"),
        "op": ref("Name"),
        "seq": ref("Number"),
    }
    record: JsonObject = {
        "id": ref("Name"),
        "kind": ref("Kind"),
        "seq": ref("Number"),
        "deleted": _TRUTH,
        "fields": {"type": "object", "additionalProperties": ref("KeptValue")},
        "conflicts": _listed(ref("Overruled")),
    }
    stands: JsonObject = {"anyOf": [_open({"by": ref("Name"), "at": ref("Moment")}), {"type": "null"}]}
    beside = _open(overruled, value=ref("KeptValue"), stands=stands)
    return {"KeptValue": value, "Overruled": beside, "Record": _open(record)}


def _result() -> JsonObject:
    """A status nobody here knows is a result too: it acknowledges nothing, so what else it says is not looked at."""
    numbered: JsonObject = {"seq": ref("Number")}
    told = {
        "applied": _open(numbered, record={"anyOf": [ref("Record"), {"type": "null"}]}),
        "conflict": _open({**numbered, "record": ref("Record")}),
        "refused": _open({"problem": ref("Refusal")}),
    }
    status: JsonObject = {"type": "string", "examples": [*told, "handed_over"]}
    cases = [{"if": {"properties": {"status": {"const": name}}}, "then": then} for name, then in told.items()]
    again: JsonObject = {"type": ["boolean", "null"]}
    return {**_open({"op": ref("Name"), "status": status}, again=again), "allOf": cases}


def _listed(items: JsonObject) -> JsonObject:
    return {"type": "array", "items": items}


def _or_null(schema: JsonObject) -> JsonObject:
    """A member that may be absent may as well be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def _open(required: JsonObject, **optional: object) -> JsonObject:
    return {"type": "object", "required": list(required), "properties": {**required, **optional}}


def _closed(required: JsonObject, **optional: object) -> JsonObject:
    return {**_open(required, **optional), "additionalProperties": False}
