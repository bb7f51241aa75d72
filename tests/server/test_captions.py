from datetime import UTC, datetime
from typing import Any

from server.captions import KEPT_CAPTIONS, CaptionBook, Utterance, flags_of
from wire.captions import Caption, Translation
from wire.links import Hypothesis, Models, Route

OPENED = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OPENED_MS = round(OPENED.timestamp() * 1000)
FIRST = Utterance("t1", "r7k2-p1", 1)


def said(text: str, *, rev: int = 1, final: bool = False, **more: Any) -> Hypothesis:
    values: dict[str, Any] = {
        "track": "r7k2-p1",
        "utterance": 1,
        "rev": rev,
        "state": "final" if final else "partial",
        "lang": "ko",
        "text": text,
        "stable": 0,
        "translations": {},
        "start_wall_ms": OPENED_MS + 5_000,
        "end_wall_ms": OPENED_MS + 7_000,
        "lag_ms": 300,
    }
    return Hypothesis(**(values | more))


def book(*captions: Caption) -> CaptionBook:
    made = CaptionBook("r7k2", OPENED, captions)
    made.give_id(FIRST, "p1", 41)
    return made


def revise(captions: CaptionBook, hypothesis: Hypothesis, utterance: Utterance = FIRST) -> Caption:
    caption = captions.revise(utterance, "p1", hypothesis, ())
    assert caption is not None
    if caption.state == "final":
        captions.keep_final(utterance, caption)
    else:
        captions.keep_partial(utterance, caption)
    return caption


def test_times_count_from_the_opening_and_are_never_negative() -> None:
    caption = revise(book(), said("네"))
    assert (caption.start_ms, caption.end_ms) == (5_000, 7_000)
    early = said("네", rev=2, start_wall_ms=OPENED_MS - 900, end_wall_ms=OPENED_MS - 200)
    caption = revise(book(), early)
    assert (caption.start_ms, caption.end_ms) == (0, 0)


def test_the_id_stays_and_the_revision_grows_to_the_final() -> None:
    captions = book()
    revisions = [revise(captions, said("두", rev=3)), revise(captions, said("두 가지", rev=7))]
    revisions.append(revise(captions, said("두 가지 약품", rev=7, final=True)))
    assert {caption.id for caption in revisions} == {"r7k2-p1-41"}
    assert [caption.rev for caption in revisions] == [3, 7, 8]
    assert captions.get("r7k2-p1-41") == revisions[-1]


def test_an_older_partial_is_left_out() -> None:
    captions = book()
    revise(captions, said("두 가지", rev=4))
    assert captions.revise(FIRST, "p1", said("두", rev=4), ()) is None
    assert captions.revise(FIRST, "p1", said("두", rev=3), ()) is None


def test_after_the_final_nothing_of_the_utterance_is_taken() -> None:
    captions = book()
    revise(captions, said("네", final=True))
    assert captions.is_finished(FIRST)
    assert captions.revise(FIRST, "p1", said("네 네", rev=9, final=True), ()) is None


def test_stable_never_counts_more_than_there_is() -> None:
    assert revise(book(), said("네", stable=50)).stable == 1


def test_a_gone_workers_partials_are_given_up_and_others_stay() -> None:
    captions = book()
    other = Utterance("t2", "r7k2-p1", 1)
    captions.give_id(other, "p1", 42)
    lost = revise(captions, said("두"))
    revise(captions, said("세"), other)
    assert captions.abandon("t1") == [lost]
    assert captions.abandon("t1") == []
    assert captions.is_partial("r7k2-p1-42")
    assert not captions.is_partial(lost.id)


def test_a_final_that_comes_after_its_partial_was_given_up_is_not_lost() -> None:
    captions = book()
    revise(captions, said("두"))
    captions.abandon("t1")
    assert captions.needs_id(FIRST)
    captions.give_id(FIRST, "p1", 42)
    late = revise(captions, said("두 가지", rev=2, final=True))
    assert captions.get("r7k2-p1-42") == late


def test_who_joins_gets_the_newest_finals_in_the_order_they_were_spoken() -> None:
    def spoken(number: int) -> Caption:
        hypothesis = said("네", final=True, start_wall_ms=OPENED_MS + number, end_wall_ms=OPENED_MS + number)
        caption = book().revise(FIRST, "p1", hypothesis, ())
        assert caption is not None
        return caption.model_copy(update={"id": f"r7k2-p1-{number}"})

    captions = book(*(spoken(number) for number in reversed(range(300))))
    shown = captions.latest()
    assert [caption.start_ms for caption in shown] == list(range(100, 300))


def test_a_book_keeps_the_last_finals_only() -> None:
    captions = book()
    for number in range(KEPT_CAPTIONS + 1):
        utterance = Utterance("t1", "r7k2-p1", number)
        captions.give_id(utterance, "p1", number)
        revise(captions, said("네", final=True), utterance)
    gone, oldest = captions.get("r7k2-p1-0"), captions.get("r7k2-p1-1")
    assert gone is None
    assert oldest is not None
    captions.replace(oldest.model_copy(update={"id": "r7k2-p1-0"}))
    assert captions.get("r7k2-p1-0") is None


def test_the_lag_is_the_median_of_the_last_finals() -> None:
    captions = book()
    assert captions.lag_ms() is None
    for number, lag_ms in enumerate([9_000] * 5 + [100, 300, 200] * 10):
        utterance = Utterance("t1", "r7k2-p1", number)
        captions.give_id(utterance, "p1", number)
        revise(captions, said("네", final=True, lag_ms=lag_ms), utterance)
    assert captions.lag_ms() == 200


ROUTES = (Route(source="ko", target="zh", via=("en",), engine="argos"),)
MODELS = Models(recogniser="x", languages=("ko",), routes=ROUTES, demo=False)


def test_a_language_that_nobody_can_translate_into_is_flagged() -> None:
    assert flags_of(said("네"), ["zh-Hans", "vi"], MODELS) == ("no_route:vi",)
    assert flags_of(said("네"), ["zh-Hans"], None) == ("no_route:zh-Hans",)


def test_a_translation_that_came_needs_no_route_and_neither_does_the_same_language() -> None:
    there = said("네", translations={"vi": Translation(text="vâng")})
    assert flags_of(there, ["vi", "ko-KR"], None) == ()


def test_low_confidence_is_flagged_on_finals_only() -> None:
    assert flags_of(said("네", final=True, confidence=0.59), [], None) == ("low_confidence",)
    assert flags_of(said("네", final=True, confidence=0.6), [], None) == ()
    assert flags_of(said("네", final=True, confidence=None), [], None) == ()
    assert flags_of(said("네", confidence=0.1), [], None) == ()


def test_a_flag_is_named_once() -> None:
    worker = said("네", final=True, confidence=0.1, flags=("low_confidence", "number"))
    assert flags_of(worker, [], None) == ("low_confidence", "number")
