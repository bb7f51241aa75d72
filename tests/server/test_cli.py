import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from server.cli import main
from server.schedule import sample_day

HEADER = "날짜,시작,종료,제목,판매자 회사,판매자 담당자,판매자 언어,바이어 회사,바이어 담당자,바이어 언어"
ROW = "2026-11-02,09:00,09:30,상담,울산,김,ko,长春,李,zh-Hans"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "day.csv"
    path.write_text(f"{HEADER}\n{ROW}\n", "utf-8")
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    path.mkdir()
    return path


def test_a_good_schedule_is_counted(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", "check", str(sheet)]) == 0
    assert "1 consultations" in capsys.readouterr().out


def test_a_bad_schedule_is_told_by_line_and_column(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet.write_text(f"{HEADER}\n{ROW}\n{ROW.replace('09:00', '25:99').replace('상담', '둘')}\n", "utf-8")
    assert main(["schedule", "check", str(sheet)]) == 1
    told = capsys.readouterr().err
    assert "line 3, column 시작" in told


def test_clashes_and_warnings_of_a_schedule_are_told_before_an_import_refuses_it(
    sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heading = "날짜,시작,행사,판매자,판매자 언어,바이어,바이어 언어"
    night = "2026-11-22,06:00,상담회,울산,ko,창춘,zh"
    clash = "2026-11-22,06:10,상담회,울산,ko,하노이,vi"
    sheet.write_text(f"{heading},판매자 시간대,시간대\n{night},,Asia/Seoul\n", "utf-8")
    assert main(["schedule", "check", str(sheet)]) == 0
    told = capsys.readouterr()
    assert "1 consultations" in told.out
    assert told.err.startswith("warning: ")
    assert "line 2, column 바이어: " in told.err
    sheet.write_text(f"{heading}\n{night}\n{clash}\n", "utf-8")
    assert main(["schedule", "check", str(sheet)]) == 1
    assert "line 3, column 판매자: 울산 is in line 2 at that time (clash)" in capsys.readouterr().err


def test_importing_twice_makes_rooms_once(
    sheet: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for expected in ("1 rooms made", "0 rooms made"):
        assert main(["schedule", "import", str(sheet), "--data", str(data)]) == 0
        assert expected in capsys.readouterr().out


def test_a_bad_schedule_imports_nothing(sheet: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet.write_text(f"{HEADER}\n{ROW.replace('09:00', 'noon')}\n", "utf-8")
    assert main(["schedule", "import", str(sheet), "--data", str(data)]) == 78
    assert "sangdam: bad_schedule:" in capsys.readouterr().err


def test_secrets_stay_the_same_until_they_are_replaced(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def printed(*words: str) -> str:
        assert main(["token", *words, "--data", str(data)]) == 0
        return capsys.readouterr().out.strip()

    token = printed()
    assert printed() == token
    assert printed("worker-secret") != token
    assert printed("--replace") != token
    assert printed() != token
    assert stat.S_IMODE((data / "key").stat().st_mode) == 0o600


def test_an_unknown_room_cannot_be_exported(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "none", "--data", str(data)]) == 78
    assert "sangdam: room_not_found:" in capsys.readouterr().err


def test_a_data_directory_that_is_not_there_is_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["token", "--data", str(tmp_path / "none")]) == 78
    assert "sangdam: no_data_dir:" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def serve(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SANGDAM_")}
    return subprocess.run(
        [sys.executable, "-m", "server.cli", "serve", "--no-media", "--no-transcription", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.net
def test_a_port_in_use_is_told(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = serve("--data", str(data), "--port", str(taken.getsockname()[1]))
    assert ended.returncode == 78
    assert ended.stdout == ""
    assert ended.stderr.splitlines()[-1].startswith("sangdam: port_in_use: ")


@pytest.mark.net
def test_a_schedule_with_errors_stops_the_start(data: Path, sheet: Path) -> None:
    sheet.write_text(f"{HEADER}\n{ROW.replace('09:00', 'noon')}\n", "utf-8")
    ended = serve("--data", str(data), "--port", "0", "--schedule", str(sheet))
    assert ended.returncode == 78
    assert "sangdam: bad_schedule: " in ended.stderr
    assert "line 2, column 시작" in ended.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--host", "192.0.2.1"], "tls_needed"),
        (["--models", "/none"], "missing_models"),
        (["--data", "/dev/null/x"], "data_dir_unusable"),
        (["--schedule", "/none.csv"], "missing_file"),
    ],
)
def test_what_the_operator_must_put_right_is_one_line_and_78(
    data: Path, words: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = words if "--data" in words else ["--data", str(data), *words]
    assert main(["serve", *given]) == 78
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert told[0].startswith(f"sangdam: {code}: ")


@pytest.mark.net
@pytest.mark.parametrize("command", ["media-worker", "models"])
def test_other_planes_programs_are_run_by_name(command: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "server.cli", command, "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0
    assert "usage" in ended.stdout


def test_the_sample_day_is_a_good_schedule(tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    path.write_bytes(sample_day())
    assert main(["schedule", "check", str(path)]) == 0
