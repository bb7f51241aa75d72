"""The codecs: known messages are parsed, everything else is BadMessage that names the field."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import links
from wire.captions import MAX_TEXT_CHARS
from wire.errors import BadMessage
from wire.languages import primary, same_language

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["type", "kind", "x"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_a_message_or_refused(value: object) -> None:
    for codec in (links.media_to_server, links.server_to_transcription, links.worker_hello):
        try:
            codec.parse(json.dumps(value))
        except BadMessage:
            continue


@pytest.mark.parametrize("text", ["", "[", "[" * 100_000, "\x00", '{"type": "stats"', "NaN"])
def test_text_that_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(BadMessage):
        links.media_to_server.parse(text)


def test_binary_and_oversized_are_refused() -> None:
    with pytest.raises(BadMessage):
        links.media_to_server.parse(b"{}")
    with pytest.raises(BadMessage, match="characters"):
        links.media_to_server.parse(" " * (1 << 20) + "{}")


def test_a_wrong_field_is_named() -> None:
    with pytest.raises(BadMessage) as error:
        links.server_to_media.parse('{"type": "enter", "room": "R 1", "person": "p1", "transcribe": true}')
    assert error.value.field == "room"


def test_messages_round_trip_and_ignore_what_a_newer_peer_adds() -> None:
    track = links.Track(track="r1-p1", lang="ko", targets=("zh-Hans",), hotwords=("교반",))
    text = json.dumps({**json.loads(track.model_dump_json()), "later": 1})
    assert links.server_to_transcription.parse(text) == track


def test_a_caption_text_has_a_bound() -> None:
    request = {
        "type": "translate",
        "request": 1,
        "text": "가" * (MAX_TEXT_CHARS + 1),
        "source": "ko",
        "targets": [],
    }
    with pytest.raises(BadMessage) as error:
        links.server_to_transcription.parse(json.dumps(request))
    assert error.value.field == "text"


def test_language_tags() -> None:
    assert primary("zh-Hans") == "zh"
    assert same_language("zh-Hans", "zh-Hant")
    assert not same_language("ko", "zh")
