"""A sample conversation with its voices, as shipped beside this module."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import av

from media.demo.errors import DemoError

HERE = Path(__file__).parent
Role = Literal["seller", "buyer"]
OPUS_FRAME_S = 0.02


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence; `packets` are Opus, 20 ms each."""

    speaker: Role
    packets: tuple[bytes, ...]
    pause_s: float
    """Silence after it."""

    @property
    def duration_s(self) -> float:
        return len(self.packets) * OPUS_FRAME_S


@dataclass(frozen=True, slots=True)
class Clip:
    """VP8 frames that loop; the first is a keyframe."""

    frames: tuple[bytes, ...]


def names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (HERE / "conversations").glob("*.json")))


def load(name: str) -> tuple[Line, ...]:
    """Raises DemoError when there is no such conversation."""
    if name not in names():
        raise DemoError(f"no sample conversation is called {name!r}; there are: {', '.join(names())}")
    described = json.loads((HERE / "conversations" / f"{name}.json").read_text(encoding="utf-8"))
    return tuple(
        Line(
            speaker=line["speaker"],
            packets=_packets(HERE / "voices" / name / f"{number:02d}.opus"),
            pause_s=line["pause_ms"] / 1000,
        )
        for number, line in enumerate(described["lines"])
    )


def load_clips(role: Role) -> tuple[Clip, Clip]:
    """Idle, talking."""
    idle, talking = (_packets(HERE / "pictures" / f"{role}-{mood}.ivf") for mood in ("idle", "talking"))
    return Clip(idle), Clip(talking)


def roles() -> tuple[Role, ...]:
    return get_args(Role)


def _packets(path: Path) -> tuple[bytes, ...]:
    with av.open(str(path)) as container:
        return tuple(bytes(packet) for packet in container.demux() if packet.size)
