"""Makes the demo models: a sentence grammar, and the speech and translation models trained on it."""
