"""What browsers are told."""

from __future__ import annotations

from media import rendering


def test_ours_says_what_browsers_need() -> None:
    own = (
        "v=0\r\ns=-\r\nm=audio 1 X 96\r\na=recvonly\r\na=ssrc:1 cname:x\r\na=rtpmap:96 opus/48000/2\r\n"
        "a=candidate:1\r\na=fingerprint:sha-256 A\r\na=fingerprint:sha-512 B\r\n"
        "m=video 1 X 97\r\na=sendonly\r\na=ssrc:2 cname:x\r\na=candidate:1\r\na=end-of-candidates\r\n"
    )
    assert rendering.outgoing(own) == (
        "v=0\r\ns=-\r\nm=audio 1 X 96\r\na=recvonly\r\na=rtpmap:96 opus/48000/2\r\n"
        "a=fmtp:96 minptime=10;useinbandfec=1\r\na=candidate:1\r\na=fingerprint:sha-256 A\r\n"
        "m=video 1 X 97\r\na=sendonly\r\na=ssrc:2 cname:x\r\n"
    )
