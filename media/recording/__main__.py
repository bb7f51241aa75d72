"""`python -m media.recording DIRECTORY --out FILE`: one file of a room's dumps; reads labels from stdin.

It keeps the bounds of `--recordings`, leaves the packets, and leaves no half a file.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import av
from pydantic import ValidationError

from media.recording.muxing import Labels, NothingRecorded, mux
from media.recording.storage import Bounds, Looks, RecordingStopped, check_making, is_full, used

EX_DATAERR, EX_NOINPUT, EX_CANTCREAT, EX_IOERR = 65, 66, 73, 74


def main(arguments: Sequence[str] | None = None) -> int:
    """0; 65: bad labels; 66: nothing was recorded; 73: no room for the file; 74: it cannot be written."""
    parser = argparse.ArgumentParser(prog="python -m media.recording")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--recordings", type=Path, required=True, metavar="DIR", help="all recordings")
    parser.add_argument("--recordings-max-gib", type=float, required=True, metavar="GIB")
    given = parser.parse_args(arguments)
    bounds = Bounds(int(given.recordings_max_gib * (1 << 30)))
    part = given.out.with_name(given.out.name + ".part")
    # Calls go first.
    os.nice(10)
    try:
        labels = Labels.model_validate_json(sys.stdin.buffer.read())
        check_making(given.recordings, bounds, used(given.directory).packets)
        looks = Looks(lambda size: check_making(given.recordings, bounds, size))
        mux(given.directory, labels, part, looks.before)
        os.replace(part, given.out)
    except ValidationError as error:
        print(f"the labels cannot be used: {error.error_count()} errors", file=sys.stderr)
        return EX_DATAERR
    except NothingRecorded as error:
        print(str(error), file=sys.stderr)
        return EX_NOINPUT
    except RecordingStopped as error:
        print(error.message, file=sys.stderr)
        return EX_CANTCREAT
    except (OSError, av.FFmpegError) as error:
        print(f"the file could not be written: {error.strerror}", file=sys.stderr)
        return EX_CANTCREAT if is_full(error.errno) else EX_IOERR
    finally:
        part.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
