"""Thresholds as sliders and fields: both set the same filter, and the link carries it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import streamlit as st

from components import filter_bar
from components.answers import Row
from components.filter_bar import Asked
from queries.errors import PolicyWeightsOff, StockError

MONEY_STEPS = tuple(float(digit * 10**power) for power in range(8) for digit in (1, 2, 5))


@dataclass(frozen=True)
class Range:
    """How far a slider reaches unless its value lies further, its step, and how it writes its value."""

    highest: float
    step: float
    says: str


_DAYS, _SHARE, _SCORE = Range(730, 1, "%d"), Range(1, 0.05, "%.2f"), Range(100, 1, "\u2265 %d")
_FROM = Range(730, 1, "\u2265 %d")
RANGES: Mapping[str, Range] = {
    "watch_after_days": _FROM,
    "slow_after_days": _FROM,
    "dead_after_days": _FROM,
    "grace_days": _DAYS,
    "excess_horizon_days": Range(730, 1, "> %d"),
    "days_weight": _SHARE,
    "value_weight": _SHARE,
    "reuse_weight": _SHARE,
    "red_from_score": _SCORE,
    "standard_from_score": _SCORE,
}
"""A limit that says at least is reached on its very day; an excess begins beyond its horizon."""
DAYS = ("watch_after_days", "slow_after_days", "dead_after_days", "grace_days", "excess_horizon_days")
WEIGHTS = ("days_weight", "value_weight", "reuse_weight")
SCORES = ("red_from_score", "standard_from_score", "value_floor", "value_ceiling")
USE = ("use_kinds", "use_scope")


def draw(asked: Asked, now: Row) -> None:
    """Every threshold that is tried here; `now` is the row of mart_settings of the policy alone."""
    say = asked.say
    days, score, use = st.tabs([say(f"trial.{name}") for name in ("days", "score", "use")], key="limits")
    with days:
        st.caption(say("trial.days.about"))
        for name in DAYS:
            _limit(name, asked, now)
    with score:
        st.caption(say("trial.score.about"))
        for name in (*WEIGHTS, *SCORES):
            _limit(name, asked, now)
    with use:
        st.caption(say("trial.use.about"))
        for name in USE:
            filter_bar.widget(name, say, {}, asked.settings)


def _limit(name: str, asked: Asked, now: Row) -> None:
    left, right = st.columns([3, 2], vertical_alignment="bottom", gap="small")
    with left:
        _slider(name, asked, now)
    with right:
        filter_bar.widget(name, asked.say, {}, asked.settings, is_named=False)


def _slider(name: str, asked: Asked, now: Row) -> None:
    key, value, label = f"slide_{name}", float(asked.settings[name]), asked.say(f"filter.{name}")
    callback: dict[str, Any] = {"key": key, "on_change": _slid, "args": (name, now[name])}
    if name not in RANGES:
        _show(key, value)
        steps = sorted({*MONEY_STEPS, value})
        st.select_slider(label, steps, format_func=asked.say.money, **callback)
        return
    reach = RANGES[name]
    number: Any = float if reach.step < 1 else round
    _show(key, number(value))
    highest = number(max(reach.highest, value))
    st.slider(label, number(0), highest, step=number(reach.step), format=reach.says, **callback)


def _show(key: str, value: float) -> None:
    """Set a slider only where it shows another value: one being moved would jump back."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _slid(name: str, now: int | Decimal) -> None:
    """Take the slider's value; what the policy says anyway needs no word in the link."""
    value = Decimal(f"{st.session_state[f'slide_{name}']:.4f}").normalize()
    filter_bar.take(**{name: None if value == now else f"{value:f}"})


def mend(asked: Asked, wrong: Sequence[StockError]) -> None:
    """What undoes impossible thresholds: for weights alone, keep how they stand to each other."""
    weights = [float(asked.settings[name]) for name in WEIGHTS]
    is_of_weights = any(isinstance(error, PolicyWeightsOff) and not error.facts["rule"] for error in wrong)
    st.caption(asked.say("trial.impossible"))
    if is_of_weights and sum(weights) > 0:
        first, second = (round(weight / sum(weights), 2) for weight in weights[:2])
        mended = zip(WEIGHTS, (first, second, round(1 - first - second, 2)), strict=True)
        st.button(
            asked.say("trial.weights.mend"),
            icon=":material/balance:",
            key="mend_weights",
            on_click=filter_bar.take,
            kwargs=dict(mended),
        )


def back(asked: Asked) -> None:
    """A button that gives up every threshold of the trial."""
    number = asked.say.number(asked.settings["policy_version"])
    chosen = asked.chosen.policy_part().variables()
    st.button(
        asked.say("trial.back", number=number),
        icon=":material/undo:",
        key="trial_back",
        disabled=not chosen,
        on_click=filter_bar.take,
        kwargs=dict.fromkeys(chosen),
    )
