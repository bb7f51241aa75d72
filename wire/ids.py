"""What rooms, people and sources are called between all parts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

Id = Annotated[str, Field(pattern=r"^[a-z0-9]{1,32}$")]
Source = Literal["microphone", "camera", "screen"]
