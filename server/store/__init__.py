"""Rooms, people, links, captions and settings in a database: `async with Store.open(url, key) as store`."""

from server.store.store import Store

__all__ = ["Store"]
