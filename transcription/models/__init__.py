"""The models directory: what is in it, how it gets there, and loading it."""
