"""Packets come in order on the RTP clock, and what is said is heard once, whole."""

from media.demo.conversation import Clip, Line
from media.demo.tracks import OPUS_SILENCE, Mouth, PictureTrack, VoiceTrack


async def test_voice_is_silence_then_the_line_then_silence() -> None:
    mouth = Mouth()
    track = VoiceTrack(mouth)
    first = await track.recv()
    mouth.say(Line("seller", (b"a", b"b"), 0.0))
    packets = [first, *[await track.recv() for _ in range(3)]]
    assert [bytes(packet) for packet in packets] == [OPUS_SILENCE, b"a", b"b", OPUS_SILENCE]
    assert [packet.pts for packet in packets] == [0, 960, 1920, 2880]
    track.stop()


async def test_the_picture_changes_mood_only_at_a_keyframe() -> None:
    mouth = Mouth()
    track = PictureTrack(mouth, Clip((b"K", b"i")), Clip((b"T", b"t")))
    seen = [bytes(await track.recv())]
    mouth.say(Line("seller", (b"a",) * 9, 0.0))
    seen += [bytes(await track.recv()) for _ in range(3)]
    assert seen == [b"K", b"i", b"T", b"t"]
    track.stop()
