"""Policies with their activations, and short links; version 1 is what is built in, and active."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from queries.decisions.tables import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the three tables."""
    policies = op.create_table(
        "policies",
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("values", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
    )
    activations = op.create_table(
        "policy_activations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("version", sa.Integer, sa.ForeignKey("policies.version"), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("activated_at", Moment, nullable=False),
    )
    op.create_table(
        "short_links",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
    )
    now = datetime.now(UTC)
    told = {"reason": "", "author": ""}
    op.bulk_insert(policies, [{"values": {}, "created_at": now, **told}])
    op.bulk_insert(activations, [{"version": 1, "activated_at": now, **told}])
