"""`python -m media.recording DIRECTORY --out FILE`: one file of a room's dumps; reads labels from stdin."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import av
from pydantic import ValidationError

from media.recording.muxing import Labels, NothingRecorded, mux

EX_DATAERR, EX_NOINPUT, EX_IOERR = 65, 66, 74


def main(arguments: Sequence[str] | None = None) -> int:
    """0; 65 for bad labels, 66 when nothing was recorded, 74 when the file could not be written."""
    parser = argparse.ArgumentParser(prog="python -m media.recording")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    # Calls go first.
    os.nice(10)
    try:
        labels = Labels.model_validate_json(sys.stdin.buffer.read())
        part = given.out.with_name(given.out.name + ".part")
        mux(given.directory, labels, part)
        os.replace(part, given.out)
    except ValidationError as error:
        print(f"the labels cannot be used: {error.error_count()} errors", file=sys.stderr)
        return EX_DATAERR
    except NothingRecorded as error:
        print(str(error), file=sys.stderr)
        return EX_NOINPUT
    except (OSError, av.FFmpegError) as error:
        print(f"the file could not be written: {error.strerror}", file=sys.stderr)
        return EX_IOERR
    return 0


if __name__ == "__main__":
    sys.exit(main())
