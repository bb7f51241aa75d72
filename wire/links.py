"""Messages on a worker's link: JSON over the WebSocket it dials to the server (docs/protocol.md, part 2)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from wire.captions import CaptionText, Marks, Translation
from wire.glossary import MAX_TERMS, Term
from wire.ids import Id as Id
from wire.ids import Source as Source
from wire.languages import LanguageTag
from wire.message import Codec, Message
from wire.network import Network

TrackId = Annotated[str, Field(pattern=r"^[a-z0-9]{1,32}-[a-z0-9]{1,32}$")]
"""`{room}-{person}`: one speaker's voice."""
Sdp = Annotated[str, Field(max_length=65_536)]
Level = Literal["full", "low", "audio", "text"]
"""What a network lets a person receive: all, small pictures, only voices, only captions and chat."""


def track_id(room: str, person: str) -> str:
    return f"{room}-{person}"


# --- media worker → server


class SessionRef(Message):
    """A connection that an encoder or player made over HTTP (docs/whip.md)."""

    session: Id
    kind: Literal["whip", "whep"]
    sources: tuple[Source, ...] = ()
    """What a `whip` one sends."""


class PeerRef(Message):
    room: Id
    person: Id
    sessions: tuple[SessionRef, ...] = ()


class MediaHello(Message):
    """First message of a media worker. `instance` changes with every start of the process."""

    type: Literal["hello"] = "hello"
    kind: Literal["media"] = "media"
    name: str = Field(max_length=64)
    instance: Id
    peers: tuple[PeerRef, ...] = ()
    """Whom it is still serving, after the link (not the worker) was lost."""


class PublishedTrack(Message):
    """Which of a person's sources an m= section carries."""

    mid: str = Field(max_length=16)
    source: Source


class SubscribedTrack(Message):
    mid: str = Field(max_length=16)
    person: Id
    source: Source


class Published(Message):
    """Answer to `publish`, `play` and `trickle` (then without `sdp`)."""

    type: Literal["published"] = "published"
    request: int
    sdp: Sdp
    sources: tuple[Source, ...] = ()
    """What the worker found in an offer that declares no tracks."""


class Failed(Message):
    """A request was refused; `code` is stable (`bad_sdp`, `no_such_peer`, `room_full` …)."""

    type: Literal["failed"] = "failed"
    request: int
    code: str
    message: str


class SubscribeOffer(Message):
    """The worker's offer for what a person is to receive; a later `generation` replaces an earlier one."""

    type: Literal["subscribe"] = "subscribe"
    room: Id
    person: Id
    generation: int
    sdp: Sdp
    tracks: tuple[SubscribedTrack, ...]


class PeerState(Message):
    type: Literal["peer"] = "peer"
    room: Id
    person: Id
    direction: Literal["publish", "subscribe"]
    state: Literal["connecting", "connected", "failed", "closed"]
    session: Id | None = None
    """Of an encoder or player; None for the page's connections."""


class RecordingState(Message):
    """How a recording goes: when it began, every 5 s, and when it ended, its files then being complete."""

    type: Literal["recording"] = "recording"
    room: Id
    take: Id
    state: Literal["running", "stopped", "failed"]
    code: str | None = None
    """Why it failed: `disk_full`, `disk_slow`, `disk_error`, `not_configured`."""
    bytes: int = 0


class Picture(Message):
    """Somebody's camera or screen."""

    person: Id
    source: Source


class Quality(Message):
    """What a person receives has changed; a fresh connection begins with `full`, which is not said."""

    type: Literal["quality"] = "quality"
    room: Id
    person: Id
    level: Level
    paused: Annotated[tuple[Picture, ...], Field(max_length=64)] = ()
    """What there is at `low` in no size that gets through; without them all the others' pictures come."""


class MediaStats(Message):
    """Every 5 s; counters since the start of the worker, bitrates over the last 5 s."""

    type: Literal["stats"] = "stats"
    rooms: int
    peers: int
    counters: dict[str, int]
    """Packets in and out and one counter per drop reason."""
    loop_stall_ms: float
    """Longest event-loop stall of the last 5 s."""
    loop_stall_p99_ms: float = 0.0


MediaToServer = Annotated[
    MediaHello
    | Published
    | Failed
    | SubscribeOffer
    | PeerState
    | Quality
    | RecordingState
    | MediaStats
    | Network,
    Field(discriminator="type"),
]

# --- server → media worker


class AudioTarget(Message):
    """Where this media worker sends speakers' PCM; None when no transcription worker is there."""

    type: Literal["audio_target"] = "audio_target"
    url: str | None


class Enter(Message):
    """A person may exchange media in a room. Entering again with the connections still up changes nothing."""

    type: Literal["enter"] = "enter"
    room: Id
    person: Id
    transcribe: bool
    """Whether the person's microphone goes to the recogniser."""


class Exit(Message):
    type: Literal["exit"] = "exit"
    room: Id
    person: Id


class CloseRoom(Message):
    type: Literal["close_room"] = "close_room"
    room: Id


class Publish(Message):
    """A browser's offer, answered by `published` or `failed`; a new `session` replaces the connection."""

    type: Literal["publish"] = "publish"
    request: int
    room: Id
    person: Id
    session: Id
    """Chosen by the browser for each RTCPeerConnection: the same on renegotiation, new on reconnection."""
    sdp: Sdp
    tracks: tuple[PublishedTrack, ...] = Field(max_length=4)
    via: Literal["page", "whip"] = "page"
    """By `whip` an encoder sends in the person's name, next to or without a page; it declares no tracks."""


class Play(Message):
    """A player's offer (WHEP), answered by `published` or `failed`: one video and one sound of the room."""

    type: Literal["play"] = "play"
    request: int
    room: Id
    person: Id
    session: Id
    sdp: Sdp
    show: Id | None = None
    """Only this person's; otherwise the screen that is shared or whoever speaks."""
    behind: tuple[Id, ...] = ()
    """People whose camera is shown only when there is no other."""
    silent: tuple[Id, ...] = ()
    """People who are not heard; `silence` changes it."""


class Trickle(Message):
    """Candidates of an encoder or player, an SDP fragment (RFC 8840); answered by `published` or `failed`."""

    type: Literal["trickle"] = "trickle"
    request: int
    room: Id
    person: Id
    session: Id
    fragment: Sdp


class Silence(Message):
    """Who is not heard on a player from now on."""

    type: Literal["silence"] = "silence"
    room: Id
    person: Id
    session: Id
    silent: tuple[Id, ...]


class EndSession(Message):
    """Ends an encoder's or player's connection; without `session` the connections of the person's page."""

    type: Literal["end_session"] = "end_session"
    room: Id
    person: Id
    session: Id | None


class Subscribe(Message):
    """The browser is ready to receive with a new RTCPeerConnection: make a fresh one and send an offer."""

    type: Literal["receive"] = "receive"
    room: Id
    person: Id


class Record(Message):
    """Keep what everybody in the room sends as that take, or nothing any more (None)."""

    type: Literal["record"] = "record"
    room: Id
    take: Id | None


class SubscribeAnswer(Message):
    type: Literal["subscribed"] = "subscribed"
    room: Id
    person: Id
    generation: int
    sdp: Sdp


ServerToMedia = Annotated[
    AudioTarget
    | Enter
    | Exit
    | CloseRoom
    | Publish
    | Play
    | Trickle
    | Silence
    | EndSession
    | Subscribe
    | SubscribeAnswer
    | Record,
    Field(discriminator="type"),
]

# --- transcription worker → server


class Route(Message):
    """One translation that the worker can make."""

    source: LanguageTag
    target: LanguageTag
    via: tuple[LanguageTag, ...] = ()
    """Pivots in between, `("en",)` for Argos' ko→zh; empty when direct."""
    engine: str


class Models(Message):
    """What is loaded; `demo` makes the pages say that real people are not understood."""

    recogniser: str
    languages: tuple[LanguageTag, ...]
    routes: tuple[Route, ...]
    demo: bool


class TranscriptionHello(Message):
    """First message of a transcription worker. `audio_url` is where media workers dial with PCM."""

    type: Literal["hello"] = "hello"
    kind: Literal["transcription"] = "transcription"
    name: str = Field(max_length=64)
    instance: Id
    audio_url: str = Field(max_length=256)
    models: Models


class Hypothesis(Message):
    """What an utterance says so far. A final with empty text withdraws the utterance."""

    type: Literal["hypothesis"] = "hypothesis"
    track: TrackId
    utterance: int = Field(ge=0)
    """Counts up within (worker instance, track)."""
    rev: int = Field(ge=1)
    state: Literal["partial", "final"]
    lang: LanguageTag
    text: CaptionText
    stable: int = Field(ge=0)
    translations: dict[LanguageTag, Translation]
    confidence: float | None = None
    flags: tuple[str, ...] = ()
    details: dict[LanguageTag, Marks] = Field(default_factory=dict)
    """Numbers and terms of the glossary, by language: what an interpreter may want to see first. In
    finals, and in partials of tracks that want it."""
    start_wall_ms: int
    """Wall clock, ms since 1970, of the first word's audio; end likewise."""
    end_wall_ms: int
    lag_ms: int = Field(ge=0)
    """End of the recognised audio (finals: of the speech) to the sending of this message."""


class Translated(Message):
    """Answer to `translate`; languages without a route are left out."""

    type: Literal["translated"] = "translated"
    request: int
    translations: dict[LanguageTag, Translation]


class Compared(Message):
    """Answer to `compare`: the same lines, marked where their numbers disagree with the text's."""

    type: Literal["compared"] = "compared"
    request: int
    lines: dict[LanguageTag, Translation]


class TranscriptionStats(Message):
    """Every 5 s."""

    type: Literal["stats"] = "stats"
    tracks: int
    queue: int
    counters: dict[str, int]
    lag_ms_p50: float | None = None
    lag_ms_p90: float | None = None
    batch_mean: float | None = None
    """Windows in a pass."""
    real_time_factor: float | None = None
    """Seconds of recognition a second of speech, partials included."""
    erasure: float | None = None
    """Characters taken back after they were shown / characters of finals."""
    translation_erasure: float | None = None


TranscriptionToServer = Annotated[
    TranscriptionHello | Hypothesis | Translated | Compared | TranscriptionStats, Field(discriminator="type")
]

# --- server → transcription worker


class Track(Message):
    """A speaker to listen to; sent again when something changes, taking effect on the next utterance."""

    type: Literal["track"] = "track"
    track: TrackId
    lang: LanguageTag
    targets: tuple[LanguageTag, ...]
    """Languages read in the room that differ from `lang`."""
    hotwords: tuple[str, ...] = ()
    """The glossary as the speaker would say it, the most wanted words first."""
    others: tuple[LanguageTag, ...] = ()
    """Languages that others in the room speak: a final that was spoken in one of them is flagged."""
    glossary: tuple[Term, ...] = Field(default=(), max_length=MAX_TERMS)
    """What comes out exactly as given in the translations."""
    details: bool = False
    """Whether partials need their `details` too."""


class Untrack(Message):
    """The speaker left; an open utterance is finished first."""

    type: Literal["untrack"] = "untrack"
    track: TrackId


class Kept(Message):
    """A final is stored, or needs not be: the worker may forget it. Others it sends again with a new link."""

    type: Literal["kept"] = "kept"
    track: TrackId
    utterance: int


class Translate(Message):
    """A text from outside recognition (a correction); answered by `translated`."""

    type: Literal["translate"] = "translate"
    request: int
    text: CaptionText
    source: LanguageTag
    targets: tuple[LanguageTag, ...]
    glossary: tuple[Term, ...] = Field(default=(), max_length=MAX_TERMS)


class Compare(Message):
    """Lines in other languages that somebody wrote or kept: do they say the numbers of `text`?"""

    type: Literal["compare"] = "compare"
    request: int
    text: CaptionText
    source: LanguageTag
    lines: dict[LanguageTag, Translation]


ServerToTranscription = Annotated[Track | Untrack | Kept | Translate | Compare, Field(discriminator="type")]

WorkerHello = Annotated[MediaHello | TranscriptionHello, Field(discriminator="kind")]

media_to_server: Codec[
    MediaHello | Published | Failed | SubscribeOffer | PeerState | Quality | RecordingState | MediaStats
] = Codec(MediaToServer)
server_to_media: Codec[
    AudioTarget
    | Enter
    | Exit
    | CloseRoom
    | Publish
    | Play
    | Trickle
    | Silence
    | EndSession
    | Subscribe
    | SubscribeAnswer
    | Record
] = Codec(ServerToMedia)
transcription_to_server: Codec[
    TranscriptionHello | Hypothesis | Translated | Compared | TranscriptionStats
] = Codec(TranscriptionToServer)
server_to_transcription: Codec[Track | Untrack | Kept | Translate | Compare] = Codec(ServerToTranscription)
worker_hello: Codec[MediaHello | TranscriptionHello] = Codec(WorkerHello)
