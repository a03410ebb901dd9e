"""What Alembic runs: the migrations of `versions`, on the connection and in the transaction it is given."""

from alembic import context

from queries.decisions.tables import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
