"""Relays: what is configured, the credentials, and when pages get new ones."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from pathlib import Path
from typing import Any

import pytest

from server.config import Config, ConfigError, Limits
from server.turn import Turn, TurnUrl
from tests.server.peers import browser, running_server

TLS = "turns:turn.example:443?transport=tcp"


def turn(ttl_s: int = 3600) -> Turn:
    return Turn((TurnUrl.parse("turn:turn.example"), TurnUrl.parse(TLS)), "shared", ttl_s)


@pytest.mark.parametrize(
    ("text", "host", "port", "tls", "tcp"),
    [
        ("turn:turn.example", "turn.example", 3478, False, False),
        ("turn:192.0.2.1:3479?transport=tcp", "192.0.2.1", 3479, False, True),
        ("turn:[2001:db8::1]:3478?transport=udp", "2001:db8::1", 3478, False, False),
        (TLS, "turn.example", 443, True, True),
        ("turns:turn.example", "turn.example", 5349, True, True),
    ],
)
def test_urls_say_where_and_how(text: str, host: str, port: int, tls: bool, tcp: bool) -> None:
    assert TurnUrl.parse(text) == TurnUrl(text, host, port, tls, tcp)


@pytest.mark.parametrize(
    "text",
    [
        "stun:stun.example",
        "turn.example",
        "turn://turn.example",
        "turn:",
        "turn:a:0",
        "turn:a:70000",
        "turn:a?transport=sctp",
        "turns:a?transport=udp",
        "turn:a b",
        'turn:a"',
    ],
)
def test_other_urls_are_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=r"“turn|“stun"):
        TurnUrl.parse(text)


def test_credentials_are_what_coturn_checks() -> None:
    server = turn().ice_server("p7", 1_000_000.9)
    assert server.urls == ("turn:turn.example", TLS)
    assert server.username == "1003600:p7"
    digest = hmac.digest(b"shared", b"1003600:p7", hashlib.sha1)
    assert base64.b64decode(server.credential) == digest


def test_new_ones_are_due_at_half_time() -> None:
    assert not turn(100).is_due(1_000, 1_049)
    assert turn(100).is_due(1_000, 1_050)


def config(tmp_path: Path, **settings: Any) -> Config:
    return Config(data_dir=tmp_path, **settings)


def test_without_urls_there_are_no_relays(tmp_path: Path) -> None:
    assert Turn.of(config(tmp_path)) is None


def test_the_secret_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(" shared\n")
    urls = ("turn:turn.example", TLS)
    made = Turn.of(config(tmp_path, turn_urls=urls, turn_secret_file=file, turn_ttl_s=3600))
    assert made == turn()
    assert Turn.of(config(tmp_path, turn_urls=urls, turn_secret="shared", turn_ttl_s=3600)) == made


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"turn_urls": (TLS,)}, "bad_setting"),
        ({"turn_secret": "s"}, "bad_setting"),
        ({"turn_urls": ("stun:a",), "turn_secret": "s"}, "bad_setting"),
        ({"turn_urls": (TLS,) * 5, "turn_secret": "s"}, "bad_setting"),
        ({"turn_urls": (TLS,), "turn_secret": "s", "turn_secret_file": Path("/none")}, "bad_setting"),
        ({"turn_urls": (TLS,), "turn_secret_file": Path("/none")}, "missing_file"),
        ({"turn_urls": (TLS,), "turn_secret_file": Path("/dev/null")}, "bad_setting"),
    ],
)
def test_what_cannot_work_is_refused(tmp_path: Path, settings: dict[str, Any], code: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Turn.of(config(tmp_path, **settings))
    assert refused.value.code == code
    assert "turn_" in refused.value.message


def test_the_secret_is_not_shown(tmp_path: Path) -> None:
    assert "hidden" not in repr(config(tmp_path, turn_secret="hidden"))


@pytest.mark.net
async def test_pages_get_credentials_when_they_join_and_new_ones_in_time(tmp_path: Path) -> None:
    limits = Limits(settle_s=0.0, tick_s=0.1)
    async with running_server(tmp_path, limits, turn=turn(ttl_s=4)) as server:
        _, tokens = await server.room()
        async with browser(server, tokens["p2"]) as buyer:
            (given,) = buyer.joined["ice_servers"]
            assert given["urls"] == ["turn:turn.example", TLS]
            ends, person = given["username"].split(":")
            assert person == "p2"
            assert abs(int(ends) - (time.time() + 4)) < 2
            (later,) = (await buyer.get("ice_servers"))["ice_servers"]
            assert int(later["username"].split(":")[0]) > int(ends)
            assert later["credential"] != given["credential"]
