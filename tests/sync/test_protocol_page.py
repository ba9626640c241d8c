"""The examples in docs/protocol.md are read by the code they describe."""

import json
import re
from pathlib import Path

from sync.protocol import codec
from sync.protocol.records import Applied, Conflicted, Refused

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")


def example(name: str) -> bytes:
    (found,) = re.findall(rf"```json {name}\n(.*?)```", PAGE, flags=re.DOTALL)
    return str(found).encode()


def test_the_request_on_the_page_is_read_whole_and_written_the_same() -> None:
    request = codec.load_request(example("request"))

    assert len(request.changes) == 3
    assert json.loads(codec.dump_request(request)) == json.loads(example("request"))


def test_the_reply_on_the_page_is_read_whole_and_written_the_same() -> None:
    reply = codec.load_reply(example("reply"))

    assert [type(result) for result in reply.results] == [Applied, Conflicted, Refused]
    assert json.loads(codec.dump_reply(reply)) == json.loads(example("reply"))
