"""What becomes of speech in virtual time: with the shipped models, with scripts where they are too good."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from tests.transcription.rehearsal import START_US, Echo, Scripted, WordReader, rehearsal, seconds
from tests.transcription.voices import FRAME_US, frames, joined, likeness, noise, say, silence
from transcription.recogniser import Recognition, Request
from transcription.translator import TranslationItem
from transcription.utterance import MAX_SAMPLES, PRE_ROLL_SAMPLES
from transcription.work import TAIL_SAMPLES
from transcription.worker import Loaded
from wire.audio import SAMPLE_RATE_HZ, AudioFrame
from wire.captions import Translation
from wire.glossary import Term
from wire.links import Compare, Compared, Hypothesis, Track, Translate, Translated

pytestmark = pytest.mark.models

KOREAN = Track(track="r1-p1", lang="ko", targets=("en",))
ENGLISH = Track(track="r1-p2", lang="en", targets=("ko",))
ROOM = noise(0.8, 0.0005)
KO_TEXT = "이 조건에 동의합니다."
EN_TEXT = "We agree to these terms."


def assert_stable_text_stays(messages: list[Hypothesis]) -> None:
    for before, after in pairwise(messages):
        if before.utterance == after.utterance:
            assert after.rev == before.rev + 1
            assert after.stable >= before.stable
            assert after.text.startswith(before.text[: before.stable])


async def test_a_sentence_becomes_partials_and_a_final(loaded: Loaded) -> None:
    speech = say(KO_TEXT, "ko")
    async with rehearsal(loaded.recogniser, loaded.translator, KOREAN) as stage:
        await stage.play({"r1-p1": joined(ROOM, speech, ROOM)})
        stats = stage.pipeline.stats()
    messages = stage.hypotheses()
    [final] = stage.finals()
    assert messages[-1] is final
    assert likeness(final.text, KO_TEXT) >= 0.9, final.text
    partials = messages[:-1]
    assert len(partials) >= 2
    assert len({message.stable for message in partials}) >= 2
    assert_stable_text_stays(messages)
    assert final.translations["en"].text
    assert final.translations["en"].stable == len(final.translations["en"].text)
    whole = TranslationItem(final.text, "ko", ("en",), {}, final=True)
    assert final.translations["en"].text == loaded.translator.translate([whole])[0]["en"].text
    assert (final.confidence or 0) > 0.6
    assert stats.batch_mean == 1
    assert stats.real_time_factor == 0  # passes take no virtual time
    assert stats.erasure is not None
    assert 0 <= stats.erasure < 1
    # The lag is the hangover of a sentence: passes take no virtual time.
    began_ms = START_US // 1000 + seconds(ROOM) * 1000
    assert abs(final.start_wall_ms - began_ms) < 200
    assert abs(final.end_wall_ms - (began_ms + seconds(speech) * 1000)) < 150
    assert 280 <= final.lag_ms <= 480
    assert stats.counters["stable_violations"] == 0
    assert stats.counters["speculative_finals"] == 1
    assert stats.lag_ms_p50 == final.lag_ms


async def test_korean_is_captioned_in_vietnamese_and_vietnamese_is_not_heard(loaded: Loaded) -> None:
    """The room of Suwon's makers and Hanoi's buyers, with the demo models."""
    seller = Track(track="r1-p1", lang="ko", targets=("vi", "zh-Hans"))
    buyer = Track(track="r1-p2", lang="vi", targets=("ko",))
    async with rehearsal(loaded.recogniser, loaded.translator, seller, buyer) as stage:
        pcm = joined(ROOM, say(KO_TEXT, "ko"), ROOM)
        await stage.play({"r1-p1": pcm, "r1-p2": pcm})
        counters = stage.pipeline.stats().counters
    [final] = stage.finals("r1-p1")
    assert final.translations["vi"].text == "Chúng tôi đồng ý với các điều kiện này."
    assert final.translations["zh-Hans"].text == "我们同意这些条件。"
    assert any(message.translations for message in stage.hypotheses("r1-p1")[:-1])
    assert stage.hypotheses("r1-p2") == []
    assert counters["utterances_in_unknown_languages"] == 1
    assert counters["stable_violations"] == 0


async def test_two_sentences_become_two_captions(loaded: Loaded) -> None:
    """A short pause is enough behind a whole sentence."""
    async with rehearsal(loaded.recogniser, loaded.translator, ENGLISH) as stage:
        question = say("Do you have any questions?", "en")
        pcm = joined(ROOM, say(EN_TEXT, "en"), silence(0.4), question, ROOM)
        await stage.play({"r1-p2": pcm})
    texts = [final.text for final in stage.finals("r1-p2")]
    assert [likeness(text, EN_TEXT) >= 0.9 for text in texts] == [True, False]
    assert likeness(texts[1], "Do you have any questions?") >= 0.9
    assert_stable_text_stays(stage.hypotheses("r1-p2"))


async def test_two_people_at_once_are_kept_apart(loaded: Loaded) -> None:
    async with rehearsal(loaded.recogniser, loaded.translator, KOREAN, ENGLISH) as stage:
        await stage.play(
            {
                "r1-p1": joined(ROOM, say(KO_TEXT, "ko"), ROOM),
                "r1-p2": joined(ROOM, say(EN_TEXT, "en"), ROOM, ROOM),
            }
        )
    [korean], [english] = stage.finals("r1-p1"), stage.finals("r1-p2")
    assert likeness(korean.text, KO_TEXT) >= 0.9
    assert likeness(english.text, EN_TEXT) >= 0.9
    assert (korean.lang, english.lang) == ("ko", "en")
    assert korean.utterance != english.utterance


@pytest.mark.parametrize("level", [0.0, 0.0005, 0.01, 0.1])
async def test_nothing_is_written_in_a_minute_of_silence_or_noise(loaded: Loaded, level: float) -> None:
    passes = loaded.recogniser.passes
    async with rehearsal(loaded.recogniser, Echo(), KOREAN) as stage:
        await stage.play({"r1-p1": noise(60.0, level)})
        stats = stage.pipeline.stats()
    assert [message.text for message in stage.hypotheses() if message.text] == []
    if level == 0:
        assert stats.counters["vad_frames"] == 0
        assert stats.counters["passes"] == passes


async def test_audio_that_stops_or_a_speaker_who_leaves_ends_the_utterance(loaded: Loaded) -> None:
    async with rehearsal(loaded.recogniser, Echo(), ENGLISH) as stage:
        await stage.play({"r1-p2": joined(ROOM, say(EN_TEXT, "en"), silence(0.15))})
        assert stage.finals("r1-p2") == []
        stage.pipeline.untrack("r1-p2")
        await stage.pipeline.drained()
        [final] = stage.finals("r1-p2")
        assert likeness(final.text, EN_TEXT) >= 0.9
        assert stage.pipeline.stats().tracks == 0


async def test_a_translation_on_demand_is_answered(loaded: Loaded) -> None:
    async with rehearsal(loaded.recogniser, loaded.translator) as stage:
        stage.pipeline.translate(Translate(request=5, text=EN_TEXT, source="en", targets=("ko", "xx")))
        await stage.pipeline.drained()
    [answer] = stage.sent
    assert isinstance(answer, Translated)
    assert answer.request == 5
    assert set(answer.translations) == {"ko"}
    assert answer.translations["ko"].text


async def test_lines_are_compared_on_demand() -> None:
    lines = {"en": Translation(text="12 pieces"), "zh-Hans": Translation(text="十二万个", stable=4)}
    async with rehearsal(Scripted(), Echo(), ENGLISH) as stage:
        stage.pipeline.compare(Compare(request=6, text="12만 개", source="ko", lines=lines))
        [answer] = stage.sent
    assert isinstance(answer, Compared)
    assert answer.request == 6
    assert answer.lines["en"] == Translation(text="12 pieces", marks=((0, 9),), original_marks=((0, 5),))
    assert answer.lines["zh-Hans"] == lines["zh-Hans"]


async def test_a_partial_that_turns_out_to_be_nothing_is_withdrawn() -> None:
    script = Scripted("uh", "")
    async with rehearsal(script, Echo(), ENGLISH) as stage:
        await stage.play({"r1-p2": joined(ROOM, say(EN_TEXT, "en"), ROOM)})
    texts = [(message.state, message.text) for message in stage.hypotheses("r1-p2")]
    assert texts == [("partial", "uh"), ("final", "")]


async def test_a_final_that_is_not_trusted_is_recognised_again() -> None:
    script = Scripted("four four four", trusted=False)
    async with rehearsal(script, Echo(), ENGLISH) as stage:
        await stage.play({"r1-p2": joined(ROOM, say(EN_TEXT, "en"), ROOM)})
    assert [(message.state, message.text) for message in stage.hypotheses("r1-p2")] == [("final", "again")]
    assert script.fallbacks == 1


async def test_a_failing_model_leaves_what_is_on_the_screen_and_goes_on() -> None:
    script = Scripted("We agree", "FAIL")
    async with rehearsal(script, Echo(), ENGLISH) as stage:
        await stage.play({"r1-p2": joined(ROOM, say(EN_TEXT, "en"), ROOM)})
        script.script = ["Please wait"]
        await stage.play({"r1-p2": joined(ROOM, say("Please wait a moment.", "en"), ROOM)})
        counters = stage.pipeline.stats().counters
    first, second = stage.finals("r1-p2")
    assert (first.text, second.text) == ("We agree", "Please wait")
    assert second.translations["ko"].text == "ko: Please wait"
    assert counters["failed_passes"] >= 1


async def test_stable_text_is_forced_and_an_unwilling_decoder_refused() -> None:
    script = Scripted("we agree to", "we agree to these", "they agree to these terms", "they all say no")
    async with rehearsal(script, Echo(), ENGLISH) as stage:
        await stage.play({"r1-p2": joined(ROOM, say(EN_TEXT + " Do you have any questions?", "en"), ROOM)})
    messages = stage.hypotheses("r1-p2")
    assert_stable_text_stays(messages)
    assert messages[-1].text == "we agree to"
    assert script.requests[0].prefix == ()
    assert script.requests[2].prefix == (0, 1, 2)


async def test_speech_without_a_pause_is_cut_at_the_maximum_and_nothing_is_lost() -> None:
    script = Scripted("word")
    speech = joined(*(say(EN_TEXT, "en") for _ in range(25)))
    async with rehearsal(script, Echo(), ENGLISH) as stage:
        await stage.play({"r1-p2": joined(ROOM, speech, ROOM)})
    longest = max(len(request.audio) for request in script.requests)
    assert longest <= MAX_SAMPLES + TAIL_SAMPLES + 2 * PRE_ROLL_SAMPLES
    spans = [(final.start_wall_ms, final.end_wall_ms) for final in stage.finals("r1-p2")]
    assert len(spans) >= seconds(speech) // 12
    covered = sum(end - start for start, end in spans)
    assert covered >= 0.9 * seconds(speech) * 1000


async def test_at_a_cut_no_word_is_lost_or_said_twice() -> None:
    """Somebody who never takes a breath, for several times as long as an utterance may last."""
    speech = joined(ROOM, *(say(EN_TEXT, "en") for _ in range(25)), ROOM)
    speech += noise(seconds(speech), 0.0005, seed=2)[: len(speech)]  # no two parts are the same
    reader = WordReader(speech, first=len(ROOM), last=len(speech) - len(ROOM))
    async with rehearsal(reader, Echo(), ENGLISH) as stage:
        await stage.play({"r1-p2": speech})
    assert_stable_text_stays(stage.hypotheses("r1-p2"))
    finals = stage.finals("r1-p2")
    assert len(finals) > 2
    assert " ".join(final.text for final in finals).split() == reader.words


@pytest.mark.parametrize(("speaks", "flags"), [("ko", ("language:en",)), ("en", ())])
async def test_who_speaks_another_language_of_the_room_is_flagged(
    loaded: Loaded, speaks: str, flags: tuple[str, ...]
) -> None:
    other = "ko" if speaks == "en" else "en"
    track = Track(track="r1-p1", lang=speaks, targets=(), others=(other, "zh-Hans"))
    async with rehearsal(loaded.recogniser, Echo(), track) as stage:
        await stage.play({"r1-p1": joined(ROOM, say("The samples are free of charge.", "en"), ROOM)})
        counters = stage.pipeline.stats().counters
    [final] = stage.finals()
    assert tuple(flag for flag in final.flags if flag != "low_confidence") == flags
    assert final.lang == speaks
    assert counters.get("other_languages", 0) == len(flags)


async def test_with_several_workers_an_utterance_has_one_pass_at_a_time() -> None:
    class Busy(Scripted):
        """Utterances are told apart by their spectrum."""

        def __init__(self) -> None:
            super().__init__("word word word")
            self.running: set[int] = set()
            self.doubled = 0

        def recognise(self, requests: Sequence[Request]) -> list[Recognition]:
            utterances = {id(request.spectrum) for request in requests}
            self.doubled += len(utterances & self.running)
            self.running |= utterances
            results = super().recognise(requests)
            self.running -= utterances
            return results

    script = Busy()
    speech = joined(ROOM, say(EN_TEXT, "en"), ROOM)
    tracks = [Track(track=f"r{number}-p1", lang="en", targets=("ko",)) for number in range(6)]
    async with rehearsal(script, Echo(), *tracks, workers=3) as stage:
        await stage.play({track.track: speech for track in tracks})
    assert script.doubled == 0
    assert all(len(stage.finals(track.track)) == 1 for track in tracks)


async def test_languages_and_tracks_that_are_not_known_are_counted(loaded: Loaded) -> None:
    swahili = Track(track="r1-p1", lang="sw", targets=("en",))
    async with rehearsal(loaded.recogniser, Echo(), swahili) as stage:
        await stage.play({"r1-p1": joined(ROOM, say(EN_TEXT, "en"), ROOM), "r9-p9": ROOM})
        counters = stage.pipeline.stats().counters
    assert stage.sent == []
    assert counters["utterances_in_unknown_languages"] == 1
    assert counters["frames_of_unknown_tracks"] == len(list(frames("x", ROOM, 0)))


async def test_a_change_of_language_waits_for_the_next_utterance() -> None:
    speech = say(EN_TEXT, "en")
    async with rehearsal(Scripted("word word"), Echo(), ENGLISH) as stage:
        await stage.play({"r1-p2": joined(ROOM, speech[:SAMPLE_RATE_HZ])})
        stage.pipeline.track(Track(track="r1-p2", lang="ko", targets=("zh-Hans",)))
        await stage.play({"r1-p2": joined(speech[SAMPLE_RATE_HZ:], ROOM, speech, ROOM)})
    first, second = stage.finals("r1-p2")
    assert (first.lang, set(first.translations)) == ("en", {"ko"})
    assert (second.lang, set(second.translations)) == ("ko", {"zh-Hans"})


async def test_a_backlog_after_a_lost_connection_is_captioned_with_its_true_lag() -> None:
    """Ten seconds of audio at once, as a media worker sends them when the connection is back."""
    pcm = joined(ROOM, say(EN_TEXT, "en"), ROOM)
    async with rehearsal(Scripted("We agree"), Echo(), ENGLISH) as stage:
        late = list(frames("r1-p2", pcm, stage.clock.now_us))
        stage.clock.now_us += 10_000_000
        for frame in late:
            stage.pipeline.feed(frame)
        await stage.pipeline.drained()
    [final] = stage.finals("r1-p2")
    assert final.lag_ms == stage.clock.wall_ms() - final.end_wall_ms
    assert final.lag_ms > 6_000


async def test_frames_of_odd_sizes_and_digital_silence_are_fine() -> None:
    async with rehearsal(Scripted("word"), Echo(), ENGLISH) as stage:
        for index, size in enumerate((1, 3, 511, 513, 640, 16_000)):
            stage.pipeline.feed(AudioFrame("r1-p2", START_US + index * FRAME_US, silence(1)[:size].tobytes()))
        await stage.pipeline.drained()
    assert stage.sent == []


async def test_translations_fail_alone() -> None:
    class Failing:
        def translate(self, items: object) -> list[dict[str, Translation]]:
            raise RuntimeError("no such model")

    async with rehearsal(Scripted("We agree"), Failing(), ENGLISH) as stage:
        await stage.play({"r1-p2": joined(ROOM, say(EN_TEXT, "en"), ROOM)})
        assert stage.pipeline.stats().counters["failed_translations"] >= 1
    [final] = stage.finals("r1-p2")
    assert (final.text, final.translations) == ("We agree", {})


async def test_a_glossary_holds_from_the_next_utterance_on(loaded: Loaded) -> None:
    """Words that no demo model has ever seen, and a term that is added while the first sentence is spoken."""
    text = "What is the price of NanoShield ?"
    pcm = joined(ROOM, say(EN_TEXT, "en"), ROOM)
    shield = Term(term="나노실드", translations={"en": "NanoShield"})
    async with rehearsal(Scripted(text), loaded.translator, ENGLISH) as stage:
        half = len(pcm) // 2
        await stage.play({"r1-p2": pcm[:half]})
        stage.pipeline.track(ENGLISH.model_copy(update={"glossary": (shield,)}))
        await stage.play({"r1-p2": pcm[half:]})
        await stage.play({"r1-p2": pcm})
        stage.pipeline.translate(
            Translate(request=5, text=text, source="en", targets=("ko",), glossary=(shield,))
        )
        await stage.pipeline.drained()
        assert stage.pipeline.stats().counters["stable_violations"] == 0
    first, second = stage.finals("r1-p2")
    assert "나노실드" not in first.translations["ko"].text
    assert second.translations["ko"].text == "나노실드의 가격은 얼마입니까?"
    [answer] = [message for message in stage.sent if isinstance(message, Translated)]
    assert answer.translations["ko"].text == second.translations["ko"].text
