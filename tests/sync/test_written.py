"""Fields that are handed on as they are kept say the same as those that were read and written again."""

from dataclasses import replace

from hypothesis import given

from sync.protocol import codec
from sync.protocol.messages import SyncReply
from sync.protocol.record_codec import canonical, fields_to_json
from sync.protocol.records import Record
from sync.protocol.written import WrittenFields
from tests.sync import drawn
from tests.sync.making import START, make_record


def written(record: Record) -> Record:
    return replace(record, fields=WrittenFields(canonical(fields_to_json(record.fields))))


def reply_of(*records: Record) -> SyncReply:
    return SyncReply("e.1", False, 0, START, (), records)


@given(drawn.records)
def test_a_record_is_told_the_same_whether_its_fields_were_read_or_not(record: Record) -> None:
    told = codec.load_reply(codec.dump_reply(reply_of(written(record))))

    assert told == codec.load_reply(codec.dump_reply(reply_of(record))) == reply_of(record)


@given(drawn.records)
def test_written_fields_are_the_fields(record: Record) -> None:
    kept = written(record)

    assert kept == record and record == kept
    assert dict(kept.fields) == dict(record.fields)


def test_written_fields_are_not_written_again() -> None:
    """Whatever stands there goes out: nothing has looked at it on the way."""
    record = replace(make_record(1, seq=1), fields=WrittenFields('{"note":  "x"}'))

    assert b'"fields":{"note":  "x"}' in codec.dump_reply(reply_of(record))
