"""Messages as chance draws them, for Hypothesis: what the codec can say, and of that what the centre takes."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from sync.endpoint.admission import FIELD_NAME, LONGEST_FIELD_NAME
from sync.protocol.device_keys import SEED_BYTES, DeviceKeys
from sync.protocol.messages import Enrolled, Enrolment, SyncReply, SyncRequest
from sync.protocol.receipts import Receipt
from sync.protocol.records import Applied, Author, Change, Conflicted, HandedOver, Overruled, Problem, Record, Refused
from sync.protocol.trail import HASH, WORD, Entry, Trail

names = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x24F, exclude_categories=("C", "Z")), min_size=1, max_size=20
)
numbers = st.integers(0, 2**53 - 1)
texts = st.text(max_size=30)
moments = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=-3, minutes=-30))]),
)
whole_numbers = st.integers(-(2**53) + 1, 2**53 - 1)
values = st.one_of(texts, whole_numbers, st.booleans(), st.lists(texts, max_size=3).map(tuple))
fields = st.dictionaries(texts, st.one_of(st.none(), values), max_size=4)
changes = st.builds(
    Change, names, names, names, numbers, names, moments, fields, delete=st.booleans(), hand_over=st.booleans()
)
authors = st.one_of(st.none(), st.builds(Author, names, moments))
overruled = st.builds(Overruled, texts, st.one_of(st.none(), values), names, moments, names, numbers, authors)
records = st.builds(Record, names, names, numbers, fields, st.booleans(), st.lists(overruled, max_size=2).map(tuple))
problems = st.builds(Problem, names, texts, st.one_of(st.none(), texts), st.one_of(st.none(), numbers))
results = st.one_of(
    st.builds(Applied, names, numbers, st.booleans(), st.one_of(st.none(), records)),
    st.builds(Conflicted, names, numbers, records, st.booleans()),
    st.builds(Refused, names, problems, st.booleans()),
    st.builds(HandedOver, names, st.booleans()),
)
replies = st.builds(
    SyncReply,
    names,
    st.booleans(),
    numbers,
    moments,
    st.lists(results, max_size=3).map(tuple),
    st.lists(records, max_size=2).map(tuple),
    numbers,
)
words = st.one_of(st.just(""), st.from_regex(WORD, fullmatch=True))
hashes = st.from_regex(HASH, fullmatch=True)


@st.composite
def trails(draw: st.DrawFn) -> Trail:
    """Entries in a row, whatever their hashes."""
    first = draw(st.integers(1, 2**53 - 10))
    entry = (moments, numbers, st.from_regex(WORD, fullmatch=True), st.one_of(st.none(), whole_numbers))
    said = draw(st.lists(st.tuples(*entry, words, words, words), min_size=1, max_size=3))
    entries = tuple(Entry(first + place, *each) for place, each in enumerate(said))
    return Trail(draw(hashes), draw(hashes), entries)


requests = st.builds(
    SyncRequest,
    names,
    moments,
    numbers,
    numbers,
    st.lists(changes, max_size=3).map(tuple),
    schema=numbers,
    trail=st.one_of(st.none(), trails()),
)
public_keys = st.binary(min_size=SEED_BYTES, max_size=SEED_BYTES).map(lambda seed: DeviceKeys(seed).public)
enrolments = st.builds(Enrolment, names, names, names, public_keys)
enrolleds = st.builds(Enrolled, names, names, names, numbers)
receipts = st.builds(Receipt, names, numbers, names, moments)

# What the centre takes.
ids = st.uuids(version=4).map(str)
field_names = st.from_regex(FIELD_NAME, fullmatch=True).filter(lambda name: len(name) <= LONGEST_FIELD_NAME)
kept_texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30)
kept_values = st.one_of(
    st.none(), kept_texts, whole_numbers, st.booleans(), st.lists(kept_texts, max_size=3).map(tuple)
)
good_changes = st.builds(
    Change,
    op=ids,
    id=ids,
    kind=names,
    base=numbers,
    by=names,
    at=moments,
    set=st.dictionaries(field_names, kept_values, max_size=4),
    delete=st.booleans(),
    hand_over=st.booleans(),
)
good_requests = st.builds(
    SyncRequest,
    texts,
    moments,
    numbers,
    numbers,
    st.lists(good_changes, max_size=3).map(tuple),
    schema=numbers,
    trail=st.one_of(st.none(), trails()),
)
