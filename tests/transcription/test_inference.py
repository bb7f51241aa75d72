import asyncio
from collections.abc import Sequence
from threading import Barrier

import numpy as np
import pytest

from tests.transcription.rehearsal import Echo, Scripted
from transcription.errors import InferenceError
from transcription.inference import Inference
from transcription.recogniser import Recognition, Request

REQUEST = Request(np.zeros(100, np.float32), "en")


class Meeting(Scripted):
    """Each pass waits until another one runs."""

    def __init__(self) -> None:
        super().__init__("word")
        self._barrier = Barrier(2, timeout=30)

    def recognise(self, requests: Sequence[Request]) -> list[Recognition]:
        self._barrier.wait()
        return super().recognise(requests)


async def test_as_many_passes_run_at_the_same_time_as_there_are_workers() -> None:
    with Inference(Meeting(), Echo(), workers=2) as inference:
        one, other = await asyncio.gather(*(inference.recognise([REQUEST], [False]) for _ in range(2)))
    assert one[0].text == other[0].text == "word"


async def test_only_what_is_asked_for_is_repeated() -> None:
    doubtful = Scripted("word", trusted=False)
    with Inference(doubtful, Echo()) as inference:
        once, again = await inference.recognise([REQUEST, REQUEST], [False, True])
    assert (once.text, again.text) == ("word", "again")


async def test_whatever_a_model_raises_becomes_one_error() -> None:
    with Inference(Scripted("FAIL"), Echo()) as inference:
        with pytest.raises(InferenceError, match="RuntimeError: the model failed"):
            await inference.recognise([REQUEST], [False])
        assert await inference.translate([]) == []
