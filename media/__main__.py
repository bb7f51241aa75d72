"""`python -m media`."""

from __future__ import annotations

import sys

from media.worker import main

if __name__ == "__main__":
    sys.exit(main())
