"""What becomes of a text before it is kept."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.archive import Topic, about
from app.domain.assisting import Assist
from app.domain.fields import pack
from app.domain.texts import tidy
from app.store.values import plain_text
from sync.protocol.records import Kind

CASE = Assist(procedure_id="sp-cita-omac")
PERSON = "N\u00faria"
TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("text", [" ", "\u00a0", "\u200b\u200d\ufeff", "\n\n", "\t \u2003", "\u2060", "\u202e", "\x00"])
def test_t_05_what_cannot_be_seen_is_no_text(text: str) -> None:
    assert tidy(text) == ""
    assert "blocked_step" not in pack(replace(CASE, blocked_step=text))


@pytest.mark.parametrize(
    ("text", "kept"),
    [("ab\x00cd", "abcd"), ("a\x07\x1b\x7f\x85b", "ab"), ("a\nb", "a\nb"), ("a\r\nb\rc", "a\nb\nc"), ("a\tb", "ab")],
)
def test_t_06_control_characters_are_not_kept_and_line_breaks_are(text: str, kept: str) -> None:
    assert tidy(text) == kept
    assert pack(replace(CASE, blocked_step=text))["blocked_step"] == kept


@pytest.mark.parametrize("text", ["a\ud800b", "a\udfffb"])
def test_t_07_half_a_character_is_replaced_and_can_be_stored_and_sent(text: str) -> None:
    kept = pack(replace(CASE, blocked_step=text, steps_done=(text,)))

    assert kept["blocked_step"] == "a\ufffdb"
    assert kept["steps_done"] == ("a\ufffdb",)
    assert plain_text(tidy(text)) == "a\ufffdb"


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f469\u200d\U0001f469\u200d\U0001f467",
        "\u0645\u0631\u062d\u0628\u0627",
        "\u2d30\u2d63\u2d53\u2d4d",
        "\u4f60\u597d",
    ],
)
def test_t_08_every_script_is_kept_and_nothing_turns_the_list_around(text: str) -> None:
    assert tidy(text) == text
    assert tidy(f"{TURNS}{text}{TURNS}") == text


@pytest.mark.parametrize("typed", [PERSON, unicodedata.normalize("NFD", PERSON)])
def test_t_09_one_spelling_is_kept_and_either_is_found(typed: str) -> None:
    topic = Topic(Kind.ASSIST, ("x",), "completed")

    assert tidy(typed) == PERSON
    assert about(typed, [topic], words=lambda _: unicodedata.normalize("NFD", PERSON), procedures=set) == {topic}
    assert about(typed, [topic], words=lambda _: PERSON, procedures=set) == {topic}


@given(st.text(st.characters(codec=None), max_size=40))
def test_what_is_tidy_stays_so_and_can_always_be_stored(text: str) -> None:
    kept = tidy(text)

    assert tidy(kept) == kept
    assert kept.encode() or not kept
