"""What all engines share, with a model that says what it is told to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace

from transcription.decoder import MAX_SENTENCE_TOKENS, Decoder, Tokens


@dataclass
class Told:
    """Goes on from each prefix with `says`, and is as sure of a shown token as `sureness` has it."""

    says: Sequence[str] = ("x",)
    again: Sequence[str] = ("x",)
    """What it says when it is told not to repeat itself."""
    sureness: dict[str, float] = field(default_factory=dict)
    calls: list[dict[str, object]] = field(default_factory=list)

    def translate_batch(
        self, sources: list[list[str]], *, target_prefix: list[list[str]], **options: object
    ) -> list[SimpleNamespace]:
        self.calls.append({"sources": sources, "target_prefix": target_prefix, **options})
        said = self.again if "no_repeat_ngram_size" in options else self.says
        return [SimpleNamespace(hypotheses=[[*prefix, *said]]) for prefix in target_prefix]

    def score_batch(
        self, sources: list[list[str]], targets: list[list[str]], **_: object
    ) -> list[SimpleNamespace]:
        assert len(sources) == len(targets)
        return [
            SimpleNamespace(log_probs=[self.sureness.get(token, 0.0) for token in [*target, "</s>"]])
            for target in targets
        ]


def decoder(model: Told, beam: int = 1) -> Decoder:
    return Decoder(model, " ".join, beam=beam)


def test_each_sentence_has_its_own_start_which_is_no_text() -> None:
    model = Told(says=("la", "la land"))
    sentences = [Tokens(["a"], ["__vi__"], []), Tokens(["b"], ["__ko__"], []), Tokens(["c"], [], [])]
    assert decoder(model, beam=2).settled(sentences) == ["la la land"] * 3
    [call] = model.calls
    assert call["sources"] == [["a"], ["b"], ["c"]]
    assert call["target_prefix"] == [["__vi__"], ["__ko__"], []]
    assert call["beam_size"] == 2


def test_shown_tokens_stay_up_to_the_first_that_the_model_doubts() -> None:
    model = Told(sureness={"__vi__": -9.0, "three": -5.0})
    sentences = [
        Tokens(["a"], ["__vi__"], ["one", "two", "three", "four"]),
        Tokens(["b"], ["__vi__"], []),
        Tokens(["c"], [], ["three", "one"]),
    ]
    assert decoder(model).open(sentences) == ["one two x", "x", "x"]
    assert model.calls[0]["target_prefix"] == [["__vi__", "one", "two"], ["__vi__"], []]


def test_a_loop_is_decoded_again_without_repeats() -> None:
    model = Told(says=["four"] * 8, again=("four", "of", "them"))
    assert decoder(model).settled([Tokens(["a"], ["__en__"], [])]) == ["four of them"]
    assert model.calls[1]["no_repeat_ngram_size"] == 3
    assert model.calls[1]["beam_size"] == 2


def test_what_loops_even_then_is_written_once() -> None:
    model = Told(says=["four"] * 8, again=["four"] * 8)
    assert decoder(model).settled([Tokens(["a"], [], [])]) == ["four"]


def test_length_is_bounded_by_the_source() -> None:
    words = [chr(0x4E00 + number) for number in range(300)]
    model = Told(says=words, again=words)
    text = decoder(model).settled([Tokens(["a", "b"], ["__zh__"], [])])[0]
    assert text == " ".join(words[: 4 * 2 + 24 - 1])
    decoder(model).settled([Tokens(["a"] * 900, [], [])])
    assert model.calls[-1]["max_decoding_length"] == MAX_SENTENCE_TOKENS


def test_nothing_asked_nothing_said() -> None:
    assert decoder(Told()).settled([]) == decoder(Told()).open([]) == []
