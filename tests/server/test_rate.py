from hypothesis import given
from hypothesis import strategies as st

from server.rate import RateLimit


def test_the_limit_holds_within_the_window_and_frees_afterwards() -> None:
    rate = RateLimit(3, 5.0)
    assert [rate.allows(t) for t in (0.0, 1.0, 2.0, 2.5)] == [True, True, True, False]
    assert rate.allows(5.0)
    assert not rate.allows(5.5)
    assert rate.allows(6.0)


def test_what_is_refused_does_not_count() -> None:
    rate = RateLimit(1, 5.0)
    assert rate.allows(0.0)
    assert not any(rate.allows(t / 10) for t in range(1, 50))
    assert rate.allows(5.0)


@given(st.lists(st.floats(0, 100), max_size=200), st.integers(1, 10), st.floats(0.1, 20))
def test_no_window_holds_more_than_the_limit(times: list[float], limit: int, window_s: float) -> None:
    rate = RateLimit(limit, window_s)
    taken = [t for t in sorted(times) if rate.allows(t)]
    for first, beyond in zip(taken, taken[limit:], strict=False):
        assert first <= beyond - window_s
