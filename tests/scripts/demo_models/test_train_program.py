"""scripts/train_demo_models from end to end, at a size that learns nothing."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from faster_whisper import WhisperModel

from transcription.m2m import M2MModel
from transcription.translator import PairRequest

pytestmark = [pytest.mark.models, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[3]
EXPORT_TWICE = """
import sys, torch
from pathlib import Path
from demo_models.speech_export import export, load_checkpoint
work = Path(sys.argv[1])
model = load_checkpoint(work / "speech.pt")
before = {name: value.clone() for name, value in model.state_dict().items()}
export(model, work / "tokenizer.json", work / "again")
assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
"""
READ_BACK = """
import sys, torch
from pathlib import Path
from demo_models.speech_export import exported_tensors, load_checkpoint
from demo_models.speech_import import load_weights
from demo_models.speech_model import SpeechModel
out = Path(sys.argv[1])
model = load_checkpoint(out / "work" / "speech.pt")
again = SpeechModel(model.shape)
load_weights(again, out / "whisper")
there = exported_tensors(again)
for name, tensor in exported_tensors(model).items():
    step = tensor.abs().max() / 127
    assert (tensor - there[name]).abs().max() <= step, name
"""


@dataclass(frozen=True, slots=True)
class Made:
    folder: Path
    printed: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made")
    done = subprocess.run(
        [ROOT / "scripts" / "train_demo_models", "--smoke", "--threads", "2", "--out", folder],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return Made(folder, done.stdout)


def run_in_training(program: str, argument: Path) -> None:
    subprocess.run(
        [ROOT / ".venv-train" / "bin" / "python", "-c", program, argument],
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts"), "OMP_NUM_THREADS": "1"},
    )


def test_it_prints_only_the_folder(made: Made) -> None:
    assert made.printed == f"{made.folder}\n"


def test_the_speech_model_loads_in_faster_whisper(made: Made) -> None:
    model = WhisperModel(str(made.folder / "whisper"), device="cpu", compute_type="int8", cpu_threads=1)
    assert model.model.is_multilingual
    assert set(model.supported_languages) >= {"ko", "zh", "en"}
    segments, info = model.transcribe(np.zeros(16_000, np.float32), language="zh", temperature=0.0)
    assert info.duration == 1.0
    assert isinstance(list(segments), list)


def test_the_figures_are_there(made: Made) -> None:
    figures = json.loads((made.folder / "speech-figures.json").read_text(encoding="utf-8"))
    assert set(figures["languages"]) == {"ko", "zh", "en"}
    assert figures["training"]["steps"] == 6
    assert figures["languages"]["ko"]["windows"]["30 s"]["n"] > 0


def test_the_translation_packages_are_there(made: Made) -> None:
    assert len(list(made.folder.glob("*.argosmodel"))) == 4


def test_the_many_to_many_model_loads_in_the_engine(made: Made) -> None:
    model = M2MModel(made.folder / "m2m")
    assert model.languages == ("en", "ko", "vi")
    assert len(model.settled([PairRequest(("ko", "vi"), "감사합니다.")])) == 1


def test_exporting_leaves_the_model_as_it_is(made: Made) -> None:
    work = made.folder / "work"
    run_in_training(EXPORT_TWICE, work)
    first, again = (path / "model.bin" for path in (made.folder / "whisper", work / "again"))
    assert first.read_bytes() == again.read_bytes()


def test_an_exported_model_can_be_read_back(made: Made) -> None:
    run_in_training(READ_BACK, made.folder)


def test_training_goes_on_from_a_finished_model(made: Made, tmp_path: Path) -> None:
    program = [ROOT / "scripts" / "train_demo_models", "--smoke", "--only", "speech", "--threads", "2"]
    subprocess.run([*program, "--start-from", made.folder / "whisper", "--out", tmp_path], check=True)
    figures = json.loads((tmp_path / "speech-figures.json").read_text(encoding="utf-8"))
    assert figures["training"]["steps"] == 6
    tokenizers = [(folder / "whisper" / "tokenizer.json").read_bytes() for folder in (made.folder, tmp_path)]
    assert tokenizers[0] == tokenizers[1]
