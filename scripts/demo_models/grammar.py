"""The sentence grammar: aligned sentences, as written and, but for Vietnamese, as spoken."""

import hashlib
import itertools
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from demo_models import conversations, readings, vietnamese
from demo_models.lexicon import SLOTS, Value, any_value
from demo_models.phrasebook import FIXED, TEMPLATES

LANGUAGES = ("ko", "zh", "en")
"""Those that a voice says and the demo recogniser hears."""
WRITTEN_LANGUAGES = (*LANGUAGES, "vi")
"""Those that texts are translated between."""
HELD_OUT_SHARE = 20
"""One slot combination in this many is held out of training."""

PUNCTUATION = ".,?!。，？！"
_ROW_ORDER = ("en", "ko", "zh")
_SLOT = re.compile(r"\{(\w+)\}")
_PARTICLE = re.compile(r"\[(.)\]")
_PARTICLES = {"를": "을를", "는": "은는", "가": "이가", "와": "과와"}


@dataclass(frozen=True, slots=True)
class Piece:
    """One written word, punctuation included, and what the espeak voice is given for it.

    `spoken` is Hangul words for Korean, pinyin syllables with tone numbers for Chinese, words for English,
    and nothing for Vietnamese.
    """

    written: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in every language. `template` is "fixed" or "conversation" where there is no slot."""

    template: str
    pieces: Mapping[str, tuple[Piece, ...]]
    held_out: bool

    def text(self, language: str) -> str:
        """The sentence as a transcript would write it."""
        return _written(language, self.pieces[language])

    def spoken(self, language: str) -> str:
        """The sentence as the espeak voice is given it, without punctuation."""
        return " ".join(piece.spoken for piece in self.pieces[language])


def templates(*, held_out: bool = False) -> tuple[str, ...]:
    """Names of the templates, each to be sampled as often as the others; or those with held-out sentences."""
    return tuple(name for name in TEMPLATES if not held_out or any(_held_out_values(name)))


def sample(template: str, rng: random.Random, *, held_out: bool = False) -> Sentence:
    """A sentence of `template`, from the held-out slot combinations or from the others.

    Raises ValueError where every combination is on the other side.
    """
    for _ in range(1000):
        values = {slot: rng.choice(SLOTS[slot]) for slot in _slots(template)}
        if _is_held_out(template, values) == held_out:
            return _sentence(template, values, held_out)
    raise ValueError(f"template {template!r} has no sentence with held_out={held_out}")


@cache
def held_out_sentences() -> tuple[Sentence, ...]:
    """Every held-out sentence of every template."""
    return tuple(_sentence(name, values, True) for name in TEMPLATES for values in _held_out_values(name))


def rows() -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Name and text in the notation of `phrasebook`, by language, of every template, phrase and line."""
    named = [(name, _template(name)) for name in TEMPLATES]
    phrases = [
        ("fixed", dict(zip(_ROW_ORDER, row, strict=True)) | {"vi": vietnamese.PHRASES[row[0]]})
        for row in FIXED
    ]
    return (*named, *phrases, *(("conversation", line.spaced()) for line in conversations.lines()))


def sample_values(template: str, rng: random.Random) -> Mapping[str, Value]:
    """Values for every slot of `template`, not held out; none for a sentence without slots."""
    slots = _slots(template) if template in TEMPLATES else ()
    while True:
        values = {slot: rng.choice(SLOTS[slot]) for slot in slots}
        if not slots or not _is_held_out(template, values):
            return values


def fill(language: str, row: str, values: Mapping[str, Value]) -> str:
    """A row, or the beginning of one, as written with these values."""
    return _written(language, _pieces(language, row, values))


def sample_any_number(template: str, rng: random.Random) -> Sentence:
    """A sentence of `template` with numbers outside the listed values too, never a held-out one."""
    while True:
        values = {slot: any_value(slot, rng) for slot in _slots(template)}
        if not _is_held_out(template, values):
            return _sentence(template, values, False)


def fixed() -> tuple[Sentence, ...]:
    """Every sentence without slots: the fixed phrases, then the lines of the sample conversations."""
    plain = ((name, row) for name, row in rows() if name not in TEMPLATES)
    return tuple(
        Sentence(name, {language: _pieces(language, row[language], {}) for language in row}, False)
        for name, row in plain
    )


def _written(language: str, pieces: Iterable[Piece]) -> str:
    return ("" if language == "zh" else " ").join(piece.written for piece in pieces)


def _sentence(template: str, values: Mapping[str, Value], held_out: bool) -> Sentence:
    row = _template(template)
    pieces = {language: _pieces(language, text, values) for language, text in row.items()}
    return Sentence(template, pieces, held_out)


def _template(name: str) -> dict[str, str]:
    """The row of a template, by language."""
    return dict(zip(_ROW_ORDER, TEMPLATES[name], strict=True)) | {"vi": vietnamese.TEMPLATES[name]}


def _slots(template: str) -> tuple[str, ...]:
    return tuple(_SLOT.findall(TEMPLATES[template][0]))


_SLOT_USES = Counter(slot for name in TEMPLATES for slot in _slots(name))


def _is_held_out(template: str, values: Mapping[str, Value]) -> bool:
    if all(_SLOT_USES[slot] == 1 for slot in values):
        return False  # held out here, the value would be seen nowhere else
    key = "|".join((template, *(value.en[0] for value in values.values())))
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % HELD_OUT_SHARE == 0


def _held_out_values(template: str) -> Iterator[Mapping[str, Value]]:
    slots = _slots(template)
    for combination in itertools.product(*(SLOTS[slot] for slot in slots)):
        values = dict(zip(slots, combination, strict=True))
        if _is_held_out(template, values):
            yield values


def _pieces(language: str, row: str, values: Mapping[str, Value]) -> tuple[Piece, ...]:
    if language == "vi":
        text = _SLOT.sub(lambda match: values[match[1]].vi, row)
        return tuple(Piece(word, "") for word in (text[0].upper() + text[1:]).split())
    forms: dict[str, tuple[str, str]] = {name: getattr(value, language) for name, value in values.items()}
    written = _SLOT.sub(lambda match: forms[match[1]][0], row)
    spoken = _SLOT.sub(lambda match: forms[match[1]][1], row)
    if language == "ko":
        written, spoken = _with_particles(written, spoken)
    if language == "en":
        written = written[0].upper() + written[1:]
    words = zip(written.split(), spoken.split(), strict=True)
    return tuple(Piece(word, _reading(language, word, sound)) for word, sound in words)


def _with_particles(written: str, spoken: str) -> tuple[str, str]:
    """Chooses each particle by the syllable spoken before it."""
    chosen = [_particle(match[1], spoken[match.start() - 1]) for match in _PARTICLE.finditer(spoken)]
    for particle in chosen:
        written = _PARTICLE.sub(particle, written, count=1)
        spoken = _PARTICLE.sub(particle, spoken, count=1)
    return written, spoken


def _particle(name: str, before: str) -> str:
    final = (ord(before) - ord("가")) % 28
    if name == "로":
        return "로" if final in (0, 8) else "으로"
    return _PARTICLES[name][final == 0]


def _reading(language: str, written: str, sound: str) -> str:
    plain = sound.strip(PUNCTUATION).replace("_", " ")
    return plain if plain != written.strip(PUNCTUATION) else readings.reading(language, plain)
