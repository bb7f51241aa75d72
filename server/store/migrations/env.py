"""What alembic runs: the migrations, on the connection that `server/store/schema.py` passes."""

from __future__ import annotations

from alembic import context

from server.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
