"""`sangdam doctor`: looks at an installation as an operator would, and says what to do."""

from __future__ import annotations

from server.doctor.examination import examine
from server.doctor.finding import Finding, as_json, as_text, is_healthy, problem, summary

__all__ = ["Finding", "as_json", "as_text", "examine", "is_healthy", "problem", "summary"]
