"""One room's people: everybody receives what everybody else sends."""

from __future__ import annotations

from media.errors import NoSuchPeer, RoomFull
from media.peer import Peer, Surroundings
from media.receiver import Receiver
from media.recording.room_recording import RoomRecording
from media.subscription import Offered
from wire.network import Network

MAX_PEERS = 32


class Room:
    """Rooms share nothing but their surroundings."""

    def __init__(self, id: str, around: Surroundings) -> None:
        self.id = id
        self.peers: dict[str, Peer] = {}
        self._around = around
        self.recording = RoomRecording(id, around.recordings, self._tracks, around.send)

    def enter(self, person: str, *, transcribe: bool) -> None:
        """Again with the connections still up changes nothing but `transcribe`. Raises RoomFull."""
        if person not in self.peers:
            if len(self.peers) >= MAX_PEERS:
                raise RoomFull(f"a room takes at most {MAX_PEERS} people")
            self.peers[person] = Peer(
                self.id, person, self._around, lambda: self._sent_to(person), self._resync
            )
        self.peers[person].set_transcribe(transcribe)

    def peer(self, person: str) -> Peer:
        """Raises NoSuchPeer."""
        found = self.peers.get(person)
        if found is None:
            raise NoSuchPeer("this person was not let into the room")
        return found

    def network(self, now_s: float) -> Network | None:
        """How everybody's is since the last call; None where nobody sends or receives."""
        people = [network for peer in self.peers.values() if (network := peer.network(now_s)) is not None]
        return Network(room=self.id, people=tuple(people)) if people else None

    def exit(self, person: str) -> None:
        peer = self.peers.pop(person, None)
        if peer is not None:
            peer.close()
            self._resync()

    def close(self) -> None:
        self.recording.stop()
        for person in list(self.peers):
            self.exit(person)

    def _sent_to(self, person: str) -> list[Offered]:
        return [
            Offered(peer.person, source, receiver)
            for peer in self.peers.values()
            if peer.person != person
            for source, receiver in peer.sent().items()
        ]

    def _tracks(self) -> dict[tuple[str, str], Receiver]:
        return {
            (peer.person, source): receiver.flowing
            for peer in self.peers.values()
            for source, receiver in peer.sent().items()
            # Recordings are of Opus and VP8.
            if receiver.codec != "h264"
        }

    def _resync(self) -> None:
        for peer in self.peers.values():
            peer.subscription.resync()
            peer.sessions.resync()
        self.recording.follow()
