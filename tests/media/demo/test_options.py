import pytest

from media.demo.__main__ import parse


def test_links_come_from_the_environment_or_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANGDAM_DEMO_SELLER", "http://127.0.0.1:1/r/s")
    monkeypatch.setenv("SANGDAM_DEMO_BUYER", "http://127.0.0.1:1/r/b")
    assert (parse([]).seller, parse([]).buyer) == ("http://127.0.0.1:1/r/s", "http://127.0.0.1:1/r/b")
    assert parse(["--seller", "http://127.0.0.1:1/r/t"]).seller == "http://127.0.0.1:1/r/t"


def test_without_links_there_is_nobody_to_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SANGDAM_DEMO_SELLER", raising=False)
    with pytest.raises(SystemExit):
        parse(["--buyer", "http://127.0.0.1:1/r/b"])
    assert "--seller" in capsys.readouterr().err
