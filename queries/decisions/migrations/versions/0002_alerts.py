"""Rules of alerts, alerts with their events, targets, and what was sent to them."""

import sqlalchemy as sa
from alembic import op

from queries.decisions.tables import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the six tables."""
    op.create_table(
        "alert_rules",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("is_on", sa.Boolean, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("checked_at", Moment),
        sa.Column("data_version", sa.Integer),
        sa.Column("policy_version", sa.Integer),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("rule_id", sa.Integer, sa.ForeignKey("alert_rules.id"), nullable=False),
        sa.Column("entity", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("snoozed_until", Moment),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.UniqueConstraint("rule_id", "entity"),
    )
    op.create_table(
        "alert_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("alert_id", sa.Integer, sa.ForeignKey("alerts.id"), nullable=False, index=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("until", Moment),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("data_version", sa.Integer),
        sa.Column("policy_version", sa.Integer),
    )
    op.create_table(
        "targets",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("routing", sa.JSON, nullable=False),
        sa.Column("every_hours", sa.Integer, nullable=False),
        sa.Column("after_days", sa.Integer, nullable=False),
        sa.Column("is_on", sa.Boolean, nullable=False),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("target", sa.Text, nullable=False, index=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("alert_count", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("claimed_by", sa.Text, nullable=False),
        sa.Column("next_at", Moment),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("sent_at", Moment),
        sa.Column("problem", sa.Text, nullable=False),
    )
    op.create_table(
        "alerts_told",
        sa.Column("target", sa.Text, primary_key=True),
        sa.Column("alert_id", sa.Integer, sa.ForeignKey("alerts.id"), primary_key=True),
        sa.Column("turn", sa.Integer, primary_key=True),
        sa.Column("delivery_id", sa.Integer, sa.ForeignKey("deliveries.id"), nullable=False),
    )
