"""The inference plane: speakers' PCM in, translated captions out. One process owns the models."""
