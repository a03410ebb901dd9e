"""Rules of alerts as data: which stock, over what limits, and what one alert stands for.

A rule names alternatives; in each, every condition must hold: so any mix of AND and OR can be written. Codes
and days choose stock; money is compared for the chosen stock of an item, a warehouse or a category together.
views/4_marts/mart_alert_matches.sql answers a rule, told as the variable `alert`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Entity = Literal["item", "warehouse", "category"]
Days = Literal["days_since_use", "age_days", "days_to_next_state", "days_to_expiry", "data_age_days"]
Code = Literal["abc_class", "xyz_class", "category", "warehouse", "tier", "state"]
Comparison = Literal[">=", ">", "=", "<", "<="]

ENTITIES: tuple[Entity, ...] = get_args(Entity)
DAYS: tuple[Days, ...] = get_args(Days)
CODES: tuple[Code, ...] = get_args(Code)
COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)
MONEY: Literal["value"] = "value"
MEASURES = (MONEY, *DAYS, *CODES)

_DATA = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
_CLOSED = {
    "abc_class": {"A", "B", "C", "N"},
    "xyz_class": {"X", "Y", "Z", "n/a"},
    "tier": {"R", "S", "T", "none"},
    "state": {"obsolete", "dead", "slow", "watch", "excess", "healthy"},
}


class DaysCondition(BaseModel):
    """So many calendar days; what has no such day (no expiry, no next state) never fulfils it."""

    model_config = _DATA
    measure: Days
    comparison: Comparison
    limit: Annotated[int, Field(ge=-36_500, le=36_500)]


class MoneyCondition(BaseModel):
    """Money in company currency, exact, of the chosen stock of one entity together."""

    model_config = _DATA
    measure: Literal["value"]
    comparison: Comparison
    limit: Annotated[Decimal, Field(ge=0, le=10**15, decimal_places=4, allow_inf_nan=False)]


class CodeCondition(BaseModel):
    """One of these codes, or, if `is_not`, none of them.

    A warehouse includes everything below it in the tree, a category everything below its path; `=X` is X
    alone, `=` what names none.
    """

    model_config = _DATA
    measure: Code
    codes: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(min_length=1)]
    is_not: bool = False

    @model_validator(mode="after")
    def _known(self) -> Self:
        if set(self.codes) - _CLOSED.get(self.measure, set(self.codes)):
            raise ValueError(f"{self.measure} has no such code")
        return self


Condition = Annotated[DaysCondition | MoneyCondition | CodeCondition, Field(discriminator="measure")]
Alternative = Annotated[tuple[Condition, ...], Field(min_length=1, max_length=20)]


class Rule(BaseModel):
    """What one alert stands for, and the alternatives of which one must hold, each a row of conditions."""

    model_config = _DATA
    entity: Entity
    any_of: Annotated[tuple[Alternative, ...], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _one_of_a_kind(self) -> Self:
        for conditions in self.any_of:
            codes = [each.measure for each in conditions if isinstance(each, CodeCondition)]
            if len(set(codes)) < len(codes):
                raise ValueError("a code is named in one condition of an alternative")
        return self

    def spelled(self) -> str:
        """The rule as JSON, in one spelling."""
        return self.model_dump_json(exclude_defaults=True)


def read(text: str) -> Rule | None:
    """The rule that a JSON text says; None if it is none."""
    try:
        return Rule.model_validate_json(text)
    except ValidationError:
        return None


def spelled(text: str) -> str | None:
    """The text of a rule in its one spelling; None if it is no rule."""
    rule = read(text)
    return rule.spelled() if rule else None
