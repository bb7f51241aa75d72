"""One line of the doctor's report, and the report as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

Level = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` is a stable name. `advice` says what to do, and is empty where all is well."""

    check: str
    level: Level
    message: str
    advice: str = ""


def ok(check: str, message: str) -> Finding:
    return Finding(check, "ok", message)


def warning(check: str, message: str, advice: str) -> Finding:
    """It works, but not for everybody or not for long; or it could not be told from here."""
    return Finding(check, "warning", message, advice)


def problem(check: str, message: str, advice: str) -> Finding:
    return Finding(check, "problem", message, advice)


def is_healthy(findings: Sequence[Finding]) -> bool:
    return all(finding.level != "problem" for finding in findings)


def as_json(findings: Sequence[Finding]) -> str:
    report = {"ok": is_healthy(findings), "findings": [asdict(finding) for finding in findings]}
    return json.dumps(report, ensure_ascii=False, indent=2)


def as_text(finding: Finding) -> str:
    text = f"{finding.level:<8} {finding.check:<14} {finding.message}"
    return f"{text}\n{'':<24}→ {finding.advice}" if finding.advice else text


def summary(findings: Sequence[Finding]) -> str:
    counted = {level: sum(finding.level == level for finding in findings) for level in ("problem", "warning")}
    return ", ".join(f"{count} {level}{'' if count == 1 else 's'}" for level, count in counted.items())
