"""Whose a datagram is, where all connections share a port (RFC 7983, RFC 8445 §7.3).

A check names its connection (USERNAME), an answer is known by its transaction, all else by the address from
which it comes. An address is a connection's once a check from there carried that connection's password.
"""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from media import guard
from media.guard import Datagram

Address = tuple[str, int]
MAX_ADDRESSES = 16
"""Of one connection; the oldest go."""


class End(Protocol):
    """A connection's end at the port."""

    def holds(self, address: Address) -> bool:
        """Whether the connection's peer is there now, and alive: then nobody else can be."""


E = TypeVar("E", bound=End)


class Demultiplexer(Generic[E]):
    """Knows the ends of all connections at one address and port."""

    def __init__(self) -> None:
        self.owners: dict[Address, E] = {}
        """Looked up for every packet."""
        self._by_ufrag: dict[bytes, E] = {}
        self._transactions: dict[bytes, E] = {}
        self._addresses: dict[E, dict[Address, None]] = {}

    def add(self, ufrag: str, end: E) -> None:
        self._by_ufrag[ufrag.encode()] = end
        self._addresses[end] = {}

    def remove(self, ufrag: str, end: E) -> None:
        self._by_ufrag.pop(ufrag.encode(), None)
        for address in self._addresses.pop(end, {}):
            self.owners.pop(address, None)

    def claim(self, address: Address, end: E) -> None:
        """A check from `address` carried this end's password."""
        mine = self._addresses.get(end)
        before = self.owners.get(address)
        if mine is None or before is end:
            return
        if before is not None:
            self._addresses[before].pop(address, None)
        self.owners[address] = end
        mine[address] = None
        if len(mine) > MAX_ADDRESSES:
            oldest = next(known for known in mine if not end.holds(known))
            del mine[oldest], self.owners[oldest]

    def asked(self, transaction: bytes, end: E) -> None:
        self._transactions[transaction] = end

    def answered(self, transaction: bytes) -> None:
        self._transactions.pop(transaction, None)

    def find(self, data: bytes, address: Address) -> E | str:
        """The end, or the drop reason. Media is looked up in `owners` without coming here."""
        kind = guard.classify(data)
        if kind is Datagram.STUN:
            return self._find_for_stun(data, address)
        if kind is Datagram.EMPTY:
            return "drop_empty"
        owner = self.owners.get(address)
        if owner is not None:
            return owner
        return "drop_dtls_stranger" if kind is Datagram.DTLS else "drop_not_webrtc"

    def _find_for_stun(self, data: bytes, address: Address) -> E | str:
        stun = guard.read_stun(data)
        if stun is None:
            return "drop_stun_malformed"
        if not stun.is_request:
            return (
                self._transactions.get(stun.transaction) or self.owners.get(address) or "drop_stun_stranger"
            )
        end = self._by_ufrag.get(stun.user.partition(b":")[0])
        if end is None:
            return "drop_stun_stranger"
        owner = self.owners.get(address)
        if owner is not None and owner is not end and owner.holds(address):
            # Its packets would go astray; who really moved in there is let in once the other is silent.
            return "drop_stun_held"
        return end
