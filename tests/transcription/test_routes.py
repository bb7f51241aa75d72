from dataclasses import dataclass

import pytest

from transcription.routes import best_pairs, best_routes, closest


@dataclass(frozen=True)
class Offered:
    engine: str
    source: str
    target: str


def test_a_pairs_own_model_comes_before_one_for_many() -> None:
    own, shared = Offered("argos", "ko", "en"), Offered("m2m", "ko", "en")
    other = Offered("m2m", "ko", "vi")
    for offers in ([own, shared, other], [shared, other, own]):
        assert best_pairs(offers) == {("ko", "en"): own, ("ko", "vi"): other}


def test_a_direct_pair_of_any_engine_comes_before_two_through_english() -> None:
    offers = [Offered("argos", "ko", "en"), Offered("argos", "en", "zh"), Offered("m2m", "ko", "zh")]
    assert best_routes(best_pairs(offers))["ko", "zh"] == (("ko", "zh"),)


def test_engines_may_share_a_route() -> None:
    offers = [Offered("argos", "zh", "en"), Offered("m2m", "en", "vi")]
    assert best_routes(best_pairs(offers))["zh", "vi"] == (("zh", "en"), ("en", "vi"))


def test_direct_pair_wins_over_pivot() -> None:
    routes = best_routes([("ko", "en"), ("en", "zh"), ("ko", "zh")])
    assert routes["ko", "zh"] == (("ko", "zh"),)


def test_pivot_through_english_where_no_direct_pair() -> None:
    routes = best_routes([("ko", "en"), ("en", "ko"), ("zh", "en"), ("en", "zh")])
    assert routes["ko", "zh"] == (("ko", "en"), ("en", "zh"))
    assert routes["zh", "ko"] == (("zh", "en"), ("en", "ko"))
    assert len(routes) == 6


def test_no_pivot_through_another_language() -> None:
    assert ("ko", "vi") not in best_routes([("ko", "ja"), ("ja", "vi")])


def test_no_route_between_scripts_of_one_language() -> None:
    routes = best_routes([("zh", "en"), ("en", "zh-Hant"), ("zh", "zh-Hant")])
    assert set(routes) == {("zh", "en"), ("en", "zh-Hant")}


@pytest.mark.parametrize(
    ("tag", "known", "found"),
    [
        ("zh-Hans", {"zh", "zh-Hant"}, "zh"),
        ("zh-TW", {"zh", "zh-Hant"}, "zh-Hant"),
        ("zh-Hant", {"zh"}, "zh"),
        ("en-GB", {"en"}, "en"),
        ("pt-BR", {"pt", "pt-BR"}, "pt-BR"),
        ("yue", {"zh"}, None),
    ],
)
def test_closest(tag: str, known: set[str], found: str | None) -> None:
    assert closest(tag, known) == found
