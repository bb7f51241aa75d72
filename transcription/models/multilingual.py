"""M2M-100 models on disk, in the CTranslate2 form that `transcription.m2m` loads."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from transcription.m2m import ENGINE, pairs_between, read_layout
from transcription.models.errors import ModelDamaged

FOLDER = "m2m"
LANGUAGES = (
    "ar", "de", "en", "es", "fil", "fr", "hi", "id", "ja", "km", "ko", "mn", "ms", "my", "pt", "ru", "th",
    "tr", "vi", "zh",
)  # fmt: skip
"""Those of its hundred that are offered: all of them would be ten thousand routes to tell every page."""


@dataclass(frozen=True, slots=True)
class M2MOffer:
    """One pair of a model that serves many."""

    source: str
    target: str
    engine: str = ENGINE


@dataclass(frozen=True, slots=True)
class M2MFiles:
    """A model that has all its files; whether they are sound is seen on loading."""

    name: str
    directory: Path
    languages: tuple[str, ...]

    @property
    def size_bytes(self) -> int:
        return sum(path.stat().st_size for path in self.directory.iterdir() if path.is_file())

    def offers(self, languages: Collection[str]) -> tuple[M2MOffer, ...]:
        """Its pairs among `languages`."""
        return tuple(M2MOffer(*pair) for pair in pairs_between(set(languages).intersection(self.languages)))


def m2m_directories(models: Path) -> Iterator[tuple[str, Path]]:
    """Name and place of every model below `models`: `m2m/` itself and those inside it."""
    place = models / FOLDER
    if (place / "model.bin").is_file():
        yield FOLDER, place
    if place.is_dir():
        for directory in sorted(place.iterdir()):
            if (directory / "model.bin").is_file() and not directory.name.startswith("."):
                yield directory.name, directory


def read_m2m(name: str, directory: Path) -> M2MFiles:
    """Raises ModelDamaged where a file is missing or unreadable."""
    try:
        return M2MFiles(name, directory, read_layout(directory).languages)
    except (OSError, ValueError) as error:
        raise ModelDamaged(
            f"{directory} is no complete M2M-100 model ({error}): copy or pull it again"
        ) from None
