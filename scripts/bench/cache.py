"""Where the benchmark keeps what it makes once: never in the clone."""

from __future__ import annotations

import os
from pathlib import Path


def directory(name: str) -> Path:
    """A folder for `name` under the user's cache directory; it may not exist yet."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "sangdam" / "bench" / name
