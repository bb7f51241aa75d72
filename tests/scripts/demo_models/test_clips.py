"""Clips: what is said when, and what has been said when the sound breaks off."""

import random

import pytest
from demo_models import clips, grammar
from demo_models.clips import Mix, compose, cut_short, piece_times, read_aloud, segment
from demo_models.grammar import LANGUAGES, Piece
from demo_models.voices import HELD_OUT_VARIANTS, SAMPLE_RATE, Mark, Spoken, Voice, plain_voice

PIECES = (Piece("네,", "네"), Piece("12시간", "열두 시간"), Piece("저어", "저어"), Piece("주세요.", "주세요"))


def test_reading_puts_marks_back_and_knows_where_words_start() -> None:
    text, starts = read_aloud(PIECES, "ko", as_written=False)
    assert text == "네, 열두 시간 저어 주세요."
    assert [text[at] for at in starts] == ["네", "열", "저", "주"]


def test_reading_as_written_keeps_digits_and_joins_chinese() -> None:
    assert read_aloud(PIECES, "ko", as_written=True)[0] == "네, 12시간 저어 주세요."
    chinese = (Piece("请", "qing3"), Piece("搅拌", "jiao3 ban4"))
    assert read_aloud(chinese, "zh", as_written=True) == ("请搅拌", [0, 1])


def test_a_piece_starts_at_its_first_word_or_clause() -> None:
    empty = plain_spoken(words=(Mark(0.0, 0), Mark(0.5, 3), Mark(0.8, 6)), clauses=(Mark(1.4, 10),))
    assert piece_times(empty, [0, 3, 11]) == (0.0, 0.5, 1.4)
    assert piece_times(empty, [0, 4, 8]) == (0.0, 0.8, None)


def plain_spoken(words: tuple[Mark, ...], clauses: tuple[Mark, ...]) -> Spoken:
    spoken = segment(grammar.fixed()[0], "ko", Voice("ko"))[0]
    return Spoken(spoken.samples, spoken.phonemes, words, clauses, spoken.end)


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        (0.3, ()),
        (0.5, ("네",)),
        (1.0, ("네", "12시간")),
        (1.6, ("네,", "12시간", "저어")),
    ],
)
def test_cut_short_keeps_complete_words(at: float, kept: tuple[str, ...]) -> None:
    written = tuple(piece.written for piece in PIECES)
    result = cut_short(written, (0.0, 0.5, 1.0, 1.5), at)
    assert result == (kept if len(kept) < 2 else ("네,", *kept[1:]))


def test_cut_short_gives_up_where_the_end_of_a_word_is_unknown() -> None:
    assert cut_short(("a", "b", "c"), (0.0, None, 1.0), 0.7) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_every_word_has_a_time_and_times_rise(language: str) -> None:
    rng = random.Random(5)
    known = total = 0
    for name in rng.sample(grammar.templates(), 25):
        _, said = segment(grammar.sample(name, rng), language, plain_voice(language, rng))
        times = [time for time in said.starts if time is not None]
        assert times == sorted(times)
        known += len(times)
        total += len(said.starts)
    assert known / total > 0.95


def test_the_same_seed_chooses_the_same_words() -> None:
    whole = Mix(no_speech=0.0, cut=0.0, several=0.0, long=0.0)
    said = [compose("zh", whole, seed).segments[0].pieces for seed in (11, 12, 11)]
    assert said[0] == said[2] != said[1]


def test_clips_hold_what_their_segments_say() -> None:
    for seed in range(40):
        clip = compose(clips.language_of(seed), Mix(no_speech=0.2, cut=0.3, several=0.3, long=0.0), seed)
        seconds = len(clip.samples) / SAMPLE_RATE
        assert (clip.language is None) == (not clip.segments)
        for said in clip.segments:
            assert said.pieces
            assert len(said.pieces) == len(said.starts)
            assert 0 <= said.start < said.end <= seconds + 0.05
        ends = [said.end for said in clip.segments]
        assert ends == sorted(ends)
        assert all(0 <= time <= seconds + 0.05 for time, _ in clip.phonemes)


def test_long_clips_hold_several_sentences() -> None:
    clip = compose("en", Mix(no_speech=0.0, cut=0.0, several=0.0, long=1.0), 3)
    assert 8 < len(clip.samples) / SAMPLE_RATE < 26
    assert len(clip.segments) > 2


def test_the_demo_speakers_are_not_held_out() -> None:
    voices = clips.conversation_voices()
    assert {"ko", "zh", "en"} <= set(voices)
    for names in voices.values():
        assert not any(name.endswith(f"+{held}") for name in names for held in HELD_OUT_VARIANTS)
