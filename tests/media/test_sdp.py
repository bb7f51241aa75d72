"""The gate: real descriptions pass, everything else is BadSdp or something that aiortc can parse."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiortc.sdp import SessionDescription
from hypothesis import given
from hypothesis import strategies as st

from media import rendering, sdp
from media.errors import BadFragment, BadSdp, TooManyTracks

DESCRIPTIONS = Path(__file__).parent / "descriptions"
OFFER = (DESCRIPTIONS / "chromium_offer.sdp").read_bytes().decode()
ANSWER = (DESCRIPTIONS / "chromium_answer.sdp").read_bytes().decode()
OURS = sdp.read_own((DESCRIPTIONS / "offer_of_ours.sdp").read_bytes().decode())
LINES = OFFER.splitlines()


def without(start: str) -> str:
    return "\r\n".join(line for line in LINES if not line.startswith(start)) + "\r\n"


def test_chromium_offer_is_understood() -> None:
    description = sdp.read_offer(OFFER)
    microphone, camera, screen = description.sections
    assert (microphone.kind, microphone.mid, microphone.payload_type) == ("audio", "0", 111)
    assert (camera.mid, camera.payload_type, camera.rtx_payload_type) == ("1", 96, 97)
    assert camera.ssrcs == (558928976, 7405777)
    assert screen.direction == "sendonly"
    assert dict(microphone.extensions) == {1: sdp.LEVEL_URI, 4: sdp.MID_URI}
    assert len(description.transport.candidates) == 2


def test_chromium_answer_is_understood() -> None:
    description = sdp.read_answer(ANSWER, OURS)
    assert [section.direction for section in description.sections] == ["recvonly"] * 3
    assert all("tcp" not in candidate for candidate in description.transport.candidates)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no media section"),
        ("v=0\r\n" + "a" * sdp.MAX_BYTES, "at most"),
        (OFFER + "a=x:" + "상" * (sdp.MAX_BYTES // 3), "at most"),
        (OFFER + "\r\n".join(f"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:x{n}" for n in range(200)), "203"),
        (OFFER + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:9\r\n", "data channels"),
        (without("a=ice-ufrag"), "ice-ufrag"),
        (without("a=ice-pwd"), "ice-pwd"),
        (without("a=fingerprint"), "fingerprint"),
        (without("a=setup"), "setup"),
        (without("a=mid"), "mid"),
        (without("a=rtcp-mux"), "rtcp-mux"),
        (without("a=group"), "bundled"),
        (without("a=rtpmap:111"), "does not offer Opus"),
        (OFFER.replace("a=mid:2", "a=mid:1"), "same mid"),
        (OFFER.replace("a=setup:actpass", "a=setup:passive"), "DTLS server"),
        (OFFER.replace("m=video 9 ", "m=video 0 "), "rejected"),
        (OFFER.replace("a=ssrc:7405777", "a=ssrc:9999999999"), "32 bits"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(BadSdp, match=reason):
        sdp.read_offer(text)


def test_names_and_tcp_among_the_candidates_are_left_out() -> None:
    hidden = OFFER.replace("192.0.2.2 36588 typ", "3f7c.local 36588 typ")
    assert sdp.read_offer(hidden).transport.candidates == (
        "2596931860 1 udp 2122265343 fd00::2 35832 typ host",
    )


def test_what_the_browser_does_not_send_is_inactive() -> None:
    receiving = OFFER.replace("a=sendonly", "a=recvonly", 1)
    assert [s.direction for s in sdp.read_offer(receiving).sections] == ["inactive", "sendonly", "sendonly"]


def test_a_section_that_the_answer_rejects_is_inactive() -> None:
    rejected = ANSWER.replace("m=video 9 UDP/TLS/RTP/SAVPF 97 98", "m=video 0 UDP/TLS/RTP/SAVPF 97 98", 1)
    assert [s.direction for s in sdp.read_answer(rejected, OURS).sections] == [
        "recvonly",
        "inactive",
        "recvonly",
    ]


def test_an_answer_to_something_else_is_refused() -> None:
    with pytest.raises(BadSdp, match="sections are not those"):
        sdp.read_answer(ANSWER.replace("a=mid:2", "a=mid:3").replace("BUNDLE 0 1 2", "BUNDLE 0 1 3"), OURS)


JUNK = st.one_of(
    st.sampled_from(LINES),
    st.text(max_size=60),
    st.from_regex(
        r"a=(rtpmap|fmtp|ssrc|extmap|candidate|mid|setup|group|rtcp-fb):[ -~]{0,30}", fullmatch=True
    ),
    st.from_regex(r"m=(audio|video) [0-9]{1,9} [A-Z/]{1,20} [0-9 ]{0,20}", fullmatch=True),
)


@given(st.lists(st.tuples(st.integers(0, len(LINES) - 1), st.none() | JUNK), min_size=1, max_size=6))
def test_a_mangled_offer_is_refused_or_parses(changes: list[tuple[int, str | None]]) -> None:
    lines: list[str | None] = list(LINES)
    for number, line in changes:
        lines[number] = line
    try:
        description = sdp.read_offer("\r\n".join(line for line in lines if line is not None))
    except BadSdp:
        return
    parsed = SessionDescription.parse(rendering.render(description))
    assert [media.rtp.muxId for media in parsed.media] == [section.mid for section in description.sections]
    assert all(media.rtp.codecs for media in parsed.media)


@given(st.text(max_size=400))
def test_any_text_is_refused_or_understood(text: str) -> None:
    try:
        sdp.read_answer(text, OURS)
    except BadSdp:
        return
    raise AssertionError("a text without ICE credentials was taken")


ENCODER = """v=0
o=- 1 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=mid:0
a=sendonly
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=setup:actpass
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 {fingerprint}
m=video 9 UDP/TLS/RTP/SAVPF 96 97
a=mid:1
a=sendonly
a=rtcp-mux
a=rtpmap:96 H264/90000
a=fmtp:96 profile-level-id=640c1f;packetization-mode=1
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
""".format(fingerprint=":".join(["AB"] * 32))
"""As encoders offer: no candidates, H.264 alone."""


def test_an_encoder_may_bring_h264_and_finds_its_parameters_in_the_answer() -> None:
    with pytest.raises(BadSdp, match="VP8"):
        sdp.read_offer(ENCODER)
    offer = sdp.read_offer(ENCODER, sdp.ALL_CODECS)
    (video,) = offer.sections[1].formats
    assert (video.codec, video.payload_type, video.rtx_payload_type) == ("h264", 96, 97)
    answer = f"a=rtpmap:96 H264/90000\r\na=fmtp:96 {sdp.H264_PROFILE};profile-level-id=42e01f\r\n"
    assert "profile-level-id=640c1f" in rendering.as_offered(answer, offer)
    assert [section.kind for section in sdp.one_of_each(offer, "sendonly")] == ["audio", "video"]


def test_of_several_codecs_an_encoder_sends_one_and_a_player_takes_all() -> None:
    both = ENCODER.replace("SAVPF 96 97", "SAVPF 96 97 98").replace(
        "a=rtpmap:97 rtx", "a=rtpmap:98 VP8/90000\na=rtpmap:97 rtx"
    )
    published = sdp.read_offer(both, sdp.ALL_CODECS).sections[1]
    assert [item.codec for item in published.formats] == ["vp8"]
    played = sdp.read_play_offer(both.replace("a=sendonly", "a=recvonly")).sections[1]
    assert [(item.codec, item.payload_type) for item in played.formats] == [("vp8", 98), ("h264", 96)]
    assert played.direction == "recvonly"


def test_an_encoder_sends_one_of_each() -> None:
    offer = sdp.read_offer(ENCODER, sdp.ALL_CODECS)
    with pytest.raises(BadSdp, match="recvonly"):
        sdp.one_of_each(offer, "recvonly")
    twice = sdp.Description(offer.transport, (*offer.sections, offer.sections[0]))
    with pytest.raises(TooManyTracks):
        sdp.one_of_each(twice, "sendonly")


@given(st.text(alphabet="a=icedufragmty:1 \r\n-", max_size=200))
def test_fragments_are_read_or_refused(text: str) -> None:
    try:
        ufrag, candidates = sdp.read_fragment(text)
    except BadFragment:
        return
    assert 4 <= len(ufrag) <= 256
    assert candidates == ()
