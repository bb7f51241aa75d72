import numpy as np
import pytest
from bench import caption_scores as scores
from bench.caption_scores import Shown
from bench.dialogue import Said, Voicing

from wire.captions import Translation
from wire.links import Hypothesis

VOICE = Voicing(
    "s0-p0",
    "ko",
    "en",
    np.zeros(0, np.int16),
    (Said("네, 맞습니다.", 1.0, 2.0), Said("감사합니다.", 2.3, 3.0), Said("가격은요?", 6.0, 7.0)),
)


def shown(
    at: float,
    text: str,
    *,
    span: tuple[float, float] = (1.0, 3.0),
    utterance: int = 1,
    final: bool = False,
    stable: int = 0,
    en: tuple[str, int] | None = None,
) -> Shown:
    message = Hypothesis(
        track="s0-p0",
        utterance=utterance,
        rev=1,
        state="final" if final else "partial",
        lang="ko",
        text=text,
        stable=stable,
        translations={"en": Translation(text=en[0], stable=en[1])} if en else {},
        start_wall_ms=0,
        end_wall_ms=0,
        lag_ms=0,
    )
    return Shown(at, message, *span)


def violations(*steps: Shown) -> int:
    return scores.stable_violations([step.message for step in steps])


def test_runs_join_sentences_without_a_pause() -> None:
    assert VOICE.runs() == ((1.0, 3.0), (6.0, 7.0))


def test_first_words_count_from_onset_by_run() -> None:
    messages = [
        shown(1.5, "", span=(0.8, 1.4)),
        shown(1.75, "네", span=(0.8, 1.6)),
        shown(2.0, "네 맞", span=(0.8, 1.9)),
        shown(7.5, "가격은요?", span=(5.9, 7.0), utterance=2, final=True),
    ]
    assert scores.first_words_s(VOICE, messages) == pytest.approx([0.75, 1.5])
    assert scores.first_words_s(VOICE, messages[:3]) == pytest.approx([0.75])


def test_lag_is_of_the_final_that_covers_the_end_of_the_run() -> None:
    messages = [
        shown(2.5, "네, 맞습니다.", span=(0.8, 2.0), final=True),
        shown(3.6, "감사합니다.", span=(2.1, 3.0), utterance=2, final=True),
        shown(7.4, "가격", span=(5.9, 6.9), utterance=3),
        shown(7.9, "가격은요?", span=(5.9, 6.9), utterance=3, final=True),
    ]
    assert scores.final_lags_s(VOICE, messages) == pytest.approx([0.6, 0.9])


def test_character_errors_ignore_marks_and_how_finals_are_cut() -> None:
    messages = [
        shown(9, "맞습니다 감사합니다", span=(1.4, 3.0), utterance=2, final=True),
        shown(9, "네", span=(1.0, 1.3), final=True),
        shown(9, "가겨은요", span=(6.0, 7.0), utterance=3, final=True),
    ]
    assert scores.character_errors(VOICE, messages) == (1, 14)
    assert scores.character_errors(VOICE, []) == (14, 14)
    assert scores.character_errors(VOICE, messages, lambda one: one.message.text.replace("겨", "격")) == (
        0,
        14,
    )


@pytest.mark.parametrize(
    ("wanted", "found", "edits"), [("", "", 0), ("abc", "", 3), ("", "ab", 2), ("kitten", "sitting", 3)]
)
def test_edit_distance(wanted: str, found: str, edits: int) -> None:
    assert scores.edit_distance(wanted, found) == edits


def test_erasure_counts_changed_characters() -> None:
    steps = [shown(1, "가격은 삼"), shown(2, "가격은 사십"), shown(3, "가격은 사십 원", final=True)]
    assert scores.erased([step.message for step in steps]) == (1, 8)
    withdrawn = [shown(1, "가격"), shown(2, "", final=True)]
    assert scores.erased([step.message for step in withdrawn]) == (2, 0)


def test_erasure_of_one_growing_text_lets_words_move_to_the_next_caption() -> None:
    steps = [
        shown(1, "A B"),
        shown(2, "A", final=True),
        shown(2, "B C", utterance=2),
        shown(3, "B D", utterance=2, final=True),
    ]
    messages = [step.message for step in steps]
    assert scores.erased(messages) == (3, 4)
    # "A" while the rest is on its way, then "A B C", "A B D".
    assert scores.erased(messages, continuous=True) == (3, 5)
    assert scores.erased([messages[0], messages[3]], continuous=True) == (0, 7)


def test_translations_are_erased_by_target_and_utterance() -> None:
    steps = [
        shown(1, "가", en=("The", 0)),
        shown(2, "가격", en=("The price", 0)),
        shown(3, "가격은", en=("A price", 0)),
        shown(4, "가격은요?", final=True),
        shown(4, "네", utterance=2, en=("Yes", 0), final=True),
    ]
    # "The price" lost 9, "A price" was withdrawn (7); what stays is "Yes".
    assert scores.translation_erased([step.message for step in steps]) == (16, 3)


def test_a_sentence_is_lost_when_finals_leave_most_of_it_out() -> None:
    finals = [
        shown(9, "네", span=(0.8, 1.4), final=True),
        shown(9, "맞습니다", span=(1.4, 2.0), utterance=2, final=True),
        shown(9, "감사합니다", span=(2.7, 3.0), utterance=3, final=True),
        shown(9, "", span=(6.0, 7.0), utterance=4, final=True),
        shown(9, "가격은요", span=(6.0, 7.0), utterance=5),
    ]
    assert scores.lost_finals(VOICE, finals) == 2
    assert scores.lost_finals(VOICE, [*finals, shown(9, "감", span=(2.2, 2.8), final=True)]) == 1
    assert scores.lost_finals(VOICE, []) == 3


def test_overlapping_finals_cover_a_second_once() -> None:
    finals = [shown(9, "가", span=(1.0, 1.3), final=True), shown(9, "가", span=(1.1, 1.3), final=True)]
    assert scores.lost_finals(VOICE, finals) == 3


def test_partials_are_counted_by_utterance() -> None:
    steps = [
        shown(1, "가"),
        shown(2, "가격"),
        shown(3, "가격", final=True),
        shown(4, "네", utterance=2, final=True),
    ]
    assert scores.partials_per_utterance([step.message for step in steps]) == 1.0
    assert scores.partials_per_utterance([]) is None


def test_kept_promises_are_no_violation() -> None:
    assert not violations(
        shown(1, "가격은 삼", stable=3, en=("The price", 0)),
        shown(2, "가격은 사", stable=4, en=("Price is", 5)),
        shown(3, "가격은 사십", stable=6, final=True, en=("Price: 40", 9)),
    )


@pytest.mark.parametrize(
    "steps",
    [
        (shown(1, "가격은 삼", stable=5), shown(2, "가격은 사", stable=5)),
        # The promise of an earlier message counts even when a later one promised less.
        (shown(1, "가격은", stable=3), shown(2, "가격은", stable=0), shown(3, "가격", final=True)),
        (shown(1, "가", en=("The price", 3)), shown(2, "가", en=("A price", 0))),
        (shown(1, "가", en=("The price", 3)), shown(2, "가", final=True)),
        (shown(1, "가", final=True), shown(2, "가")),
    ],
)
def test_broken_promise_is_a_violation(steps: tuple[Shown, ...]) -> None:
    assert violations(*steps) == 1


def test_quantiles() -> None:
    assert scores.quantiles_ms([]) == {"p50": None, "p95": None}
    assert scores.quantiles_ms([0.1, 0.2, 0.3]) == {"p50": 200, "p95": 290}
