"""The control plane: pages, HTTP API, rooms, people, links, captions and the database. No media, no models."""
