"""`python -m transcription`."""

from __future__ import annotations

import sys

from transcription.worker import main

if __name__ == "__main__":
    sys.exit(main())
