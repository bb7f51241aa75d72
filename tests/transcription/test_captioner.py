from collections.abc import Mapping

import pytest

from transcription.agreement import Piece, Unit, units_of
from transcription.captioner import Captioner, Retracted, agreed, other_order
from wire.captions import Translation
from wire.glossary import Term
from wire.links import Hypothesis, Track

TRACK = Track(track="r1-p1", lang="en", targets=("zh",))


def units(text: str) -> tuple[Unit, ...]:
    words = text.replace(".", " .").split()
    return units_of(
        [Piece(word if word == "." else " " + word, (number,)) for number, word in enumerate(words)], "en"
    )


def partial(
    captioner: Captioner, text: str, translations: Mapping[str, Translation] | None = None
) -> Hypothesis | None:
    captioner.policy.hear(units(text))
    return captioner.partial(translations, end_wall_ms=5_000, now_ms=5_080)


def final(captioner: Captioner, text: str, confidence: float = 0.9) -> Hypothesis | None:
    captioner.finish(units(text))
    return captioner.final({}, confidence=confidence, end_wall_ms=6_000, now_ms=6_450)


def test_revisions_grow_and_the_lag_is_measured() -> None:
    captioner = Captioner(7, TRACK, start_wall_ms=4_000)
    first, second = partial(captioner, "We agree"), partial(captioner, "We agree to")
    last = final(captioner, "We agree to these terms.")
    assert first
    assert second
    assert last
    assert [message.rev for message in (first, second, last)] == [1, 2, 3]
    assert {message.utterance for message in (first, second, last)} == {7}
    assert (second.text, second.stable, second.lag_ms) == ("We agree to", len("We agree"), 80)
    assert (last.state, last.stable, last.lag_ms) == ("final", len(last.text), 450)
    assert (last.start_wall_ms, last.end_wall_ms) == (4_000, 6_000)


def test_a_partial_that_says_nothing_new_is_not_sent() -> None:
    captioner = Captioner(1, TRACK, 0)
    assert captioner.partial(None, end_wall_ms=1, now_ms=1) is None
    assert partial(captioner, "We agree to")
    assert partial(captioner, "We agree to")
    assert partial(captioner, "We agree to") is None


def test_a_shown_partial_that_was_nothing_is_withdrawn() -> None:
    captioner = Captioner(1, TRACK, 0)
    partial(captioner, "We")
    withdrawn = final(captioner, "")
    assert withdrawn
    assert (withdrawn.text, withdrawn.state, withdrawn.confidence) == ("", "final", None)


def test_nothing_is_sent_of_what_was_never_shown() -> None:
    assert final(Captioner(1, TRACK, 0), "") is None


def test_stable_text_stays_in_an_empty_or_contradicting_final() -> None:
    for text in ("", "They disagree."):
        captioner = Captioner(1, TRACK, 0)
        for _ in range(2):
            partial(captioner, "We agree to")
        message = final(captioner, text)
        assert message
        assert message.text == "We agree"
        assert captioner.stable_violations == 0


def test_a_final_without_a_pass_keeps_what_is_shown() -> None:
    captioner = Captioner(1, TRACK, 0)
    partial(captioner, "We agree", {"zh": Translation(text="동의")})
    message = captioner.final(None, confidence=None, end_wall_ms=0, now_ms=0)
    assert message
    assert (message.text, message.stable) == ("We agree", 8)
    assert message.translations == {"zh": Translation(text="동의", stable=2)}


def test_a_doubtful_final_is_marked() -> None:
    assert (final(Captioner(1, TRACK, 0), "Yes.", 0.3) or TRACK).model_dump()["flags"] == ("low_confidence",)
    assert (final(Captioner(1, TRACK, 0), "Yes.", 0.9) or TRACK).model_dump()["flags"] == ()


def test_a_partial_is_translated_once_something_is_stable_and_only_when_it_changed() -> None:
    captioner = Captioner(1, TRACK, 0)
    partial(captioner, "We agree")
    assert captioner.item(final=False) is None
    captioner.policy.hear(units("We agree to"))
    item = captioner.item(final=False)
    assert item
    assert (item.text, item.stable, item.targets, item.final) == ("We agree to", 8, ("zh",), False)
    shown = captioner.partial({"zh": Translation(text="동의")}, end_wall_ms=0, now_ms=0)
    assert shown
    assert captioner.item(final=False) is None
    item = captioner.item(final=True)
    assert item
    assert item.previous == {"zh": "동의"}


def test_nobody_reads_another_language_so_nothing_is_translated() -> None:
    captioner = Captioner(1, Track(track="r1-p1", lang="en", targets=()), 0)
    captioner.finish(units("Yes."))
    assert captioner.item(final=True) is None


def test_translations_stay_until_there_are_new_ones() -> None:
    captioner = Captioner(1, TRACK, 0)
    line = Translation(text="동의합니다", stable=0)
    partial(captioner, "We agree", {"zh": line})
    message = partial(captioner, "We agree to")
    assert message
    assert message.translations == {"zh": line}


def test_an_early_final_translation_promises_nothing_while_partial() -> None:
    captioner = Captioner(1, TRACK, 0)
    message = partial(captioner, "We agree.", {"zh": Translation(text="동의합니다.", stable=6)})
    assert message
    assert message.translations["zh"].stable == 0


def test_a_line_that_breaks_its_own_promise_is_withheld() -> None:
    captioner = Captioner(1, TRACK, 0)
    kept = Translation(text="네. 동의", stable=2)
    partial(captioner, "Yes. We", {"zh": kept})
    message = partial(captioner, "Yes. We agree", {"zh": Translation(text="아니요. 동의", stable=3)})
    assert message
    assert message.translations["zh"] == kept
    assert captioner.stable_violations == 1


def test_what_viewers_saw_and_lost_is_counted_in_each_language() -> None:
    captioner = Captioner(1, TRACK, start_wall_ms=0)
    partial(captioner, "We agree", {"zh": Translation(text="동의합")})
    partial(captioner, "We agreed to", {"zh": Translation(text="동의했")})
    assert captioner.retracted == Retracted(text=0, translations=1)
    partial(captioner, "We are", {"zh": Translation(text="동의했습니다")})
    assert captioner.retracted == Retracted(text=len("greed to"), translations=1)
    final(captioner, "")  # "We" is stable and stays
    assert captioner.retracted == Retracted(len("greed to") + len(" are"), 1)


def test_a_final_is_marked_where_its_numbers_disagree_and_a_partial_is_not() -> None:
    captioner = Captioner(1, TRACK, 0)
    wrong = {"zh": Translation(text="是12个")}
    shown = partial(captioner, "It is 120 pieces", wrong)
    captioner.finish(units("It is 120 pieces."))
    last = captioner.final(wrong, confidence=0.5, end_wall_ms=6_000, now_ms=6_450)
    assert shown
    assert last
    assert (shown.flags, shown.translations["zh"].marks) == ((), ())
    assert last.flags == ("low_confidence", "number")
    line = last.translations["zh"]
    assert [line.text[start:end] for start, end in line.marks] == ["12个"]
    assert [last.text[start:end] for start, end in line.original_marks] == ["120 pieces"]


def test_a_final_whose_numbers_agree_has_neither_flag_nor_marks() -> None:
    captioner = Captioner(1, TRACK, 0)
    captioner.finish(units("It is 120 pieces."))
    last = captioner.final({"zh": Translation(text="是一百二十个")}, confidence=0.9, end_wall_ms=6, now_ms=7)
    assert last
    assert last.flags == ()
    assert last.translations == {"zh": Translation(text="是一百二十个", stable=6)}


def test_of_a_language_with_its_verb_last_viewers_see_what_two_translations_agree_on() -> None:
    captioner = Captioner(1, Track(track="r1-p1", lang="en", targets=("ko",)), start_wall_ms=0)
    shown = []
    for text, korean in (
        ("You can", "저희는 9박스를 공급합니다"),
        ("You can supply", "저희는 500병을 공급합니다"),
        ("You can supply it", "저희는 500병을 원합니다"),
        ("You can supply it now", "귀사는 할 수 있습니다"),
    ):
        message = partial(captioner, text, {"ko": Translation(text=korean)})
        assert message
        shown.append(message.translations.get("ko", Translation(text="")).text)
    assert shown == ["", "저희는", "저희는 500병을", ""]
    last = final(captioner, "You can supply it now.")
    assert last is not None


@pytest.mark.parametrize(
    ("before", "now", "at_least", "shown", "kept"),
    [
        ("", "가격은 얼마입니까?", 0, "", ""),
        ("가격은", "가격은 얼마", 0, "", "가격은"),
        ("가격은 얼마입니까?", "가격은 얼마입니까?", 0, "", "가격은 얼마입니까?"),
        ("가격이 얼마", "가격은 얼마", 0, "", ""),
        ("네. 가격", "네. 물건", 2, "", "네."),
        ("물건은", "가격은 얼마입니까?", 0, "가격은", "가격은"),
        ("価格はい", "価格はお", 0, "", "価格は"),
    ],
)
def test_agreed_words_are_whole_words(before: str, now: str, at_least: int, shown: str, kept: str) -> None:
    assert agreed(before, now, at_least=at_least, shown=shown) == kept


def test_viewers_see_no_guess_but_an_early_final_is_translated_whole() -> None:
    captioner = Captioner(1, TRACK, start_wall_ms=0)
    said = (Unit("It", (1,)), Unit(" is", (2,)), Unit(" 20", (3,), 0.3), Unit(" dollars", (4,)))
    for _ in range(2):
        captioner.policy.hear(said)
    open_item, early = captioner.item(final=False), captioner.item(final=True)
    assert open_item is not None
    assert early is not None
    assert (open_item.text, early.text) == ("It is", "It is 20 dollars")
    message = captioner.partial(None, end_wall_ms=1, now_ms=2)
    assert message is not None
    assert message.text == "It is"


@pytest.mark.parametrize(
    ("source", "target", "other"),
    [("ko", "zh-Hans", True), ("en", "ja", True), ("ko", "ja", False), ("zh-Hans", "en", False)],
)
def test_order_differs_where_one_language_has_its_verb_last(source: str, target: str, other: bool) -> None:
    assert other_order(source, target) is other


def test_a_translation_that_failed_takes_nothing_off_the_screen() -> None:
    captioner = Captioner(1, TRACK, start_wall_ms=0)
    partial(captioner, "Yes. We agree", {"zh": Translation(text="是的。我们", stable=3)})
    message = partial(captioner, "Yes. We agree to", {})
    assert message is not None
    assert message.translations["zh"].text == "是的。我们"
    last = final(captioner, "Yes. We agree to it.")
    assert last is not None
    assert last.translations["zh"] == Translation(text="是的。我们", stable=5)


def test_finals_say_where_numbers_and_terms_are_and_partials_where_that_is_wanted() -> None:
    track = TRACK.model_copy(update={"glossary": (Term(term="NanoShield", translations={"zh": "纳米盾"}),)})
    text = "We take twelve NanoShield."
    line = {"zh": Translation(text="我们要十二个纳米盾。", stable=4)}
    for wanted in (False, True):
        captioner = Captioner(1, track.model_copy(update={"details": wanted}), 0)
        shown = partial(captioner, "We take twelve")
        assert shown
        assert {lang: [shown.text[a:b] for a, b in spans] for lang, spans in shown.details.items()} == (
            {"en": ["twelve"]} if wanted else {}
        )
        captioner.finish(units(text))
        last = captioner.final(line, confidence=0.9, end_wall_ms=6_000, now_ms=6_450)
        assert last
        assert [last.text[a:b] for a, b in last.details["en"]] == ["twelve", "NanoShield"]
        assert [line["zh"].text[a:b] for a, b in last.details["zh"]] == ["十二个", "纳米盾"]
