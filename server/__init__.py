"""The control plane: pages, API, rooms, people, links, captions, database. No media, no models."""
