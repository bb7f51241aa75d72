"""What `pull` knows: Whisper sizes, Argos pairs, M2M-100, and which of them suit a machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from transcription.routes import Pair


@dataclass(frozen=True, slots=True)
class WhisperSize:
    """A multilingual Whisper model, converted for faster-whisper (16-bit files, run as int8)."""

    name: str
    download_mb: int
    memory_mb: int
    """What the process needs with the model loaded as int8, roughly."""
    cores: int
    """With fewer, one room's partial captions come too late to be of use."""
    licence: str = "MIT"
    owner: str = "Systran"
    """Of the conversion on the model hub; faster-whisper knows the address itself."""

    @property
    def repository(self) -> str:
        return f"{self.owner}/faster-whisper-{self.name}"


WHISPER = (
    WhisperSize("tiny", 78, 400, 1),
    WhisperSize("base", 148, 500, 2),
    WhisperSize("small", 486, 900, 4),
    WhisperSize("medium", 1_530, 2_000, 12),
    WhisperSize("large-v3-turbo", 1_620, 2_200, 16, owner="mobiuslabsgmbh"),
    WhisperSize("large-v3", 3_090, 3_600, 32),
)
"""From the least able to the most able."""


@dataclass(frozen=True, slots=True)
class M2MSize:
    """An M2M-100 model, converted for CTranslate2 as int8."""

    name: str
    repository: str
    """On the model hub."""
    download_mb: int
    memory_mb: int
    """What the process needs for it, roughly."""
    licence: str = "MIT"


M2M = (M2MSize("m2m100-418M", "jncraton/m2m100_418M-ct2-int8", 497, 700),)

DEFAULT_PAIRS: tuple[Pair, ...] = (("ko", "en"), ("en", "ko"), ("zh", "en"), ("en", "zh"))
ARGOS_PACKAGE_MB = 100
"""About what one Argos package weighs."""
ARGOS_LICENCE = "named with its training data in the package's README.md"


@dataclass(frozen=True, slots=True)
class Machine:
    cores: int
    memory_mb: int

    @classmethod
    def here(cls) -> Machine:
        """What this process may use."""
        pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        return cls(len(os.sched_getaffinity(0)), min(pages, _memory_limit_bytes() or pages) >> 20)


def suitable(machine: Machine) -> WhisperSize:
    """The most able size that leaves the machine half its memory; large-v3-turbo at most."""
    fitting = [
        size
        for size in WHISPER
        if size.cores <= machine.cores and size.memory_mb * 2 <= machine.memory_mb and size.name != "large-v3"
    ]
    return fitting[-1] if fitting else WHISPER[0]


def whisper_size(name: str) -> WhisperSize | None:
    return next((size for size in WHISPER if size.name == name), None)


def m2m_size(name: str) -> M2MSize | None:
    return next((size for size in M2M if size.name == name), None)


def _memory_limit_bytes() -> int | None:
    """The container's limit, None where there is none."""
    try:
        text = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None
