from hypothesis import given
from hypothesis import strategies as st

from transcription.utterance import (
    CUT_FRAMES,
    HANGOVER_FRAMES,
    MAX_SAMPLES,
    NEAR_FRAMES,
    ONSET,
    ONSET_FRAMES,
    PAUSE_FRAMES,
    PRE_ROLL_SAMPLES,
    SENTENCE_HANGOVER_FRAMES,
    Closed,
    Event,
    Opened,
    Paused,
    Resumed,
    Segmenter,
)
from transcription.vad import FRAME_SAMPLES

runs = st.lists(
    st.tuples(st.sampled_from((0.0, 0.1, 0.34, 0.4, 0.5, 0.9, 1.0)), st.integers(1, 60)), max_size=40
)


def heard(*parts: tuple[float, int]) -> tuple[Segmenter, list[Event]]:
    segmenter = Segmenter()
    events: list[Event] = []
    for probability, frames in parts:
        for _ in range(frames):
            events += segmenter.step(probability)
    return segmenter, events


def closed(events: list[Event]) -> list[Closed]:
    return [event for event in events if isinstance(event, Closed)]


@given(runs)
def test_utterances_follow_each_other_and_none_is_longer_than_the_maximum(
    parts: list[tuple[float, int]],
) -> None:
    segmenter, events = heard(*parts)
    events += segmenter.flush()
    assert not segmenter.is_open
    floor, opened, paused = 0, None, False
    for event in events:
        match event:
            case Opened(start=start, speech=speech):
                assert opened is None
                assert floor <= start <= speech
                opened, paused = start, False
            case Paused():
                assert opened is not None
                assert not paused
                paused = True
            case Resumed():
                assert paused
                paused = False
            case Closed(start=start, end=end):
                assert start == opened
                assert start < end <= start + MAX_SAMPLES + FRAME_SAMPLES
                floor, opened = end, None
    assert opened is None


@given(runs)
def test_all_speech_is_in_an_utterance(parts: list[tuple[float, int]]) -> None:
    segmenter, events = heard(*parts)
    events += segmenter.flush()
    spans = [(event.start, event.end) for event in closed(events)]
    position = 0
    for probability, frames in parts:
        end = position + frames * FRAME_SAMPLES
        if probability >= ONSET and frames >= ONSET_FRAMES:
            for frame in range(position, end, FRAME_SAMPLES):
                middle = frame + FRAME_SAMPLES // 2
                assert any(start <= middle < stop for start, stop in spans), (frame, spans)
        position = end


@given(runs)
def test_the_audio_of_an_open_utterance_is_kept(parts: list[tuple[float, int]]) -> None:
    segmenter = Segmenter()
    for probability, frames in parts:
        for _ in range(frames):
            kept_from = segmenter.keep_from
            for event in segmenter.step(probability):
                if isinstance(event, Opened | Closed):
                    assert event.start >= kept_from


def test_a_click_opens_nothing() -> None:
    _, events = heard((0.0, 30), (1.0, ONSET_FRAMES - 1), (0.0, 30))
    assert events == []


def test_speech_opens_with_its_pre_roll_and_closes_after_the_hangover() -> None:
    _, events = heard((0.0, 50), (0.9, 20), (0.0, HANGOVER_FRAMES - 1))
    speech = 50 * FRAME_SAMPLES
    assert events == [Opened(speech - PRE_ROLL_SAMPLES, speech), Paused(70 * FRAME_SAMPLES)]
    _, events = heard((0.0, 50), (0.9, 20), (0.0, HANGOVER_FRAMES))
    [end] = closed(events)
    assert (end.start, end.end, end.speech_frames) == (speech - PRE_ROLL_SAMPLES, 70 * FRAME_SAMPLES, 20)
    assert abs(end.probability - 0.9) < 1e-6


def test_a_whole_sentence_needs_less_silence() -> None:
    segmenter, _ = heard((0.9, 20), (0.0, PAUSE_FRAMES))
    segmenter.expect_end()
    events = [event for _ in range(SENTENCE_HANGOVER_FRAMES - PAUSE_FRAMES) for event in segmenter.step(0.0)]
    assert [event.end for event in closed(events)] == [20 * FRAME_SAMPLES]


def test_a_sentence_that_goes_on_after_all_has_the_whole_hangover_again() -> None:
    segmenter, _ = heard((0.9, 20), (0.0, PAUSE_FRAMES))
    segmenter.expect_end()
    parts = [0.9] * 5 + [0.0] * (HANGOVER_FRAMES - 1)
    events = [event for probability in parts for event in segmenter.step(probability)]
    assert closed(events) == []
    assert closed(list(segmenter.step(0.0)))


def test_a_short_pause_does_not_end_it() -> None:
    _, events = heard((0.9, 20), (0.0, PAUSE_FRAMES), (0.9, 5), (0.0, HANGOVER_FRAMES))
    kinds = [type(event) for event in events]
    assert kinds == [Opened, Paused, Resumed, Paused, Closed]


def test_a_long_utterance_ends_at_the_next_gap() -> None:
    _, events = heard((0.9, 260), (0.0, 3))
    assert [event.end for event in closed(events)] == [260 * FRAME_SAMPLES]


def test_the_next_ones_pre_roll_does_not_reach_into_a_long_one() -> None:
    _, events = heard((0.9, 260), (0.0, 4), (0.9, 5))
    assert events[-1] == Opened(260 * FRAME_SAMPLES, 264 * FRAME_SAMPLES)


def test_one_without_gaps_is_cut_where_speech_is_least_probable() -> None:
    frames = MAX_SAMPLES // FRAME_SAMPLES
    weak = frames - CUT_FRAMES // 2
    _, events = heard((0.9, weak), (0.6, 1), (0.9, 100))
    [first] = closed(events)
    assert first.end == (weak + 1) * FRAME_SAMPLES
    assert events[-1] == Opened(first.end, first.end, goes_on=True)


def test_it_is_cut_between_words_where_they_are_known() -> None:
    frames = MAX_SAMPLES // FRAME_SAMPLES
    word_end = (frames - 3 * CUT_FRAMES) * FRAME_SAMPLES
    segmenter, events = heard((0.9, frames - 2 * CUT_FRAMES))
    segmenter.word_ends = (word_end,)
    probabilities = [0.9] * CUT_FRAMES + [0.6] + [0.9] * 100
    events = [event for probability in probabilities for event in segmenter.step(probability)]
    [first] = closed(events)
    assert abs(first.end - word_end) <= NEAR_FRAMES * FRAME_SAMPLES // 2
    assert events[-1] == Opened(first.end, first.end, goes_on=True)


def test_it_is_not_cut_before_the_floor_whatever_the_words() -> None:
    frames = MAX_SAMPLES // FRAME_SAMPLES
    segmenter, _ = heard((0.9, frames - CUT_FRAMES))
    segmenter.word_ends = (100 * FRAME_SAMPLES,)
    segmenter.cut_floor = 200 * FRAME_SAMPLES
    [first] = closed([event for _ in range(2 * CUT_FRAMES) for event in segmenter.step(0.9)])
    assert first.end >= 200 * FRAME_SAMPLES


def test_it_is_not_cut_in_text_that_is_stable() -> None:
    frames = MAX_SAMPLES // FRAME_SAMPLES
    weak = frames - CUT_FRAMES // 2
    segmenter, _ = heard((0.9, weak), (0.6, 1))
    segmenter.cut_floor = (weak + 5) * FRAME_SAMPLES
    events = [event for _ in range(30) for event in segmenter.step(0.9)]
    [first] = closed(events)
    assert first.end >= (weak + 5) * FRAME_SAMPLES
