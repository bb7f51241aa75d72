"""The command as an operator runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from server.config import Config
from server.doctor import clock, examine, finding, models


def doctor(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "server.cli", "doctor", *options), capture_output=True, text=True, timeout=60
    )


@pytest.mark.net
def test_a_fresh_installation_has_no_problem(tmp_path: Path) -> None:
    options = ("--data", str(tmp_path), "--port", "0", "--udp-host", "127.0.0.1", "--no-models")
    told = doctor(*options)
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.splitlines()[-1].startswith("0 problems, ")
    report = json.loads(doctor(*options, "--json").stdout)
    assert report["ok"] is True
    assert {item["check"] for item in report["findings"]} >= {"configuration", "data", "disk", "udp ports"}


@pytest.mark.net
def test_a_problem_is_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("damaged")
    told = doctor("--data", str(tmp_path), "--port", "0", "--no-models", "--no-media", "--json")
    assert told.returncode == 1
    report = json.loads(told.stdout)
    assert report["ok"] is False
    assert [item["check"] for item in report["findings"] if item["level"] == "problem"] == ["key"]


def test_settings_that_cannot_be_are_one_problem(tmp_path: Path) -> None:
    (tmp_path / "sangdam.toml").write_text('udp_ports = "all"')
    told = doctor("--data", str(tmp_path))
    assert told.returncode == 1
    assert "bad_setting: udp_ports" in told.stdout
    assert told.stderr == ""


async def test_a_check_that_fails_of_itself_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> int:
        raise RuntimeError("the kernel is gone")

    monkeypatch.setattr(clock, "_state", broken)
    config = Config(data_dir=tmp_path, port=0, media=False)
    found = [item async for item in examine(config, with_models=False)]
    assert [item.check for item in found if item.level == "problem"] == ["clock"]
    assert found[-1].check == "media"


@pytest.mark.parametrize(("state", "level"), [(0, "ok"), (5, "warning"), (None, "warning")])
async def test_a_clock_that_nothing_keeps_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: int | None, level: str
) -> None:
    monkeypatch.setattr(clock, "_state", lambda: state)
    (item,) = await clock.check(Config(data_dir=tmp_path))
    assert item.level == level


def test_the_kernel_is_asked_about_the_clock() -> None:
    assert clock._state() in (0, 1, 2, 3, 4, 5, None)


@pytest.mark.models
async def test_models_are_loaded_and_run(tmp_path: Path) -> None:
    demo, works = await models.check(Config(data_dir=tmp_path))
    assert (demo.level, works.level) == ("warning", "ok")
    nothing = await models.check(Config(data_dir=tmp_path, models_dir=tmp_path))
    assert [item.level for item in nothing] == ["problem"]


def test_each_model_that_fails_is_a_problem() -> None:
    output = "ok     a: fine (0.1 s)\nFAILED b: changed (0.1 s)\nFAILED ko→zh by argos: gone (0 s)\n"
    assert [item.message for item in models._read(output, "", 1)] == [
        "b: changed (0.1 s)",
        "ko→zh by argos: gone (0 s)",
    ]
    assert [item.level for item in models._read("ok     a: fine\n", "", 0)] == ["ok"]


def test_the_report_has_a_line_and_advice() -> None:
    text = finding.as_text(finding.problem("disk", "full", "make room"))
    assert text.split() == ["problem", "disk", "full", "→", "make", "room"]
