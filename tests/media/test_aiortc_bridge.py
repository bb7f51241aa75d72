"""The private names that the bridge needs, and what it says when one is gone."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from aiortc import RTCPeerConnection
from aiortc.rtcdtlstransport import RTCDtlsTransport

from media import aiortc_bridge
from media.errors import LibraryMismatch

MEDIA = Path(aiortc_bridge.__file__).parent


@pytest.mark.parametrize("library", ["aiortc", "aioice", "pylibsrtp"])
def test_exactly_one_version_is_pinned_and_here(library: str) -> None:
    """What the guard closes was looked for in that version; another has faults of its own."""
    project = tomllib.loads((MEDIA.parent / "pyproject.toml").read_text())["project"]
    assert f"{library}=={version(library)}" in project["dependencies"]
    assert f"\n{library}=={version(library)} " in (MEDIA.parent / "requirements/run.txt").read_text()


def test_the_pinned_libraries_are_the_right_ones() -> None:
    aiortc_bridge.check_libraries()


@pytest.mark.parametrize(
    ("owner", "name"),
    [(RTCDtlsTransport, "_setup_srtp"), (RTCPeerConnection, "_RTCPeerConnection__createTransceiver")],
)
def test_a_missing_method_is_named(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
    monkeypatch.delattr(owner, name)
    with pytest.raises(LibraryMismatch, match=rf"{owner.__name__}\.{name}"):
        aiortc_bridge.check_libraries()


def test_a_missing_attribute_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def __init__(self: object) -> None:
        """No keys are kept any more."""

    monkeypatch.setattr(RTCDtlsTransport, "__init__", __init__)
    with pytest.raises(LibraryMismatch, match=r"RTCDtlsTransport\._tx_srtp"):
        aiortc_bridge.check_libraries()


def test_no_other_file_reaches_into_the_libraries() -> None:
    private = re.compile(r"(?<!self)(?<!cls)\._(?!_)[a-z]\w*|_RTC[A-Z]\w+__")
    found = {
        path.name: private.findall(path.read_text())
        for path in MEDIA.glob("*.py")
        if path.name != "aiortc_bridge.py"
    }
    assert {name: names for name, names in found.items() if names} == {}
