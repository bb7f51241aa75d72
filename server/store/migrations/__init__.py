"""Migrations of the database, run at start by `server/store/schema.py`."""
