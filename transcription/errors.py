"""Errors of the inference plane.

TranscriptionError
├── ConfigurationError     the worker cannot start as it was called (exit code 78)
│   └── ModelError         a model directory is missing, incomplete or damaged
└── InferenceError         a loaded model failed on one batch of work
"""

from __future__ import annotations


class TranscriptionError(Exception):
    """Base of everything this package raises on purpose."""

    code = "transcription_error"


class ConfigurationError(TranscriptionError):
    """The worker cannot start as it was called; the text says what to change, in one line."""

    code = "configuration"


class ModelError(ConfigurationError):
    """A model directory is missing, incomplete or damaged."""

    code = "model"


class InferenceError(TranscriptionError):
    """A loaded model failed on one batch of work."""

    code = "inference"
