from bench.engines.local_agreement import VoiceController, Word, WordAgreement

FRAME_MS = 32


def words(text: str, start: float = 0.0) -> list[Word]:
    """Half a second each."""
    return [
        Word(f" {word}", start + index / 2, start + index / 2 + 0.5)
        for index, word in enumerate(text.split())
    ]


def said(agreement: WordAgreement) -> str:
    return "".join(word.text for word in agreement.committed).strip()


def test_what_two_hypotheses_share_is_committed() -> None:
    agreement = WordAgreement()
    assert agreement.hear(words("we agree to")) == []
    assert agreement.hear(words("we agree two these")) == words("we agree")
    assert [word.text for word in agreement.open] == [" two", " these"]
    agreement.hear(words("we agree to these"))
    assert said(agreement) == "we agree"
    agreement.hear(words("we agree to these terms"))
    assert said(agreement) == "we agree to these"
    assert [word.text for word in agreement.open] == [" terms"]


def test_committed_words_that_come_again_a_little_later_are_no_new_ones() -> None:
    agreement = WordAgreement()
    agreement.hear(words("we agree to"))
    agreement.hear(words("we agree to"))
    shifted = [Word(word.text, word.start + 0.45, word.end + 0.45) for word in words("agree to these", 0.5)]
    agreement.hear(shifted)
    agreement.hear(shifted)
    assert said(agreement) == "we agree to these"


def test_the_prompt_is_what_was_said_before_the_buffer() -> None:
    agreement = WordAgreement()
    for _ in range(2):
        agreement.hear(words("we agree to these terms"))
    assert agreement.prompt() == ""
    agreement.forget(1.5)
    assert agreement.prompt() == "we agree to"
    long = WordAgreement()
    for _ in range(2):
        long.hear(words("word " * 100))
    long.forget(50)
    assert 190 <= len(long.prompt()) <= 200


def test_speech_ends_after_half_a_second_of_silence() -> None:
    controller = VoiceController()
    ends = [controller.step(p) for p in [0.1] * 10 + [0.9] * 20]
    assert set(ends) == {None}
    assert controller.start == 10 * 512 - 1_600
    ends = [controller.step(p) for p in [0.1] * 10 + [0.9] + [0.1] * 30]
    [end] = [end for end in ends if end is not None]
    # 41 frames of speech with a gap in it; the padding is kept.
    assert end == (10 + 20 + 10 + 1 + 1) * 512 + 1_600
    assert controller.start is None


def test_a_doubtful_frame_neither_begins_nor_ends_speech() -> None:
    controller = VoiceController()
    controller.step(0.4)
    assert controller.start is None
    controller.step(0.9)
    assert all(controller.step(0.4) is None for _ in range(40))
    assert controller.start is not None
