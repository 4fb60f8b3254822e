"""Alembic's entry: runs the versions against the address that ``supervision.database.upgrade`` gives."""

from alembic import context
from sqlmodel import SQLModel

from supervision import tables  # noqa: F401  every table registers itself on import
from supervision.database import Database

database = Database(context.config.attributes["url"])
with database.engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=SQLModel.metadata, render_as_batch=database.is_sqlite
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
database.close()
