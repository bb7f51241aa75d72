"""A drawn person, idle or talking, as a looping VP8 clip that begins with a keyframe."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 640, 480
FRAMES_PER_S = 10
LOOP_FRAMES = 10
"""One second: a page that joins late waits at most that long for a keyframe."""
BITRATE_BPS = 160_000
SUPERSAMPLING = 2

Rgb = tuple[int, int, int]
Image = npt.NDArray[np.float32]
"""float32[height, width, 3], 0–255."""


@dataclass(frozen=True, slots=True)
class Look:
    wall: Rgb
    wall_below: Rgb
    hair: Rgb
    skin: Rgb
    jacket: Rgb
    shirt: Rgb
    tie: Rgb
    long_hair: bool


LOOKS = {
    "seller": Look(
        wall=(214, 228, 232),
        wall_below=(168, 193, 201),
        hair=(48, 38, 36),
        skin=(238, 200, 172),
        jacket=(38, 66, 92),
        shirt=(248, 248, 246),
        tie=(38, 66, 92),
        long_hair=True,
    ),
    "buyer": Look(
        wall=(240, 230, 214),
        wall_below=(216, 196, 168),
        hair=(30, 28, 30),
        skin=(232, 190, 156),
        jacket=(74, 74, 82),
        shirt=(236, 242, 248),
        tie=(150, 48, 44),
        long_hair=False,
    ),
}


class Canvas:
    """Shapes in a unit of the picture's height, origin in the middle, drawn larger and averaged down."""

    def __init__(self, above: Rgb, below: Rgb) -> None:
        height, width = HEIGHT * SUPERSAMPLING, WIDTH * SUPERSAMPLING
        self._y, self._x = np.mgrid[0:height, 0:width].astype(np.float32)
        self._x = (self._x - width / 2) / height
        self._y = (self._y - height / 2) / height
        blend = (self._y[..., np.newaxis] + 0.5).clip(0, 1)
        self._pixels: Image = (
            np.asarray(above, np.float32) * (1 - blend) + np.asarray(below, np.float32) * blend
        )

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Rgb) -> None:
        self._pixels[((self._x - x) / rx) ** 2 + ((self._y - y) / ry) ** 2 <= 1] = colour

    def box(self, x: float, y: float, half_width: float, half_height: float, colour: Rgb) -> None:
        self._pixels[(abs(self._x - x) <= half_width) & (abs(self._y - y) <= half_height)] = colour

    def wedge(self, x: float, top: float, bottom: float, half_width: float, colour: Rgb) -> None:
        """A triangle that points down."""
        share = (bottom - self._y) / (bottom - top)
        inside = (self._y >= top) & (self._y <= bottom) & (abs(self._x - x) <= half_width * share)
        self._pixels[inside] = colour

    def image(self) -> npt.NDArray[np.uint8]:
        """`uint8[HEIGHT, WIDTH, 3]`"""
        s = SUPERSAMPLING
        small: Image = self._pixels.reshape(HEIGHT, s, WIDTH, s, 3).mean(axis=(1, 3))
        return small.astype(np.uint8)


def draw(look: Look, *, sway: float, mouth: float, eyes_open: bool) -> npt.NDArray[np.uint8]:
    """One picture; `sway` moves the head, `mouth` 0–1 opens the mouth."""
    canvas = Canvas(look.wall, look.wall_below)
    x, y = 0.006 * sway, -0.07 + 0.004 * sway
    if look.long_hair:
        canvas.ellipse(x, y + 0.05, 0.21, 0.27, look.hair)
    canvas.ellipse(0, 0.62, 0.46, 0.38, look.jacket)
    canvas.box(x / 2, 0.2, 0.065, 0.1, tuple(int(c * 0.92) for c in look.skin))  # type: ignore[arg-type]
    canvas.wedge(0, 0.25, 0.52, 0.11, look.shirt)
    canvas.wedge(0, 0.29, 0.5, 0.025, look.tie)
    canvas.ellipse(x, y, 0.175, 0.215, look.hair)
    canvas.ellipse(x, y + 0.035, 0.152, 0.19, look.skin)
    canvas.ellipse(x - 0.02, y - 0.13, 0.14, 0.06, look.hair)
    for side in (-1, 1):
        canvas.box(x + side * 0.06, y - 0.025, 0.026, 0.005, look.hair)
        canvas.ellipse(x + side * 0.06, y + 0.012, 0.014, 0.015 if eyes_open else 0.003, (40, 34, 32))
    canvas.ellipse(x, y + 0.07, 0.012, 0.01, tuple(int(c * 0.86) for c in look.skin))  # type: ignore[arg-type]
    canvas.ellipse(x, y + 0.125, 0.042 - 0.01 * mouth, 0.007 + 0.022 * mouth, (150, 70, 66))
    return canvas.image()


def frames(look: Look, *, talking: bool) -> Iterator[npt.NDArray[np.uint8]]:
    for number in range(LOOP_FRAMES):
        turn = 2 * math.pi * number / LOOP_FRAMES
        mouth = (abs(math.sin(2 * turn)) * 0.7 + abs(math.sin(3 * turn)) * 0.3) if talking else 0.0
        yield draw(look, sway=math.sin(turn), mouth=mouth, eyes_open=talking or number != LOOP_FRAMES - 2)


def write_clip(look: Look, path: Path, *, talking: bool) -> None:
    with av.open(str(path), "w", format="ivf") as container:
        stream = container.add_stream("libvpx", rate=FRAMES_PER_S)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.bit_rate = BITRATE_BPS
        stream.time_base = Fraction(1, FRAMES_PER_S)
        # No hidden frames (one packet a picture), one keyframe at the start.
        stream.options = {
            "auto-alt-ref": "0",
            "lag-in-frames": "0",
            "g": "999",
            "quality": "good",
            "crf": "14",
        }
        for number, picture in enumerate(frames(look, talking=talking)):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
