"""The filter bar: what the address says, what the widgets say, and one `Asked` that pages read.

The address is the truth: where it differs from what this session last wrote there (first visit, copied link,
back button), the widgets follow it; else a widget was moved, and the address follows. A list stands in the
address as its codes with commas between, as `stillstock show --link` reads it. This module is the only one,
with the forms, that keeps session state.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import streamlit as st

from components import answers
from components.answers import Row
from components.charts.palette import tier_name
from components.navigation import BACKTEST, STOCK, THRESHOLDS
from components.words import LOCALES, Words, language_for
from queries.decisions import links
from queries.filters import FIELDS, Filters, Ignored
from queries.lake.contract import MATERIAL_TYPES
from queries.lake.versions import DataVersion

LANGUAGE = "lang"
PAGE_PARAMETERS = frozenset(
    {
        LANGUAGE,
        "wall",
        "scenes",
        "seconds",
        "at",
        "sort",
        "from_row",
        "columns",
        "picture",
        "embed",
        "embed_options",
    }
)
"""Parts of an address that are no filters; pages read them where they stand."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "abc_class": ("A", "B", "C", "N"),
    "xyz_class": ("X", "Y", "Z", "n/a"),
    "tier": ("R", "S", "T", "none"),
    "state": ("obsolete", "dead", "slow", "watch", "excess", "healthy"),
    "material_type": MATERIAL_TYPES,
    "use_kinds": ("issue", "production_out", "transfer", "scrap", "supplier_return"),
    "use_scope": ("company", "warehouse"),
    "return_age": ("issue", "return"),
    "tested_threshold": ("watch_after_days", "slow_after_days", "dead_after_days"),
}
SCOPE = (
    "as_of", "organisation", "region", "warehouse", "category", "material_type", "supplier", "abc_class",
    "xyz_class", "tier", "state", "search",
)  # fmt: skip
AGES = (
    "watch_after_days", "slow_after_days", "dead_after_days", "grace_days", "shelf_alert_days",
    "customer_life_days", "age_edges", "return_age", "transit_days",
)  # fmt: skip
RULES = (
    "use_scope", "use_kinds", "demand_window_days", "excess_horizon_days", "safety_stock_days",
    "holding_rate", "frozen_days", "stale_after_days", "cost_ratio_limit",
)  # fmt: skip
SCORE = (
    "days_weight", "value_weight", "reuse_weight", "red_from_score", "standard_from_score",
    "value_floor", "value_ceiling",
)  # fmt: skip
COUNTING = (
    "count_tolerance_share", "count_a_days", "count_b_days", "count_c_days", "count_plan_positions",
    "count_batch_lines", "duplicate_from_score",
)  # fmt: skip
PROOF = (
    "tested_threshold", "backtest_horizon_days", "review_cost", "miss_loss_share", "flat_cost_share",
)  # fmt: skip
HANDLING = (
    "red_deadline_days", "standard_deadline_days", "temporary_deadline_days", "red_approver",
    "standard_approver", "temporary_approver",
)  # fmt: skip
PINS = ("item", "data_version", "policy_version")
CLASSES = (
    "abc_a_until", "abc_b_until", "xyz_x_until", "xyz_y_until", "intermittent_from_adi", "erratic_from_cv2",
    "fast_from_periods", "history_periods", "phase_in_days", "phase_out_share", "supply_limit_days",
    "class_drift_periods", "class_review_days",
)  # fmt: skip
GROUPS: Mapping[str, tuple[str, ...]] = {
    "ages": AGES,
    "rules": RULES,
    "score": SCORE,
    "classes": CLASSES,
    "counting": COUNTING,
    "backtest": PROOF,
    "handling": HANDLING,
    "pins": PINS,
}
POLICY_PARTS = ("rules", "exemptions")
"""Filters that a policy's page writes; the bar keeps them and says them, but draws no widget."""
DRILL_PARTS = ("group_by", "bin", "age_bucket", "document", "alert", "checked_on")
"""Filters of one page alone, which draws them itself; they end where the drill-down is left."""
DRAWN_BY_PAGE: Mapping[str, tuple[str, ...]] = {
    THRESHOLDS.url_path: (
        "tier", "state", *AGES[:4], "use_scope", "use_kinds", "excess_horizon_days", *SCORE,
    ),
    BACKTEST.url_path: PROOF,
}  # fmt: skip
"""Filters that a page draws itself, or that it decides: its bar leaves them out."""
LISTS = frozenset(
    {
        "organisation", "region", "warehouse", "category", "material_type", "abc_class", "xyz_class", "tier",
        "state", "use_kinds",
    }
)  # fmt: skip
DECIMALS = frozenset(
    {
        "holding_rate", "phase_out_share", "cost_ratio_limit", "count_tolerance_share",
        "duplicate_from_score", *PROOF[2:], *SCORE, *CLASSES[:6],
    }
)  # fmt: skip
TEXTS = frozenset({"search", "item", "supplier", "age_edges", *HANDLING[3:]})

_ASKED, _CHOSEN, _SEEN, _IGNORED = "_asked", "_chosen", "_address_seen", "_ignored"
_TOUCHED, _LANGUAGE_KEPT, _PAGE = "_touched", "_language_kept", "_page"


@dataclass(frozen=True)
class Asked:
    """One run's question: `chosen` is what the reader chose; `filters` name the data version, the policy
    version and every threshold that policy sets besides.

    `ignored` are the parts of the address that were not used; `status` the row of mart_data_status,
    `settings` that of mart_settings: every threshold in force; `page` the page's own address.
    """

    chosen: Filters
    filters: Filters
    say: Words
    ignored: tuple[Ignored, ...]
    version: DataVersion | None
    status: Row
    settings: Row
    page: str = ""

    def link(self, **changes: Any) -> dict[str, str]:
        """The address part that asks the same, with some filters set otherwise; always with language."""
        named = {name: str(value) for name, value in self.chosen.where(**changes).variables().items()}
        return {**named, LANGUAGE: self.say.language}

    def full_link(self) -> dict[str, str]:
        """`link` with the day, the data and the policy version of this run: these numbers for good."""
        pins = {"as_of": self.settings["as_of"], "data_version": self.filters.data_version}
        return self.link(**pins, policy_version=self.settings["policy_version"])


def asked() -> Asked:
    """What app.py found for this run; pages and fragments read it."""
    found: Asked = st.session_state[_ASKED]
    return found


def read_language() -> Words:
    """The words of the reader's language: just switched, in the address, as before, or the browser's."""
    state, given = st.session_state, _address().get(LANGUAGE)
    switched = state.get(LANGUAGE) if LANGUAGE in state.get(_TOUCHED, ()) else None
    language = switched or (given if given in LOCALES else None) or state.get(_LANGUAGE_KEPT)
    state[_LANGUAGE_KEPT] = language or language_for(st.context.locale)
    return Words(state[_LANGUAGE_KEPT], timezone=st.context.timezone or "UTC")


def read_address(page: str) -> None:
    """Take over what the address says if it changed, else what widgets were moved on this page.

    Streamlit resets widgets when the page changes and calls that a change; it is none of the reader's.
    """
    state, given = st.session_state, _address()
    touched = state.pop(_TOUCHED, set()) if state.get(_PAGE) == page else set()
    chosen: Filters = state.get(_CHOSEN, Filters())
    if touched:
        chosen, state[_IGNORED] = _from_widgets(chosen, touched)
    elif given != state.get(_SEEN):
        chosen, state[_IGNORED] = _from_address(given)
    if page != STOCK.url_path:
        chosen = chosen.where(**dict.fromkeys(DRILL_PARTS))
    state[_CHOSEN], state[_PAGE] = chosen, page
    state.pop(_TOUCHED, None)


def take(**values: Any) -> None:
    """Set filters as if their widgets had been moved, None as not set: for callbacks and before a rerun."""
    st.session_state.update(values)
    _touch(*values)


def now(found: Asked) -> Filters:
    """What the same link asks by its policy alone: `filters` without the thresholds that were chosen."""
    return answers.in_force(found.filters.scope_part())[0]


def answer_address(say: Words, newest: int) -> Asked:
    """Resolve the data version and the status of this run's question, and keep it for the pages."""
    chosen: Filters = st.session_state[_CHOSEN]
    number = chosen.data_version or newest
    filters, gone = answers.in_force(chosen.where(data_version=number or None))
    day = Filters(as_of=filters.as_of, data_version=filters.data_version)
    status = answers.ask_one("mart_data_status", day)
    found = Asked(
        chosen=chosen,
        filters=filters,
        say=replace(say, currency=status["currency"]),
        ignored=st.session_state.get(_IGNORED, ()) + gone,
        version=answers.data_version(number),
        status=status,
        settings=answers.ask_one("mart_settings", filters),
        page=st.session_state.get(_PAGE, ""),
    )
    st.session_state[_ASKED] = found
    _write_address(found)
    return found


def draw(found: Asked) -> None:
    """The bar: scope first, thresholds folded away; every widget's key is its filter's name."""
    say, elsewhere = found.say, DRAWN_BY_PAGE.get(found.page, ())
    _to_widgets(found.chosen)
    known = places(found)
    for name in SCOPE:
        if name not in elsewhere:
            widget(name, say, known, found.settings)
    for group, names in GROUPS.items():
        shown = [name for name in names if name not in elsewhere]
        if shown:
            with st.expander(say(f"group.{group}")):
                for name in shown:
                    widget(name, say, known, found.settings)
    st.button(say("filter.clear"), on_click=_clear, width="stretch", key="clear_filters")


def language_switch(say: Words) -> None:
    """The two languages by their own names."""
    if st.session_state.get(LANGUAGE) != say.language:
        st.session_state[LANGUAGE] = say.language
    st.segmented_control(
        say("language"),
        list(LOCALES),
        format_func=lambda language: say(f"language.{language}"),
        key=LANGUAGE,
        required=True,
        label_visibility="collapsed",
        on_change=_touch,
        args=(LANGUAGE,),
    )


def sentence(found: Asked) -> str:
    """The filters in words; says so where there are none."""
    return found.chosen.sentence(lambda name, value: word(name, value, found.say)) or found.say("filter.all")


def word(name: str, value: Any, say: Words) -> str:
    """One filter in words: its label and its value."""
    return say("filter.is", name=say(f"filter.{name}"), value=said(name, value, say))


def said(name: str, value: Any, say: Words) -> str:
    """The value of one filter in words."""
    if name in LISTS:
        text = say("word.comma").join(option(name, code, say) for code in str(value).split(","))
    elif name in POLICY_PARTS:
        text = say.number(len(json.loads(value)))
    elif isinstance(value, date):
        text = say.day(value)
    elif name in CHOICES or name in HANDLING:
        text = option(name, str(value), say)
    elif isinstance(value, Decimal):
        is_share = name in {"holding_rate", "count_tolerance_share", "miss_loss_share", "flat_cost_share"}
        text = say.percent(value) if is_share else say.number(value, 2)
    else:
        text = str(value)
    return text


def option(name: str, code: str, say: Words, places: Mapping[str, str] | None = None) -> str:
    """A code in words where it has any: tiers, states, material types; names of warehouses where known."""
    if name == "tier" and code in CHOICES[name]:
        return tier_name(code, say)
    if name == "tested_threshold":
        return say(f"filter.{code}")
    if name in CHOICES and code in CHOICES[name]:
        return say(f"{name}.{code}")
    if name.endswith("_approver"):
        known = say(f"approver.{code}")
        return code if known == f"approver.{code}" else known
    known = (places or {}).get(f"{name}:{code}", "")
    return f"{say.name(known)} ({code})" if known and known != code else code


def places(found: Asked) -> dict[str, str]:
    """`field:code` to name for every place and category with stock in this data version."""
    version = Filters(data_version=found.filters.data_version)
    columns = ("organisation", "region", "place_id", "warehouse_name", "category")
    rows = answers.ask("mart_chosen_scopes", version, columns=columns, sort=[("warehouse_name", False)])
    known = {f"{field}:{row[field]}": row[field] for field in columns[:2] for row in rows if row[field]}
    known |= {f"warehouse:{row['place_id']}": row["warehouse_name"] for row in rows if row["place_id"]}
    for category in sorted({row["category"] for row in rows if row["category"]}):
        steps = category.split("/")
        for depth in range(1, len(steps) + 1):
            path = "/".join(steps[:depth])
            known.setdefault(f"category:{path}", path)
    return known


def widget(name: str, say: Words, places: Mapping[str, str], settings: Row, *, is_named: bool = True) -> None:
    """The widget of one filter; empty it shows what is in force. Its label may stand elsewhere."""
    visible: Literal["visible", "collapsed"] = "visible" if is_named else "collapsed"
    label = say(f"filter.{name}")
    default = settings.get(name)
    if name in LISTS:
        known = [key.partition(":")[2] for key in places if key.startswith(f"{name}:")]
        kept = [code for code in st.session_state[name] if code not in known]
        st.multiselect(
            label,
            [*CHOICES.get(name, known), *(code for code in kept if code not in CHOICES.get(name, ()))],
            format_func=lambda code: option(name, code, say, places),
            key=name,
            placeholder=_default(name, default, say) if name == "use_kinds" else say("filter.any"),
            on_change=_touch,
            args=(name,),
        )
    elif name in CHOICES:
        st.selectbox(
            label,
            CHOICES[name],
            index=None,
            format_func=lambda code: option(name, code, say),
            key=name,
            placeholder=_default(name, default, say),
            on_change=_touch,
            args=(name,),
        )
    elif name in TEXTS:
        st.text_input(
            label,
            key=name,
            placeholder=option(name, str(default), say) if default else say("filter.any"),
            on_change=_touch,
            args=(name,),
        )
    elif name == "as_of":
        st.date_input(
            label,
            value=None,
            key=name,
            format="YYYY-MM-DD",
            on_change=_touch,
            args=(name,),
            max_value=date.max,
        )
    elif name in DECIMALS:
        st.number_input(
            label,
            value=None,
            min_value=0.0,
            step=5.0
            if "score" in name
            or name == "review_cost"
            or (name.startswith("value_") and "weight" not in name)
            else 0.05,
            key=name,
            placeholder=_default(name, default, say),
            label_visibility=visible,
            on_change=_touch,
            args=(name,),
        )
    else:
        st.number_input(
            label,
            value=None,
            min_value=0,
            step=1 if "version" in name else 10,
            key=name,
            placeholder=_default(name, default, say),
            label_visibility=visible,
            on_change=_touch,
            args=(name,),
        )


def _default(name: str, default: Any, say: Words) -> str:
    if default is None:
        return say("filter.any")
    if name in CHOICES:
        return say("word.comma").join(option(name, code, say) for code in str(default).split(","))
    return say.number(default, 2)


def _touch(*names: str) -> None:
    st.session_state[_TOUCHED] = st.session_state.get(_TOUCHED, set()) | set(names)


def _clear() -> None:
    _to_widgets(Filters())
    _touch(*FIELDS.keys())


def _address() -> dict[str, str]:
    """Filters and language as the address has them; a name given more than once is a list."""
    return {
        name: ",".join(st.query_params.get_all(name))
        for name in st.query_params
        if name not in PAGE_PARAMETERS or name == LANGUAGE
    }


def _from_address(given: Mapping[str, str]) -> tuple[Filters, tuple[Ignored, ...]]:
    chosen, ignored = Filters.from_link({n: text for n, text in given.items() if n != LANGUAGE and text})
    if LANGUAGE in given and given[LANGUAGE] not in LOCALES:
        ignored += (Ignored(LANGUAGE, given[LANGUAGE][:80], "unreadable"),)
    return chosen, tuple(map(links.named, ignored))


def _from_widgets(before: Filters, touched: Set[str]) -> tuple[Filters, tuple[Ignored, ...]]:
    """The filters with those that were touched as their widgets say, read as a link is read."""
    texts = {}
    for name in FIELDS:
        value = st.session_state.get(name) if name in touched else getattr(before, name)
        text = ",".join(value) if isinstance(value, list) else "" if value is None else str(value)
        if text:
            texts[name] = text
    for name in POLICY_PARTS:
        st.session_state.pop(name, None)
    return Filters.from_link(texts)


def _to_widgets(chosen: Filters) -> None:
    for name in FIELDS.keys() - {*POLICY_PARTS, *DRILL_PARTS}:
        value = getattr(chosen, name)
        if name in LISTS:
            value = value.split(",") if value else []
        elif name in TEXTS:
            value = value or ""
        elif isinstance(value, Decimal):
            value = float(value)
        if name not in st.session_state or st.session_state[name] != value:
            st.session_state[name] = value


def _write_address(found: Asked) -> None:
    """Put the filters into the address; the browser's own language needs no word there.

    Written every time: a link within a page tells the server its address, but not the browser's bar.
    """
    given = _address()
    wanted = found.link()
    if LANGUAGE not in given and found.say.language == language_for(st.context.locale):
        del wanted[LANGUAGE]
    wanted |= {name: text for name, text in given.items() if name not in FIELDS and name != LANGUAGE}
    own = {n: st.query_params.get_all(n) for n in st.query_params if n in PAGE_PARAMETERS - {LANGUAGE}}
    st.query_params.from_dict({**own, **wanted})
    st.session_state[_SEEN] = wanted
