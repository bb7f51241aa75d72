"""Makes the demo models: `python -m demo_models --out DIR`."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from demo_models import m2m, translation
from demo_models.speech import Effort, build
from demo_models.voices import EspeakError

_ROOT = Path(__file__).parents[2]
_SPEECH_SHARE = 0.59
"""Of the minutes, when both kinds of model are made."""
_M2M_SHARE = 0.6
"""Of the minutes for translation: one model for four directions, beside four models for one each."""


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="train_demo_models", description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=_ROOT / "build" / "demo_models", help="folder for the models"
    )
    parser.add_argument("--work", type=Path, help="folder for clips and checkpoints (default: OUT/work)")
    parser.add_argument("--minutes", type=float, default=150.0, help="of training, about (default: 150)")
    parser.add_argument("--threads", type=int, default=2, help="processor cores to use (default: 2)")
    parser.add_argument("--only", choices=("speech", "translation"), help="make one kind of model")
    parser.add_argument("--resume", action="store_true", help="go on from the speech checkpoint")
    parser.add_argument(
        "--start-from",
        type=Path,
        metavar="MODEL",
        help="a finished speech model (a whisper folder) to go on from",
    )
    parser.add_argument("--smoke", action="store_true", help="run every step at a tiny size; learns nothing")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status."""
    options = _options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    logging.getLogger("faster_whisper").setLevel(logging.WARNING)
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    both = options.only is None
    if options.only != "translation":
        minutes = options.minutes * (_SPEECH_SHARE if both else 1)
        effort = Effort.smoke() if options.smoke else Effort.planned(minutes)
        if options.start_from:
            effort = effort.going_on_from(options.start_from)
        try:
            build(out, options.work or out / "work", effort, threads=options.threads, resume=options.resume)
        except EspeakError as error:
            print(error, file=sys.stderr)
            return 1
    if options.only != "speech":
        minutes = options.minutes * (1 - _SPEECH_SHARE if both else 1)
        for pair in translation.PAIRS:
            share = (1 - _M2M_SHARE) / len(translation.PAIRS)
            translation.train_translation(pair, out, minutes=minutes * share, smoke=options.smoke)
        m2m.train_m2m(out, minutes=minutes * _M2M_SHARE, smoke=options.smoke)
    print(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
