"""Who called, through proxies that are trusted and past what anybody may write."""

from ipaddress import ip_network

import pytest

from server.caller import caller_of

PROXIES = [ip_network("127.0.0.1"), ip_network("10.1.0.0/16"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("connected", "headers", "called"),
    [
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["1.2.3.4", "198.51.100.1, 10.1.2.3"], "198.51.100.1"),
        ("127.0.0.1", ["10.1.2.4, 10.1.2.3"], "10.1.2.4"),
        ("127.0.0.1", ["198.51.100.1, 10.2.0.1"], "10.2.0.1"),
        ("127.0.0.1", ["198.51.100.1, unknown"], "127.0.0.1"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("::ffff:127.0.0.1", ["[2001:db8::1]:443"], "2001:db8::/64"),
        ("fd00::1", ["2001:db8:0:7:8::9"], "2001:db8:0:7::/64"),
        (None, ["198.51.100.1"], ""),
    ],
)
def test_addresses_are_believed_from_the_right_as_far_as_proxies_are_trusted(
    connected: str | None, headers: list[str], called: str
) -> None:
    assert caller_of(connected, headers, PROXIES) == called


def test_without_trusted_proxies_the_header_is_anybodys() -> None:
    assert caller_of("127.0.0.1", ["198.51.100.1"], []) == "127.0.0.1"
