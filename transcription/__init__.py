"""The inference plane: speakers' PCM in, captions with their translations out. One process owns the models."""
