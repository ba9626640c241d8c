"""A tablet with a good token and bad intentions: what it cannot do to the centre and to the others."""

import json
from contextlib import ExitStack
from pathlib import Path

import pytest

from sync.endpoint.admission import MOST_BESIDE
from sync.endpoint.exchange import TENANT
from sync.endpoint.exports import Wanted, changes, changes_as_csv
from sync.endpoint.limits import MOST_AT_ONCE, Limits
from sync.endpoint.problems import Rejected
from sync.protocol import codec
from sync.protocol.reference import reference_id
from tests.sync import wires
from tests.sync.asking import as_json, make_body, post
from tests.sync.making import make_id
from tests.sync.processes import command
from tests.sync.tablets import Office, Tablet


def epoch(office: Office) -> object:
    with office.centre.database.reading() as connection:
        return connection.exec_driver_sql("SELECT epoch, floor FROM tenant").one()


@pytest.mark.parametrize(
    "made_up",
    [
        "aaaaaaaa.0000.0.999999999999999999.",
        "aaaaaaaa.0000.0.999999999999999999.." + "0" * 32,
        "{own}ffffffff",
        "{own}",
    ],
)
def test_s_e01_no_tablet_can_tell_the_centre_that_it_was_restored(
    office: Office, tablet: Tablet, other: Tablet, made_up: str
) -> None:
    """One request of 120 bytes made every tablet begin anew, as often as somebody liked."""
    tablet.save(1, note="x")
    tablet.sync()
    other.save(2, note="y")
    other.sync()
    own = other.outbox.cursor()
    before, forged = (
        epoch(office),
        made_up.format(own=own[:-8] if made_up == "{own}ffffffff" else own[:-1] + ("B" if own[-1] == "A" else "A")),
    )

    answer = post(office, other, make_body(cursor=forged))
    past = post(office, other, json.dumps(json.loads(make_body()) | {"past": forged}).encode())
    seen: list[object] = []
    tablet.sync(wires.counts_requests(office.wire, seen))  # type: ignore[arg-type]

    assert answer.status_code == 410
    assert past.status_code == 200
    assert epoch(office) == before
    assert len(seen) == 1, "the other goes on from where it was"


def test_s_e04_a_small_request_gets_no_answer_of_hundreds_of_megabytes(office: Office, tablet: Tablet) -> None:
    large = {f"field{number}": "x" * 20_000 for number in range(40)}
    assert post(office, tablet, make_body(as_json(set=large))).status_code == 200
    small = [as_json(op=make_id(number, series=5), set={"note": str(number)}) for number in range(40)]

    answer = post(office, tablet, make_body(*small))
    alone = post(office, tablet, make_body(small[0]))

    assert answer.status_code == 413
    assert alone.status_code == 200
    assert office.count("change") == 2, "of what was too much nothing was taken"


def test_s_e04_what_lies_beside_a_record_is_bounded(office: Office, tablet: Tablet) -> None:
    made, gone = as_json(), as_json(op=make_id(1, series=5), delete=True, set={})
    late = [
        as_json(op=make_id(number, series=6), set={f"f{number}.{each}": "x" for each in range(150)})
        for number in range(10)
    ]
    assert post(office, tablet, make_body(made, gone)).status_code == 200

    answer = post(office, tablet, make_body(*late)).json()

    states = [result["status"] for result in answer["results"]]
    assert states == ["conflict", *["refused"] * 9]
    (record,) = office.records().values()
    assert len(record.conflicts) <= MOST_BESIDE


def test_s_e01_ids_that_follow_from_public_words_cannot_be_taken_first(office: Office, tablet: Tablet) -> None:
    taken = as_json(id=reference_id("procedure", "sp-cita-omac"), kind="assist")

    answer = post(office, tablet, make_body(taken)).json()

    assert answer["results"][0]["problem"]["type"] == "/problems/not-yours"
    assert not office.records()


def test_what_was_refused_breaks_no_export(office: Office, tablet: Tablet) -> None:
    assert post(office, tablet, make_body(as_json(set={"note": "\ud800"}))).status_code == 200
    deep: object = "x"
    for _ in range(200):
        deep = [deep]

    too_deep = post(office, tablet, make_body(as_json(op=make_id(2, series=5), set={"note": deep})))

    assert too_deep.status_code == 422
    with office.centre.database.reading() as connection:
        pages = b"".join(changes_as_csv(changes(connection, Wanted(TENANT))))
    assert b"\\ud800" in pages


def test_s_e08_names_of_fields_are_repeated_by_no_answer(office: Office, tablet: Tablet) -> None:
    secret = "12345678Z <script>"

    answer = post(office, tablet, make_body(as_json(set={secret: [1]})))

    assert answer.status_code == 200
    assert "12345678Z" not in answer.text


def test_s_e04_of_one_tablet_few_exchanges_at_a_time_are_held_in_memory(office: Office) -> None:
    limits = Limits(office.clock)
    with ExitStack() as going_on:
        for _ in range(MOST_AT_ONCE):
            going_on.enter_context(limits.exchanging("one"))
        going_on.enter_context(limits.exchanging("other"))
        with pytest.raises(Rejected) as refused, limits.exchanging("one"):
            raise AssertionError("it was let in once more")
        assert refused.value.answer.status == 429

    with limits.exchanging("one"):
        """As soon as those are answered."""


def test_the_file_of_a_centre_is_nobody_elses_on_its_machine(tmp_path: Path) -> None:
    """What tokens are known by stands in it."""
    database = f"sqlite:///{tmp_path / 'centre.db'}"
    command("enrol", "--name", "Tablet 1", "--database", database)  # there is no key yet; the file is there now
    command("hand-over-key", "--database", database, "--output", str(tmp_path / "centre.key"))

    done = command("enrol", "--name", "Tablet 1", "--database", database)

    assert done.returncode == 0, done.stderr
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}
    assert codec.DEEPEST < 100
