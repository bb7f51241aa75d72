import pytest

from server.errors import RateLimited
from server.pairings import ALPHABET, CODE_CHARS, LIFE_S, MOST, PER_ADDRESS, Pairings
from server.store.key import token_hash


def test_a_code_finds_its_screen_however_it_is_typed() -> None:
    pairings = Pairings()
    token, pairing = pairings.begin("hall", 0.0)
    assert len(pairing.code) == CODE_CHARS
    assert set(pairing.code) <= set(ALPHABET)
    assert pairings.of(token, 1.0) == pairing
    typed = f" {pairing.code[:3].lower()}-{pairing.code[3:]} "
    assert pairings.find(typed, 1.0) == token_hash(token)
    pairings.end(token_hash(token))
    assert pairings.find(typed, 1.0) is None


def test_codes_end() -> None:
    pairings = Pairings()
    token, pairing = pairings.begin("hall", 0.0)
    assert pairings.of(token, LIFE_S - 1) == pairing
    assert pairings.of(token, LIFE_S) is None
    assert pairings.find(pairing.code, LIFE_S) is None


def test_one_address_gets_so_many_codes_a_minute_and_the_memory_is_bounded() -> None:
    pairings = Pairings()
    for _ in range(PER_ADDRESS):
        pairings.begin("hall", 0.0)
    with pytest.raises(RateLimited):
        pairings.begin("hall", 1.0)
    pairings.begin("another", 1.0)
    pairings.begin("hall", 61.0)
    pairings = Pairings()
    token, first = pairings.begin("x", 0.0)
    for at in range(MOST):
        pairings.begin(f"address {at}", 1.0)
    assert pairings.of(token, 2.0) is None
    assert pairings.find(first.code, 2.0) is None


def test_strangers_of_one_address_end_each_others_codes_and_nobody_elses() -> None:
    pairings = Pairings()
    hall, _ = pairings.begin("hall", 0.0)
    strangers = [pairings.begin("strangers", 0.0)[0] for _ in range(PER_ADDRESS)]
    for at in range(MOST - PER_ADDRESS):
        pairings.begin(f"address {at}", 1.0)
    assert pairings.of(hall, 2.0) is not None
    assert pairings.of(strangers[0], 2.0) is None
    assert pairings.of(strangers[1], 2.0) is not None


def test_a_screen_that_waits_on_keeps_its_token_and_does_not_count_as_a_new_one() -> None:
    pairings = Pairings()
    token, first = pairings.begin("proxy", 0.0)
    for _ in range(PER_ADDRESS):
        pairings.begin("proxy", LIFE_S - 1)
    with pytest.raises(RateLimited):
        pairings.begin("proxy", LIFE_S)
    with pytest.raises(RateLimited):
        pairings.begin("proxy", LIFE_S, "made up")
    same, second = pairings.begin("proxy", LIFE_S, token)
    assert same == token
    assert second != first
    assert pairings.of(token, LIFE_S) == second
    assert pairings.find(second.code, LIFE_S) == token_hash(token)
