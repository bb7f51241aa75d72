"""Numbers in two languages, and whether they agree (docs/captions.md)."""

from transcription.numbers.comparison import Mismatch, comparable, compare
from transcription.numbers.extraction import candidates, extract
from transcription.numbers.quantity import Kind, Quantity, Reading, Weight

__all__ = [
    "Kind",
    "Mismatch",
    "Quantity",
    "Reading",
    "Weight",
    "candidates",
    "comparable",
    "compare",
    "extract",
]
