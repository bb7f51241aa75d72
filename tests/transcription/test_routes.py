import pytest

from transcription.routes import best_routes, closest


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
