"""The HTTP API (JSON): `add_routes` puts it into an application, `envelope.errors` is its middleware."""

from server.api.table import ENDPOINTS, add_routes

__all__ = ["ENDPOINTS", "add_routes"]
