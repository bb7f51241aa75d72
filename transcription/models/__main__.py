"""`python -m transcription.models`, which `sangdam models` runs."""

import sys

from transcription.models.command import main

sys.exit(main(sys.argv[1:]))
