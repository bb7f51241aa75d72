"""A speech model heard as the product hears it: CTranslate2 called directly, one thread, greedy."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from demo_models.features import WHISPER_FRAMES, log_mel, pad_frames
from demo_models.tokens import specials

NO_SPEECH_GATE = 0.6
"""As in faster-whisper: a result is dropped when the model holds silence for likelier than this."""
_MOST_TOKENS = 200


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    no_speech: float
    """Probability that nobody speaks."""


class Recogniser:
    def __init__(self, path: Path) -> None:
        self.whisper = WhisperModel(str(path), device="cpu", compute_type="int8", cpu_threads=1)
        self._tokenizer: Any = self.whisper.hf_tokenizer
        self._special = specials(self._tokenizer)

    def hear(
        self,
        samples: NDArray[np.float32],
        language: str,
        *,
        window: int = 1000,
        timestamps: bool = True,
        prefix: str = "",
    ) -> Answer:
        """`window` in frames of 10 ms; longer audio gets a longer window. `prefix` is text to start from."""
        features = log_mel(samples)
        length = features.shape[1] + features.shape[1] % 2
        padded = pad_frames(features, min(WHISPER_FRAMES, max(window, length)))
        encoded = self.whisper.model.encode(ctranslate2.StorageView.from_array(padded[None]))
        special = self._special
        prompt = [special.start, special.languages[language], special.transcribe]
        if not timestamps:
            prompt.append(special.no_timestamps)
        if prefix:
            if timestamps:
                prompt.append(special.first_timestamp)
            prompt += self._tokenizer.encode(prefix, add_special_tokens=False).ids
        result = self.whisper.model.generate(
            encoded, [prompt], beam_size=1, max_length=_MOST_TOKENS, return_no_speech_prob=True
        )[0]
        written = [token for token in result.sequences_ids[0] if token < special.end]
        # CTranslate2 gives what follows the task token, so a forced prefix is part of it.
        return Answer(self._tokenizer.decode(written).strip(), float(result.no_speech_prob))
