"""Whose a datagram is at a port that all connections share."""

from __future__ import annotations

import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media import guard
from media.demultiplexer import MAX_ADDRESSES, Address, Demultiplexer

A: Address = ("192.0.2.1", 5_000)
B: Address = ("192.0.2.1", 5_001)
HELLO = b"\x16" + bytes(20)


class Connection:
    def __init__(self) -> None:
        self.held: set[Address] = set()

    def holds(self, address: Address) -> bool:
        return address in self.held


def stun(user: str = "", *, kind: int = 0x0001, transaction: bytes = bytes(12)) -> bytes:
    attributes = [(0x0006, user.encode())] if user else []
    if kind == 0x0001:
        attributes.append((0x0024, bytes(4)))
    body = b"".join(
        struct.pack("!HH", name, len(value)) + value + bytes(-len(value) % 4) for name, value in attributes
    )
    return struct.pack("!HHI12s", kind, len(body), guard.STUN_COOKIE, transaction) + body


def two() -> tuple[Demultiplexer[Connection], Connection, Connection]:
    table: Demultiplexer[Connection] = Demultiplexer()
    one, other = Connection(), Connection()
    table.add("one", one)
    table.add("other", other)
    return table, one, other


def test_a_check_is_for_whom_it_names_wherever_it_comes_from() -> None:
    table, one, other = two()
    assert table.find(stun("one:x"), A) is one
    assert table.find(stun("other:x"), A) is other
    table.claim(A, one)
    assert table.find(stun("other:x"), A) is other
    assert table.find(stun("one:x"), B) is one


@pytest.mark.parametrize("user", ["", "on", "one1:x", ":one", "x:one"])
def test_a_check_that_names_nobody_here_is_dropped(user: str) -> None:
    assert two()[0].find(stun(user), A) == "drop_stun_stranger"


def test_other_packets_are_for_the_owner_of_the_address_they_come_from() -> None:
    table, one, other = two()
    assert table.find(HELLO, A) == "drop_dtls_stranger"
    table.claim(A, one)
    table.claim(B, other)
    assert (table.find(HELLO, A), table.find(HELLO, B)) == (one, other)
    assert (table.owners[A], table.owners[B]) == (one, other)


def test_naming_a_connection_does_not_make_an_address_its_own() -> None:
    table, _, _ = two()
    table.find(stun("one:x"), A)
    assert table.owners == {}


def test_nobody_takes_the_address_at_which_another_is_and_lives() -> None:
    table, one, other = two()
    table.claim(A, one)
    one.held.add(A)
    assert table.find(stun("other:x"), A) == "drop_stun_held"
    assert table.find(stun("one:x"), A) is one
    one.held.clear()
    assert table.find(stun("other:x"), A) is other
    table.claim(A, other)
    assert table.find(HELLO, A) is other
    table.remove("one", one)
    assert table.find(HELLO, A) is other


def test_answers_are_for_who_asked() -> None:
    table, one, _ = two()
    answer = stun(kind=0x0101, transaction=b"t" * 12)
    assert table.find(answer, A) == "drop_stun_stranger"
    table.asked(b"t" * 12, one)
    assert table.find(answer, A) is one
    table.answered(b"t" * 12)
    assert table.find(answer, A) == "drop_stun_stranger"


def test_of_many_addresses_the_oldest_go_but_not_the_one_in_use() -> None:
    table, one, _ = two()
    table.claim(A, one)
    one.held.add(A)
    for port in range(MAX_ADDRESSES + 3):
        table.claim(("192.0.2.9", port), one)
    assert len(table.owners) == MAX_ADDRESSES
    assert table.owners[A] is one
    assert ("192.0.2.9", 0) not in table.owners


def test_who_leaves_leaves_nothing_behind() -> None:
    table, one, other = two()
    table.claim(A, one)
    table.claim(B, other)
    table.remove("one", one)
    table.remove("one", one)
    assert table.find(HELLO, A) == "drop_dtls_stranger"
    assert table.find(stun("one:x"), A) == "drop_stun_stranger"
    table.claim(A, one)
    assert table.owners == {B: other}


@pytest.mark.parametrize(
    ("data", "reason"), [(b"", "drop_empty"), (b"\x01", "drop_stun_malformed"), (b"GET /", "drop_not_webrtc")]
)
def test_what_is_nothing_is_dropped(data: bytes, reason: str) -> None:
    assert two()[0].find(data, A) == reason


@given(st.binary(max_size=200), st.booleans())
def test_anything_finds_an_end_or_a_reason(data: bytes, owned: bool) -> None:
    table, one, other = two()
    if owned:
        table.claim(A, one)
    found = table.find(data, A)
    assert found in (one, other) or (isinstance(found, str) and found.startswith("drop_"))
    assert set(table.owners) <= {A}


@given(st.integers(0, 3), st.binary(min_size=19, max_size=80))
def test_so_does_anything_that_looks_like_a_check(first: int, rest: bytes) -> None:
    table, one, other = two()
    cookie = rest[:3] + guard.STUN_COOKIE.to_bytes(4, "big") + os.urandom(0) + rest[7:]
    found = table.find(bytes([first]) + cookie, A)
    assert found in (one, other) or isinstance(found, str)
