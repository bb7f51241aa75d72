"""Where a worker listens, and what it says where a 1:1 NAT is before it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from media.addresses import announced_addresses, source_towards


def announced(
    hosts: Sequence[str],
    *public: str,
    chosen: bool = False,
    keep_local: bool = False,
    source: str | None = None,
) -> dict[str, tuple[str, ...]]:
    return dict(
        announced_addresses(hosts, public, chosen=chosen, keep_local=keep_local, source=lambda _: source)
    )


def test_without_a_public_address_all_are_named_as_they_are() -> None:
    assert announced(["10.0.0.1", "fd00::1"]) == {"10.0.0.1": ("10.0.0.1",), "fd00::1": ("fd00::1",)}


def test_a_public_address_takes_the_place_of_its_family_and_leaves_loopback() -> None:
    assert announced(["10.0.0.1", "fd00::1", "127.0.0.1"], "203.0.113.5") == {
        "10.0.0.1": ("203.0.113.5",),
        "fd00::1": ("fd00::1",),
        "127.0.0.1": ("127.0.0.1",),
    }


def test_each_family_may_have_one() -> None:
    assert announced(["10.0.0.1", "fd00::1"], "203.0.113.5", "2001:DB8::5") == {
        "10.0.0.1": ("203.0.113.5",),
        "fd00::1": ("2001:db8::5",),
    }
    with pytest.raises(ValueError, match="at most one"):
        announced(["10.0.0.1"], "203.0.113.5", "203.0.113.6")


def test_of_several_addresses_the_one_that_leads_there_is_kept() -> None:
    machine = ["10.0.0.1", "172.17.0.1", "127.0.0.1"]
    assert announced(machine, "203.0.113.5", source="172.17.0.1") == {
        "172.17.0.1": ("203.0.113.5",),
        "127.0.0.1": ("127.0.0.1",),
    }
    assert "10.0.0.1" in announced(machine, "203.0.113.5", source=None)


def test_of_several_that_were_chosen_none_is_guessed() -> None:
    with pytest.raises(ValueError, match="--udp-host"):
        announced(["10.0.0.1", "10.0.0.2"], "203.0.113.5", chosen=True)


def test_loopback_alone_may_be_announced_as_another() -> None:
    assert announced(["127.0.0.1"], "203.0.113.5") == {"127.0.0.1": ("203.0.113.5",)}


def test_the_machines_own_may_be_named_beside_it() -> None:
    assert announced(["10.0.0.1"], "203.0.113.5", keep_local=True) == {
        "10.0.0.1": ("203.0.113.5", "10.0.0.1")
    }


@pytest.mark.parametrize("public", ["2001:db8::5", "example.org", ""])
def test_what_cannot_be_announced_is_refused(public: str) -> None:
    with pytest.raises(ValueError, match=public or "empty|address"):
        announced(["10.0.0.1"], public)


def test_the_wildcard_is_nothing_that_browsers_could_be_told() -> None:
    assert announced(["::"], "2001:db8::5") == {"::": ("2001:db8::5",)}
    with pytest.raises(ValueError, match=r"^:: is no address"):
        announced(["::"])


def test_routes_are_asked_without_sending() -> None:
    assert source_towards("127.0.0.1") == "127.0.0.1"
