"""What the models run on: chosen from the cores and the GPU at hand, unless somebody says otherwise."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import ctranslate2

from transcription.errors import ConfigurationError

Device = Literal["cpu", "cuda"]

PASS_THREADS = 4
"""More make one pass hardly faster; further cores make further passes at the same time."""
MAX_WORKERS = 8
GPU_WORKERS = 2
"""One pass is copied to the GPU while another is computed."""
_GPU_TYPES = ("int8_float16", "float16", "int8_float32", "float32")
"""The quickest that the GPU knows is taken."""


@dataclass(frozen=True, slots=True)
class Hardware:
    device: Device = "cpu"
    compute_type: str = "int8"
    workers: int = 1
    """Passes at the same time."""
    threads: int = 1
    """Of the processor, in each pass."""

    def __str__(self) -> str:
        if self.device == "cuda":
            return f"a GPU ({self.compute_type}), {self.workers} passes at a time"
        return f"{self.workers} × {self.threads} threads ({self.compute_type})"


def at_hand(device: str = "auto", *, workers: int | None = None, threads: int | None = None) -> Hardware:
    """Of this machine. Raises ConfigurationError for a GPU that CTranslate2 does not see."""
    gpu_types: Collection[str] = ()
    if device != "cpu" and ctranslate2.get_cuda_device_count() > 0:
        gpu_types = ctranslate2.get_supported_compute_types("cuda")
    if device == "cuda" and not gpu_types:
        raise ConfigurationError("--device cuda: CTranslate2 sees no GPU; see nvidia-smi, or leave it out")
    return choose(len(os.sched_getaffinity(0)), gpu_types, workers=workers, threads=threads)


def choose(
    cores: int, gpu_types: Collection[str] = (), *, workers: int | None = None, threads: int | None = None
) -> Hardware:
    """`gpu_types`: compute types of the GPU, empty without one. One core is left to voices and pictures."""
    spare = max(1, cores - 1)
    if gpu_types:
        best = next((name for name in _GPU_TYPES if name in gpu_types), "float32")
        return Hardware("cuda", best, workers or GPU_WORKERS, threads or 1)
    if workers is None:
        workers = max(1, min(MAX_WORKERS, spare // (threads or PASS_THREADS)))
    return Hardware("cpu", "int8", workers, threads or max(1, min(2 * PASS_THREADS, spare // workers)))
