from pathlib import Path

import pytest

from transcription.errors import ConfigurationError
from transcription.hardware import Hardware
from transcription.options import parse, workers_url

SECRET = {"SANGDAM_WORKER_SECRET": "s3cret"}


@pytest.mark.parametrize(
    ("given", "dialled"),
    [
        ("http://127.0.0.1:8800", "ws://127.0.0.1:8800/workers"),
        ("https://rooms.example/", "wss://rooms.example/workers"),
        ("ws://[::1]:8800/workers", "ws://[::1]:8800/workers"),
        ("wss://host/base", "wss://host/base/workers"),
    ],
)
def test_the_servers_address_becomes_the_workers_link(given: str, dialled: str) -> None:
    assert workers_url(given) == dialled


@pytest.mark.parametrize(
    "address", ["", "host:8800", "ftp://host", "http://", "http://host:port", "http://[::1"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="no address"):
        workers_url(address)


def test_the_secret_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    assert parse(["--server", "http://h"], SECRET).secret == "s3cret"
    file = tmp_path / "secret"
    file.write_text("of-the-file\n")
    assert parse(["--server", "http://h", "--secret-file", str(file)], SECRET).secret == "of-the-file"


def test_what_the_models_run_on_can_be_chosen() -> None:
    options = parse(["--server", "http://h", "--device", "cpu", "--workers", "3", "--threads", "2"], SECRET)
    assert options.hardware == Hardware("cpu", "int8", workers=3, threads=2)


def test_languages_are_looked_out_for_unless_somebody_does_not_want_it() -> None:
    assert parse(["--server", "http://h"], SECRET).detect_languages
    assert not parse(["--server", "http://h", "--no-detect-languages"], SECRET).detect_languages


@pytest.mark.parametrize(
    "more",
    [
        [],
        ["--secret-file", "/nonexistent/secret"],
        ["--threads", "0"],
        ["--workers", "0"],
        ["--audio-port", "70000"],
    ],
)
def test_a_wrong_configuration_is_explained(more: list[str]) -> None:
    environment = SECRET if more and more[0] != "--secret-file" else {}
    with pytest.raises(ConfigurationError):
        parse(["--server", "http://h", *more], environment)
