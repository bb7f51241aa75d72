"""scripts/setup.sh in a directory of its own, as far as it goes without a package index."""

import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

SETUP = Path(__file__).parents[2] / "scripts" / "setup.sh"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "scripts").mkdir()
    shutil.copy(SETUP, tmp_path / "scripts")
    return tmp_path


def make_venv(root: Path) -> None:
    subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", ". scripts/setup.sh; sangdam_venv"],
        cwd=root,
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"},
        check=True,
    )


def test_a_half_made_environment_is_made_anew_and_a_whole_one_kept(root: Path) -> None:
    python = root / ".venv" / "bin" / "python"
    venv.create(root / ".venv", with_pip=False)
    (root / ".venv" / "half").touch()
    make_venv(root)
    subprocess.run([python, "-m", "pip", "--version"], check=True, capture_output=True)
    assert not (root / ".venv" / "half").exists()
    (root / ".venv" / "whole").touch()
    make_venv(root)
    assert (root / ".venv" / "whole").exists()
