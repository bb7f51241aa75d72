"""DemoError: the demo cannot go on, and why."""

from __future__ import annotations


class DemoError(Exception):
    """Wrong conversation, or a link that the server will never accept."""
