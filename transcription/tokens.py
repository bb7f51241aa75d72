"""Whisper's vocabulary as the recogniser needs it: prompts in, whole characters out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transcription.agreement import Piece
from transcription.errors import ModelError
from wire.languages import primary

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class WhisperTokens:
    """Over the `tokenizers.Tokenizer` of a Whisper model."""

    def __init__(self, tokenizer: Any) -> None:
        """Raises ModelError for a vocabulary that is not Whisper's."""
        self._tokenizer = tokenizer
        self._start = self._special("startoftranscript")
        self._transcribe = self._special("transcribe")
        self._previous = self._special("startofprev")
        self.end = self._special("endoftext")
        """Tokens below it are text, those above are not."""

    def _special(self, name: str) -> int:
        token: int | None = self._tokenizer.token_to_id(f"<|{name}|>")
        if token is None:
            raise ModelError(f"the recogniser's tokenizer.json has no token <|{name}|>: not a Whisper model")
        return token

    def language(self, language: str) -> int | None:
        """Token of a language subtag, None when the model does not know it."""
        token: int | None = self._tokenizer.token_to_id(f"<|{language}|>")
        return token

    def head(self, tag: str, before: Sequence[int]) -> list[int]:
        """The prompt up to the first timestamp; `before` is text that conditions the decoder.

        Without the no-timestamps token: models decode better with timestamps.
        """
        language = self.language(primary(tag))
        if language is None:
            raise ValueError(f"the model has no token for {tag}")
        context = [self._previous, *before] if before else []
        return [*context, self._start, language, self._transcribe]

    def encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def pieces(self, tokens: Sequence[int], probabilities: Sequence[float]) -> list[Piece]:
        """Tokens joined until they spell whole characters; timestamps have no text.

        A character whose bytes are not complete at the end is left out.
        """
        pieces: list[Piece] = []
        open_tokens: list[int] = []
        least = 1.0
        for token, probability in zip(tokens, probabilities, strict=True):
            if token >= self.end:
                open_tokens.clear()
                least = 1.0
                if token > self.end:
                    pieces.append(Piece("", (token,)))
                continue
            open_tokens.append(token)
            least = min(least, probability)
            text: str = self._tokenizer.decode(open_tokens)
            if text and not text.endswith(_REPLACEMENT):
                pieces.append(Piece(text, tuple(open_tokens), least))
                open_tokens.clear()
                least = 1.0
        return pieces
