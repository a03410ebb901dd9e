"""One item's story in parts: who it is, where it lies, its layers, its classes, its orders, its parents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from components import paths, tables, upkeep
from components.answers import Row
from components.charts.palette import tier_name
from components.filter_bar import Asked
from components.kpis import COLOURS
from components.navigation import ITEM, door, go
from components.states import plain
from components.words import Words

SLOW_STATES = ("watch", "slow", "dead", "obsolete")
PLACES_HIGH, LAYERS_HIGH = 5, 9
LETTERED = ("abc_class", "stock_abc_class", "xyz_class")
CLASSES = ("demand_pattern", "fsn_class", "pace", "life_cycle", "confidence")
PLACE_COLUMNS = (
    "warehouse_name", "qty", "value", "tier", "state", "ahead", "region", "last_received_on",
)  # fmt: skip
LAYER_COLUMNS = (
    "warehouse_name", "age", "received", "way", "arrived_on", "qty", "value", "document_id", "age_basis",
    "cost_value", "revaluation", "receipt_cost", "days_to_next_bucket", "lot_id", "status",
)  # fmt: skip
LAYER_FILE = (
    "item_id", "warehouse_id", "warehouse_name", "lot_id", "status", "age_days", "received_on", "arrived_on",
    "document_id", "age_basis", "qty", "unit_cost", "value", "receipt_cost", "cost_value",
)  # fmt: skip
"""Columns of mart_layers for a file: every layer, its dates as they are."""
PARTNER_COLUMNS = (
    "side", "partner", "qty", "last_on", "first_on", "document_count", "open_qty", "cancelled_qty", "buyer",
)  # fmt: skip
PARENT_COLUMNS = (
    "level", "parent_name", "parent_id", "via", "qty_per", "is_live", "parent_qty", "parent_used_qty",
)  # fmt: skip
MOVEMENT_COLUMNS = (
    "posted_on", "kind", "document_id", "qty", "counted_qty", "warehouse_name", "lot_id", "reference_id",
    "is_undone",
)  # fmt: skip
FIGURES = (
    "turnover", "turnover_days", "supply_days", "excess_qty", "abc_share", "stock_abc_share", "cv", "adi",
    "size_cv2",
)  # fmt: skip
SHARE_FIGURES = frozenset({"abc_share", "stock_abc_share"})
MONEY_PARTS = frozenset(
    {
        "used_value", "average_value", "used_value_before", "used_value_total", "stock_value_before",
        "stock_value_total",
    }
)  # fmt: skip


def head(asked: Asked, profile: Row, totals: Row, worst: Row, statuses: Sequence[Row]) -> None:
    """Name and key numbers from mart_item_totals; `worst` is its first row of mart_tiered_stock, if any.

    `statuses` of mart_item_statuses: what is not free stands beside what is on hand.
    """
    say = asked.say
    with st.container(horizontal=True, key="item_head", vertical_alignment="center"):
        st.subheader(plain(say.name(profile["item_name"])), anchor=False, width="content")
        st.markdown(plain(profile["item_id"]), width="content")
        if totals:
            tier, state = tier_name(totals["tier"], say), say(f"state.{totals['state']}")
            colour: Any = COLOURS.get(totals["tier"], "gray")
            st.badge(f"{tier} · {state}" if totals["tier"] != "none" else state, color=colour)
        door(ITEM, say("item.others"), asked.link(item=None), icon=":material/search:")
    st.caption(_description(asked, profile))
    with st.container(horizontal=True, key="item_numbers", gap="medium"):
        unit = f" {profile['unit']}" if profile["unit"] else ""
        st.metric(say("kpi.on_hand"), say.number(totals.get("qty") or 0, 4) + unit, width="content")
        value = totals.get("value") or 0
        st.metric(say("column.value"), say.money(value), help=say.money_exact(value), width="content")
        if totals:
            _clock(say, totals)
            st.metric(
                say("kpi.score"), say.number(totals["score"], 1), help=_score(say, worst), width="content"
            )
        for row in statuses:
            if row["status"] != "available":
                label = say(f"status.{row['status']}")
                st.metric(
                    label,
                    say.number(row["qty"], 4) + unit,
                    help=say.money_exact(row["value"]),
                    width="content",
                )
        if profile["on_order_qty"]:
            st.metric(say("kpi.on_order"), say.number(profile["on_order_qty"], 4) + unit, width="content")
        if profile["ordered_qty"]:
            st.metric(say("kpi.ordered"), say.number(profile["ordered_qty"], 4) + unit, width="content")
    if totals:
        st.caption(_moved(say, totals))
    if worst:
        st.caption(_rule(say, worst))


def _moved(say: Words, totals: Row) -> str:
    """When it was first and last used, how much that was, and when it last came or moved at all."""
    parts = []
    if totals["last_used_on"]:
        qty = "" if totals["last_used_qty"] is None else say.number(totals["last_used_qty"], 4)
        key = "item.last_use" if qty else "item.used_on"
        parts.append(say(key, day=say.day(totals["last_used_on"]), qty=qty))
    for name in ("first_used_on", "last_received_on", "last_moved_on"):
        if totals[name]:
            parts.append(say("filter.is", name=say(f"column.{name}"), value=say.day(totals[name])))
    return plain(" · ".join(parts))


def _description(asked: Asked, profile: Row) -> str:
    say = asked.say
    parts = [profile["category"] or say("none.category")]
    if profile["material_type"]:
        parts.append(say(f"material_type.{profile['material_type']}"))
    if profile["item_status"] != "active":
        parts.append(say(f"item_status.{profile['item_status']}"))
    if profile["phase_out_on"]:
        parts.append(say("item.phase_out", day=say.day(profile["phase_out_on"])))
    if supplier := say.name(profile["supplier_name"]) or profile["supplier_id"]:
        parts.append(say("filter.is", name=say("item.supplier"), value=supplier))
    if profile["buyer"]:
        parts.append(say("filter.is", name=say("item.buyer"), value=profile["buyer"]))
    if profile["lead_time_days"] is not None:
        parts.append(say("item.lead_time", days=say.number(profile["lead_time_days"])))
    return plain(" · ".join(parts))


def _clock(say: Words, totals: Row) -> None:
    days, used_on = totals["days_since_use"], totals["last_used_on"]
    text = say("item.never_used") if totals["is_never_used"] else say("item.used_on", day=say.day(used_on))
    st.metric(say("column.days_since_use"), say.number(days or 0), help=text, width="content")


def _score(say: Words, worst: Row) -> str:
    """The three contributions the score is the sum of."""
    parts = {name: say.number(worst[f"{name}_points"], 1) for name in ("days", "value", "reuse")}
    return say("item.score", **parts)


def _rule(say: Words, worst: Row) -> str:
    """Which thresholds hold for the item, and whose they are."""
    days = {name: say.number(worst[f"{name}_after_days"]) for name in ("watch", "slow", "dead")}
    if worst["rule_no"]:
        text = say("item.rule", number=worst["rule_no"], rule=worst["rule_text"], **days)
    else:
        text = say("item.policy", **days)
    if worst["is_exempt"]:
        text += " · " + say("item.exempt", reason=worst["exempt_reason"] or say("word.none"))
    return plain(text)


def crossed(profile: Row, worst: Row, judged_on: date) -> dict[str, date]:
    """The day each slow state began, if it has begun; one that a worse came before is left out.

    An item whose status alone is obsolete has no day but the one it was phased out from.
    """
    days = {state: worst.get(f"{state}_on") for state in SLOW_STATES}
    if profile["item_status"] == "obsolete":
        days["obsolete"] = profile["phase_out_on"] or days["obsolete"]
    begun = {state: day for state, day in days.items() if day is not None and day <= judged_on}
    return {
        state: day
        for place, (state, day) in enumerate(begun.items())
        if not any(later <= day for later in list(begun.values())[place + 1 :])
    }


def places(asked: Asked, rows: Sequence[Row]) -> None:
    """`rows` of mart_tiered_stock: one a warehouse, most value first."""
    say = asked.say
    st.markdown(f"**{say('item.places')}**")
    shown = [{**row, "ahead": _ahead(say, row["next_state"], row["days_to_next_state"])} for row in rows]
    columns = _filled(shown, PLACE_COLUMNS, ("ahead", "region", "last_received_on"))
    tables.table(shown, columns, say, key="item_places", rows_high=PLACES_HIGH, opens=False)


def ahead(asked: Asked, rows: Sequence[Row]) -> None:
    """`rows` of mart_item_crossings, soonest first: what the stock becomes if nothing is used."""
    say = asked.say
    if not rows:
        st.caption(f":material/check: {say('item.no_crossing')}")
    for row in rows:
        facts = {
            "state": say(f"state.{row['to_state']}"),
            "days": say.number(row["days_left"]),
            "day": say.day(row["crosses_on"]),
            "place": _where(say, row),
            "money": say.money(row["value"]),
        }
        st.caption(f":material/schedule: {plain(say('item.crossing', **facts))}")


def _where(say: Words, row: Row) -> str:
    count = row["warehouse_count"]
    if count > 1:
        return say("item.crossing.places", count=say.number(count))
    return say.name(row["warehouse_name"]) or say("none.warehouse")


def _ahead(say: Words, state: str | None, days: int | None) -> str | None:
    if state is None or days is None:
        return None
    return say("item.ahead", state=say(f"state.{state}"), days=say.number(days))


def layers(asked: Asked, rows: Sequence[Row], stops: Sequence[Row]) -> None:
    """`rows` of mart_layers, oldest first: age, origin, way, book value and what the receipt cost.

    `stops` of mart_layer_paths; a row clicked, or chosen below, tells its way stop by stop.
    """
    say, ways = asked.say, paths.by_layer(stops)
    shown = [
        {
            **row,
            "age": age(row, say),
            "received": received(row, say),
            "way": paths.short(ways.get(paths.key_of(row), ()), say),
            "revaluation": None if row["cost_value"] is None else row["value"] - row["cost_value"],
        }
        for row in rows
    ]
    optional = ("way", "lot_id", "receipt_cost", "cost_value", "revaluation")
    columns = _filled(shown, LAYER_COLUMNS, optional)
    clicked = tables.table(shown, columns, say, key="item_layers", rows_high=LAYERS_HIGH)
    told = [place for place, row in enumerate(rows) if ways.get(paths.key_of(row))]
    if told:
        place = st.selectbox(
            say("way.choose"),
            told,
            index=told.index(clicked) if clicked in told else 0,
            format_func=lambda place: _layer(place, shown[place], say),
            key=f"item_layer_{clicked}",
        )
        paths.draw(say, ways[paths.key_of(rows[place])])


def _layer(place: int, row: Row, say: Words) -> str:
    where = say.name(row["warehouse_name"]) or say("none.warehouse")
    return f"{place + 1} · {where} · {row['age']} · {say.number(row['qty'], 4)} {row['unit'] or ''}".strip()


def age(row: Row, say: Words) -> str:
    """Days since receipt, at least that many where the day is only bounded, unknown where undated."""
    if row["age_days"] is None:
        return say("bucket.unknown")
    days = say.number(row["age_days"])
    return say("age.at_least", days=days) if row["is_at_least"] else say("age.days", days=days)


def received(row: Row, say: Words) -> str:
    """The day of receipt, or the bounds the records leave it."""
    if row["received_on"] is not None:
        return str(row["received_on"])
    first, last = row["received_from_on"], row["received_to_on"]
    if last is None:
        return say("word.none")
    return say("received.between", first=first, last=last) if first else say("received.until", last=last)


def movements(asked: Asked, rows: Sequence[Row]) -> None:
    """`rows` of mart_item_movements, newest first."""
    columns = _filled(rows, MOVEMENT_COLUMNS, ("counted_qty", "lot_id", "reference_id", "warehouse_name"))
    if not any(row["is_undone"] for row in rows):
        columns = columns[:-1]
    tables.table(rows, columns, asked.say, key="item_movements", opens=False)


def classes(asked: Asked, row: Row, drift: Row, figures: Sequence[Row]) -> None:
    """`row` of mart_item_classes, `figures` of mart_item_figures: each with formula and two numbers.

    `drift` of mart_class_drift: since when the classes are what they are.
    """
    say = asked.say
    with st.container(horizontal=True, key="item_classes", gap="xsmall"):
        for name in (*LETTERED, *CLASSES):
            word = row[name] if name in LETTERED else say(f"{name}.{row[name]}")
            st.badge(say("filter.is", name=say(f"class.{name}"), value=word), color="gray")
    if drift:
        st.caption(plain(upkeep.stood(drift, say)))
    shown = [
        {
            "figure": say(f"figure.{each['figure']}"),
            "result": result(each, say),
            "numerator": _part(each["numerator_code"], each["numerator"], say),
            "denominator": _part(each["denominator_code"], each["denominator"], say),
            "formula": say(f"figure.{each['figure']}.formula"),
        }
        for each in sorted(figures, key=lambda each: FIGURES.index(each["figure"]))
    ]
    columns = ("figure", "result", "numerator", "denominator", "formula")
    tables.table(shown, columns, say, key="item_figures", rows_high=LAYERS_HIGH, opens=False)


def result(figure: Row, say: Words) -> str:
    """A figure in words; where it does not apply, why."""
    if figure["value"] is None:
        return say(f"reason.{figure['reason'] or 'none'}")
    if figure["figure"] in SHARE_FIGURES:
        return say.percent(figure["value"])
    return say.number(figure["value"], 2)


def _part(code: str, value: float | None, say: Words) -> str:
    if value is None:
        text = say("word.none")
    else:
        text = say.money_exact(value) if code in MONEY_PARTS else say.number(value, 2)
    return say("filter.is", name=say(f"part.{code}"), value=text)


def orders(asked: Asked, rows: Sequence[Row]) -> None:
    """`rows` of mart_item_orders: what is still to come, still to be delivered, still to be made."""
    say = asked.say
    if not rows:
        st.caption(say("item.no_orders"))
        return
    columns = ("side", "due_on", "open_qty", "order_id", "warehouse_name", "partner_id", "is_cancellable")
    tables.table(rows, columns, say, key="item_orders", rows_high=LAYERS_HIGH, opens=False)


def partners(asked: Asked, rows: Sequence[Row]) -> None:
    """`rows` of mart_item_partners: who supplied it and to whom it went, most recent first."""
    say = asked.say
    if not rows:
        st.caption(say("item.no_partners"))
        return
    shown = [{**row, "partner": say.name(row["partner_name"]) or row["partner_id"]} for row in rows]
    columns = _filled(shown, PARTNER_COLUMNS, ("buyer",))
    tables.table(shown, columns, say, key="item_partners", rows_high=LAYERS_HIGH, opens=False)


def parents(asked: Asked, profile: Row, rows: Sequence[Row]) -> None:
    """`rows` of mart_item_parents, and the successor of `profile`; each leads to its own story."""
    say = asked.say
    if profile["successor_id"]:
        name = say.name(profile["successor_name"]) or profile["successor_id"]
        qty = say.number(profile["successor_qty"], 4)
        with st.container(horizontal=True, vertical_alignment="center", key="item_successor"):
            st.markdown(plain(say("item.successor", qty=qty)), width="content")
            door(ITEM, plain(name), asked.link(item=profile["successor_id"]), icon=":material/arrow_forward:")
    if not rows:
        st.caption(say("item.no_parents"))
        return
    shown = [{**row, "via": say.name(row["via_name"]) if row["level"] > 1 else None} for row in rows]
    columns = _filled(shown, PARENT_COLUMNS, ("via",))
    clicked = tables.table(shown, columns, say, key=f"parents_{profile['item_id']}", rows_high=LAYERS_HIGH)
    if clicked is not None:
        go(ITEM, asked.link(item=rows[clicked]["parent_id"]))


def _filled(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], optional: Sequence[str]
) -> tuple[str, ...]:
    """The columns without those of `optional` that no row fills."""
    return tuple(c for c in columns if c not in optional or any(row[c] is not None for row in rows))
