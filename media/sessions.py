"""One person's encoder (WHIP) and players (WHEP): connections that are negotiated once, by the other side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from media.connection import MediaConnection
from media.counters import Counters
from media.errors import ConnectionLost, NoSuchSession, TooManyPlayers
from media.player import Player
from media.publication import Publication
from media.sender import Sender
from media.subscription import Offered
from wire.links import Play, SessionRef, Source

MAX_PLAYERS = 4
Direction = Literal["publish", "subscribe"]
Connect = Callable[[Direction, Callable[[MediaConnection], bool], str], MediaConnection]


class Sessions:
    """A new encoder replaces the one before; players stand beside each other."""

    def __init__(
        self,
        others: Callable[[], list[Offered]],
        connect: Connect,
        discard: Callable[[MediaConnection], None],
        counters: Counters,
    ) -> None:
        self.encoder: Publication | None = None
        self._players: dict[str, Player] = {}
        self._others = others
        self._connect = connect
        self._discard = discard
        self._counters = counters

    def refs(self) -> tuple[SessionRef, ...]:
        """For a server that has forgotten them."""
        players = tuple(SessionRef(session=session, kind="whep") for session in self._players)
        if self.encoder is None:
            return players
        sources = tuple(self.encoder.tracks)
        return (*players, SessionRef(session=self.encoder.session, kind="whip", sources=sources))

    async def publish(self, session: str, offer: str) -> str:
        """The answer. Raises MediaError, and an earlier encoder goes on then."""
        connection = self._connect(
            "publish",
            lambda made: self.encoder is not None and self.encoder.connection is made,
            session,
        )
        encoder = Publication(session, connection)
        try:
            answer = await encoder.negotiate_encoder(offer)
        except BaseException:
            self._discard(connection)
            raise
        if connection.state in ("failed", "closed"):
            self._discard(connection)
            raise ConnectionLost("the connection ended while it was being negotiated")
        before, self.encoder = self.encoder, encoder
        if before is not None:
            self._discard(before.connection)
        return answer

    async def play(self, request: Play) -> str:
        """The answer. Raises MediaError."""
        if len(self._players) >= MAX_PLAYERS:
            raise TooManyPlayers(f"a person can have {MAX_PLAYERS} players at a time")
        session = request.session
        self.end(session)
        connection = self._connect("subscribe", lambda made: self._is_players(session, made), session)
        player = Player(
            connection, self._counters, show=request.show, behind=request.behind, silent=request.silent
        )
        self._players[session] = player
        try:
            answer = await player.negotiate(request.sdp)
        except BaseException:
            self.end(session)
            raise
        if self._players.get(session) is not player:
            raise NoSuchSession("the player was ended while it was being connected")
        player.resync(self._others())
        return answer

    def _is_players(self, session: str, connection: MediaConnection) -> bool:
        player = self._players.get(session)
        return player is not None and player.connection is connection

    async def add_candidates(self, session: str, fragment: str) -> None:
        """Raises NoSuchSession, BadFragment, IceRestart."""
        player = self._players.get(session)
        if player is not None:
            await player.connection.add_candidates(fragment)
        elif self.encoder is not None and self.encoder.session == session:
            await self.encoder.connection.add_candidates(fragment)
        else:
            raise NoSuchSession("this session is over")

    def silence(self, session: str, people: tuple[str, ...]) -> None:
        """Who is not heard on a player."""
        if (player := self._players.get(session)) is not None:
            player.silence(people)

    def end(self, session: str) -> bool:
        """Whether it was the encoder's, so that the person sends something else now."""
        if (player := self._players.pop(session, None)) is not None:
            player.close()
            self._discard(player.connection)
        elif self.encoder is not None and self.encoder.session == session:
            self._discard(self.encoder.connection)
            self.encoder = None
            return True
        return False

    def resync(self) -> None:
        """Somebody's sources may have changed."""
        if self._players:
            others = self._others()
            for player in self._players.values():
                player.resync(others)

    def sending(self) -> list[tuple[Source, Sender]]:
        """What goes to the players."""
        return [one for player in self._players.values() for one in player.sending()]

    # --- time and end ---

    def __bool__(self) -> bool:
        """Whether there are any."""
        return self.encoder is not None or bool(self._players)

    def tick(self, now_s: float, *, behind: bool) -> None:
        """Fifty times a second. `behind`: there is too much to read already, losses are not asked for."""
        for player in self._players.values():
            player.choose(now_s)
        if self.encoder is not None and not behind:
            self.encoder.tick_losses(now_s)

    def tick_video(self, now_s: float) -> None:
        if self.encoder is not None:
            self.encoder.tick(now_s)
        for player in self._players.values():
            player.tick(now_s)

    def each_second(self, now_s: float) -> None:
        if self.encoder is not None:
            self.encoder.each_second(now_s)
        for player in list(self._players.values()):
            player.each_second(now_s)

    def close(self) -> None:
        for session in list(self._players):
            self.end(session)
        if self.encoder is not None:
            self.end(self.encoder.session)
