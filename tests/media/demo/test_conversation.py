"""The shipped sample conversations are complete: every line has a voice that decodes to its stated length."""

import av
import pytest

from media.demo.conversation import load, load_clips, names, roles
from media.demo.errors import DemoError


@pytest.mark.parametrize("name", names())
def test_every_line_can_be_heard(name: str) -> None:
    lines = load(name)
    assert {line.speaker for line in lines} == set(roles())
    decoder = av.CodecContext.create("libopus", "r")
    for line in lines:
        assert 0.5 < line.duration_s < 9
        heard = sum(
            frame.samples for packet in line.packets for frame in decoder.decode(av.packet.Packet(packet))
        )
        assert heard / 48_000 == pytest.approx(line.duration_s, abs=0.03)


@pytest.mark.parametrize("role", roles())
def test_pictures_begin_with_a_keyframe(role: str) -> None:
    for clip in load_clips(role):
        assert clip.frames[0][0] & 1 == 0, "RFC 7741: the P bit of a keyframe is 0"
        assert all(frame[0] & 1 for frame in clip.frames[1:])


def test_an_unknown_conversation_names_the_known_ones() -> None:
    with pytest.raises(DemoError, match="coating-agent"):
        load("nonsense")
