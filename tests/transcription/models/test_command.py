"""`python -m transcription.models` as a user runs it, with hubs on loopback that are down or serve files."""

import functools
import hashlib
import http.server
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from transcription.models import command
from transcription.models.catalog import DEFAULT_PAIRS, Machine, m2m_size, suitable, whisper_size
from transcription.models.command import main
from transcription.models.origin import read_origin
from transcription.models.pull import Wish, add
from transcription.models.store import ModelStore
from transcription.models.verify import tried

ROOT = Path(__file__).parents[3]


def run(*arguments: str | Path, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """With an empty home directory, which must stay empty."""
    inherited = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    done = subprocess.run(
        [sys.executable, "-m", "transcription.models", *map(str, arguments)],
        cwd=ROOT,
        env={**inherited, "HOME": str(home), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    assert not list(home.rglob("*argos*"))
    return done


@pytest.fixture
def home(tmp_path: Path) -> Path:
    directory = tmp_path / "home"
    directory.mkdir()
    return directory


@pytest.fixture
def closed_port() -> Iterator[str]:
    """An address that refuses connections."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{reserved.getsockname()[1]}"


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def argos_index(tmp_path: Path, models_directory: Path) -> Iterator[str]:
    """A server with an index as Argos' own, listing the demo packages, one of them twice and one damaged."""
    place = tmp_path / "served"
    place.mkdir()
    handler = functools.partial(QuietHandler, directory=place)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        index = []
        for source, target, version in (("ko", "en", "1.0"), ("ko", "en", "1.10"), ("en", "ko", "1.2")):
            name = f"{source}_{target}-{version}.argosmodel"
            if version != "1.0":
                shutil.copy(next(models_directory.glob(f"*{source}_{target}*")), place / name)
            index.append(
                {
                    "type": "translate",
                    "from_code": source,
                    "to_code": target,
                    "package_version": version,
                    "links": [address + name],
                }
            )
        (place / "cut.argosmodel").write_bytes(b"PK\3\4 not the whole file")
        index.append(
            {"type": "translate", "from_code": "ja", "to_code": "en", "links": [address + "cut.argosmodel"]}
        )
        (place / "index.json").write_text(json.dumps(index))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield address
        server.shutdown()
        thread.join()


@pytest.mark.net
def test_pull_without_a_way_out_says_how_to_copy_by_hand(
    tmp_path: Path, home: Path, closed_port: str
) -> None:
    done = run("pull", "tiny", "--data", tmp_path, home=home, HF_ENDPOINT=closed_port)
    assert done.returncode == os.EX_CONFIG
    assert done.stderr.startswith("hub_unreachable: no way out to")
    assert str(tmp_path / "models" / "whisper" / "tiny") in done.stderr
    done = run("pull", "none", "--data", tmp_path, home=home, ARGOS_PACKAGE_INDEX=closed_port + "/")
    assert done.returncode == os.EX_CONFIG
    assert done.stderr.startswith("hub_unreachable: no way out to")
    assert "sangdam models add" in done.stderr


@pytest.mark.net
def test_pull_brings_the_newest_packages_and_not_twice(
    tmp_path: Path, home: Path, argos_index: str, models_directory: Path
) -> None:
    arguments = ("pull", "none", "--data", tmp_path, "--pairs", "ko-en,en-ko")
    done = run(*arguments, home=home, ARGOS_PACKAGE_INDEX=argos_index)
    assert done.returncode == 0, done.stderr
    shutil.copytree(models_directory / "whisper", tmp_path / "models" / "whisper")
    packages = ModelStore(tmp_path / "models").model_set().packages
    assert {package.pair for package in packages} == {("ko", "en"), ("en", "ko")}
    for package in packages:
        origin = read_origin(package.path)
        assert origin is not None
        assert origin.source.startswith(argos_index)
        assert "model/model.bin" in origin.sha256
    assert not list((tmp_path / "models").rglob("*.argosmodel"))
    again = run(*arguments, home=home, ARGOS_PACKAGE_INDEX="http://127.0.0.1:1/")
    assert again.returncode == 0, again.stderr
    assert "already in" in again.stdout


@pytest.mark.net
def test_pull_of_a_damaged_or_unknown_package(tmp_path: Path, home: Path, argos_index: str) -> None:
    done = run(
        "pull", "none", "--data", tmp_path, "--pairs", "ja-en", home=home, ARGOS_PACKAGE_INDEX=argos_index
    )
    assert done.returncode == os.EX_CONFIG
    assert done.stderr.startswith("model_damaged:")
    assert not list((tmp_path / "models").rglob("*.argosmodel"))
    done = run(
        "pull", "none", "--data", tmp_path, "--pairs", "ko-xx", home=home, ARGOS_PACKAGE_INDEX=argos_index
    )
    assert done.stderr.startswith("model_unknown: Argos has no package for ko→xx")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["pull", "enormous"], "model_unknown"),
        (["pull", "none", "--pairs", "ko"], "model_unknown"),
        (["add", "nowhere"], "model_missing"),
        (["use", "small"], "model_unknown"),
        (["list"], "model_missing"),
        (["verify"], "model_missing"),
    ],
)
def test_errors_have_stable_codes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: str
) -> None:
    assert main([*arguments, "--models", str(tmp_path / "models")]) == os.EX_CONFIG
    assert capsys.readouterr().err.startswith(f"{code}: ")


def test_list_names_what_is_there_and_what_can_be_had(
    capsys: pytest.CaptureFixture[str], models_directory: Path
) -> None:
    assert main(["list", "--models", str(models_directory)]) == 0
    printed = capsys.readouterr().out
    assert "(demo models)" in printed
    assert "ko→en" in printed
    assert "large-v3-turbo" in printed
    assert printed.count("suits this machine") == 1
    lines = [line.split() for line in printed.splitlines()]
    assert ["Languages", "heard:", "en", "zh", "ko"] in lines
    assert ["ko", "vi", "m2m", "direct"] in lines
    assert ["ko", "en", "argos", "direct"] in lines
    assert ["ko", "zh", "argos", "through", "en"] in lines
    assert ["zh", "vi", "argos+m2m", "through", "en"] in lines


def test_list_as_json_has_every_model_and_route(
    capsys: pytest.CaptureFixture[str], models_directory: Path
) -> None:
    assert main(["list", "--json", "--models", str(models_directory)]) == 0
    content = json.loads(capsys.readouterr().out)
    by_kind = {model["kind"]: model for model in content["models"]}
    assert by_kind.keys() == {"recogniser", "argos", "m2m"}
    m2m = by_kind["m2m"]
    weights = (models_directory / "m2m" / "model.bin").read_bytes()
    assert m2m["sha256"] == hashlib.sha256(weights).hexdigest()
    assert m2m["licence"] == "Apache-2.0"
    assert m2m["languages"] == ["en", "ko", "vi"]
    assert m2m["size_bytes"] > len(weights)
    routes = [route.model_dump() for route in ModelStore(models_directory).model_set().describe().routes]
    assert content["routes"] == json.loads(json.dumps(routes))
    assert "m2m100-418M" in {size["name"] for size in content["available"]}


@pytest.mark.net
def test_pull_without_a_name_says_what_it_chose_and_why(tmp_path: Path, home: Path, closed_port: str) -> None:
    machine = Machine.here()
    done = run("pull", "--data", tmp_path, home=home, HF_ENDPOINT=closed_port)
    assert done.returncode == os.EX_CONFIG
    assert done.stdout.startswith(f"{suitable(machine).name}: the most able recogniser")
    assert f"{machine.cores} cores" in done.stdout
    assert f"{machine.memory_mb} MiB" in done.stdout


def test_names_say_what_is_pulled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wishes: list[Wish] = []
    monkeypatch.setattr(command, "pull", lambda models, wish, report: wishes.append(wish))
    for arguments in (["small", "m2m100-418M"], ["m2m100-418M"], ["none", "m2m100-418M", "--pairs=ko-en"]):
        assert main(["pull", *arguments, "--data", str(tmp_path)]) == 0
    both, one, pairs = wishes
    assert both == Wish(whisper_size("small"), m2m_size("m2m100-418M"), list(DEFAULT_PAIRS))
    assert one == Wish(None, m2m_size("m2m100-418M"), [])
    assert pairs == Wish(None, m2m_size("m2m100-418M"), [("ko", "en")])


def test_disk_too_small_is_told_before_anything_is_fetched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=400 << 20))
    assert main(["pull", "m2m100-418M", "--data", str(tmp_path)]) == os.EX_CONFIG
    assert capsys.readouterr().err.startswith("no_space: ")


@pytest.mark.models
def test_verify_runs_every_model(capsys: pytest.CaptureFixture[str], models_directory: Path) -> None:
    assert main(["verify", "--models", str(models_directory)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + len(list(tried(ModelStore(models_directory).model_set().describe().routes)))
    assert all(line.startswith("ok") for line in lines)
    engines = {line.split(":")[0].rpartition(" by ")[2] for line in lines[1:]}
    assert engines == {"argos", "m2m", "argos+m2m"}


@pytest.mark.models
def test_verify_fails_for_a_damaged_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], models_directory: Path
) -> None:
    shutil.copytree(models_directory, tmp_path / "models")
    os.truncate(tmp_path / "models" / "whisper" / "model.bin", 100_000)
    assert main(["verify", "--models", str(tmp_path / "models")]) == 1
    assert capsys.readouterr().out.startswith("FAILED recogniser")


@pytest.mark.models
def test_verify_notices_a_file_that_changed_since_it_came(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], models_directory: Path
) -> None:
    models = tmp_path / "models"
    add(models, models_directory / "whisper", lambda _: None)
    add(models, models_directory / "m2m", lambda _: None)
    assert main(["verify", "--models", str(models)]) == 0
    assert capsys.readouterr().out.count("ok     files of") == 2
    (models / "m2m" / "m2m" / "config.json").write_text('{"add_source_eos": false}')
    assert main(["verify", "--models", str(models)]) == 1
    assert "FAILED files of m2m: config.json in" in capsys.readouterr().out
