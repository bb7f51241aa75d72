"""The sample day: four trade missions, their times today."""

from __future__ import annotations

from importlib.resources import files


def sample_day() -> bytes:
    """The sheet; its dates are `today`."""
    return files("server.schedule").joinpath("sample_day.csv").read_bytes()
