"""`python -m transcription`."""

from __future__ import annotations

import os
import sys

# Before numpy is loaded: its matrices are tiny here, and OpenBLAS's threads spend their time waiting.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from transcription.worker import main

if __name__ == "__main__":
    sys.exit(main())
