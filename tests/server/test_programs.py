from pathlib import Path

from server import programs
from server.config import Config


def models_argument(config: Config) -> str | None:
    arguments = programs.transcription(config, "ws://127.0.0.1:1/workers", "secret").arguments
    return arguments[arguments.index("--models") + 1] if "--models" in arguments else None


def test_own_models_are_used_once_a_recogniser_is_among_them(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    whisper = tmp_path / "models" / "whisper"
    arriving, arrived = whisper / ".small", whisper / "small"
    assert models_argument(config) is None
    arriving.mkdir(parents=True)
    (arriving / "model.bin").touch()
    assert models_argument(config) is None
    arriving.rename(arrived)
    assert models_argument(config) == str(tmp_path / "models")


def test_models_of_the_settings_are_used_as_they_are(tmp_path: Path) -> None:
    assert models_argument(Config(data_dir=tmp_path, models_dir=tmp_path / "none")) == str(tmp_path / "none")


def test_the_media_worker_is_told_its_ports_and_addresses(tmp_path: Path) -> None:
    config = Config(
        data_dir=tmp_path,
        udp_hosts=("10.0.0.1",),
        udp_ports="40000-40199",
        public_addresses=("203.0.113.5", "2001:db8::5"),
        announce_local=True,
        compiled_core=True,
    )
    words = " ".join(programs.media(config, "ws://127.0.0.1:1", "secret").arguments)
    assert "--udp-host 10.0.0.1 --public-address 203.0.113.5 --public-address 2001:db8::5" in words
    assert "--udp-ports 40000-40199 --compiled-core --announce-local" in words
    one = programs.media(Config(data_dir=tmp_path, udp_port=3478), "ws://127.0.0.1:1", "secret")
    assert "--udp-port 3478" in " ".join(one.arguments)
    assert "--compiled-core" not in one.arguments


def test_links_and_secrets_are_not_on_command_lines(tmp_path: Path) -> None:
    seller, buyer = "http://127.0.0.1:1/r/aaaa", "http://127.0.0.1:1/r/bbbb"
    speakers = programs.demo_speakers("demo-r1", "coating-agent", seller, buyer)
    config = Config(data_dir=tmp_path)
    workers = [
        plane(config, "ws://127.0.0.1:1", "secret") for plane in (programs.media, programs.transcription)
    ]
    for program in (speakers, *workers):
        assert not {"aaaa", "bbbb", "secret"} & set("/".join(program.arguments).split("/"))
    assert speakers.environment["SANGDAM_DEMO_SELLER"] == seller
    assert speakers.environment["SANGDAM_DEMO_BUYER"] == buyer
