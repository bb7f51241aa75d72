"""The models that the tests hear with: the demo models, or those of SANGDAM_TEST_MODELS."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from transcription.models.store import DEMO_DIRECTORY
from transcription.options import parse
from transcription.worker import Loaded, load

# On a busy machine the first example of a test takes as long as it takes.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def models_directory() -> Path:
    return Path(os.environ.get("SANGDAM_TEST_MODELS", DEMO_DIRECTORY))


@pytest.fixture(scope="session")
def loaded(models_directory: Path) -> Loaded:
    """As the worker loads them, on one thread."""
    arguments = ["--server", "http://127.0.0.1:1", "--models", str(models_directory), "--threads", "1"]
    return load(parse(arguments, {"SANGDAM_WORKER_SECRET": "secret"}))
