"""Errors of the media plane.

MediaError
├── BadSdp            a description that cannot be used                      bad_sdp
├── TooManyTracks     an encoder's or player's offer has two of a kind       too_many_tracks
├── TooManyPlayers    a person has as many players as one may                too_many_players
├── BadFragment       candidates that are not an SDP fragment                bad_fragment
├── IceRestart        another ice-ufrag: this library does not follow it     ice_restart
├── NoSuchSession     the encoder's or player's connection is over           no_such_session
├── BadPacket         RTCP that is not what it says it is                    bad_packet
├── NoSuchPeer        the person was not let into the room                   no_such_peer
├── RoomFull          the room has as many people as one worker serves       room_full
├── WorkerFull        the worker has as many rooms as it serves              worker_full
├── MediaTimeout      a negotiation step took too long                       media_timeout
├── ConnectionLost    the connection ended while it was being negotiated      connection_lost
├── NoFreePort        every UDP port that the worker may use is taken         no_free_port
├── LibraryMismatch   aiortc, aioice or pylibsrtp is not the one pinned      library_mismatch
└── OpusMissing       no libopus, neither in PyAV's wheel nor on the system  opus_missing
"""

from __future__ import annotations


class MediaError(Exception):
    """Base of everything remote input or a wrong installation can raise here; `code` is stable."""

    code = "media_error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadSdp(MediaError):
    code = "bad_sdp"


class TooManyTracks(MediaError):
    code = "too_many_tracks"


class TooManyPlayers(MediaError):
    code = "too_many_players"


class BadFragment(MediaError):
    code = "bad_fragment"


class IceRestart(MediaError):
    code = "ice_restart"


class NoSuchSession(MediaError):
    code = "no_such_session"


class BadPacket(MediaError):
    code = "bad_packet"


class NoSuchPeer(MediaError):
    code = "no_such_peer"


class RoomFull(MediaError):
    code = "room_full"


class WorkerFull(MediaError):
    code = "worker_full"


class MediaTimeout(MediaError):
    code = "media_timeout"


class ConnectionLost(MediaError):
    code = "connection_lost"


class NoFreePort(MediaError):
    code = "no_free_port"


class LibraryMismatch(MediaError):
    code = "library_mismatch"


class OpusMissing(MediaError):
    code = "opus_missing"
