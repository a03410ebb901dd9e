"""How a tier is handled, as the policy in force says: until when, and who approves."""

from __future__ import annotations

from components.answers import Row
from components.filter_bar import option
from components.words import Words

FIELDS = {"R": "red", "S": "standard", "T": "temporary"}
"""Tier code to the first word of its settings."""


def deadline(tier: str, settings: Row, say: Words) -> str:
    """Within how many days a tier is to be dealt with; `settings` is the row of mart_settings."""
    return say("handling.deadline", days=say.number(settings[f"{FIELDS[tier]}_deadline_days"]))


def approver(tier: str, settings: Row, say: Words) -> str:
    """Who approves what is done with a tier."""
    name = f"{FIELDS[tier]}_approver"
    return say("handling.approver", who=option(name, settings[name], say))
