"""Money on its way from supplier to customer: a band a link, as thick as its money, coloured where it is off.

Drawn with Altair from its own layout, since Plotly's sankey tells Streamlit of no click.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import altair as alt

from components.answers import Row
from components.charts import canvas
from components.charts.palette import Look
from components.words import Words

COLUMNS: Mapping[str, int] = {
    "supplier": 0, "on_order": 1, "in_transit": 1, "owed": 1, "warehouse": 2, "lost": 2,
    "customer_orders": 3, "expected_use": 3, "no_demand": 3, "customer": 4,
}  # fmt: skip
"""Kind of node to the column it stands in."""
NAMED = ("supplier", "warehouse", "customer")
"""Kinds with a node for each of the largest, and one without an id for the others."""
WIDE, HIGH = 1000.0, 400.0
NODE, GAP = 12.0, 9.0
"""Width of a node and room between two, on a plane of `WIDE` by `HIGH`."""
STARTS = (0.0, 210.0, 380.0, 630.0, 838.0, WIDE)
"""Where each column starts, with room for its words: names of warehouses are the longest."""
STEPS = 16
LEAST, TWO_LINES = 11.0, 28.0
"""Height from which a node has room for its name, and for its money below."""

Node = tuple[str, str]


class Place(NamedTuple):
    """Where a node stands on the plane."""

    x: float
    y: float
    height: float


class Band(NamedTuple):
    """Where a link leaves, where it arrives, and how thick it is."""

    x: float
    y: float
    to_x: float
    to_y: float
    height: float


def draw(rows: Sequence[Row], look: Look, say: Words, *, height: int) -> int | None:
    """`rows` of mart_flow_links; the place of the row whose band was clicked."""
    picked = canvas.put(
        picture, rows, look, say, height=height, width=None, key="flow", alt=say("chart.flow"), field="n"
    )
    return None if picked is None else int(picked)


def names(rows: Sequence[Row], say: Words) -> dict[Node, str]:
    """The name of every node of `rows`, in the reader's language."""
    found: dict[Node, str] = {}
    for row in rows:
        for side in ("from", "to"):
            kind, code = row[f"{side}_kind"], row[f"{side}_id"]
            if kind in NAMED:
                name = say.name(row[f"{side}_name"]) or code or say(f"flow.{kind}.others")
            else:
                name = say(f"flow.{kind}")
            found[kind, code] = name
    return found


def picture(rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None) -> Any:
    """The chart alone, for a page or for paper."""
    named = names(rows, say)
    nodes, bands = layout(rows)
    pieces = [
        {**point, "n": n, "off": row["anomaly"] is not None, "link": _link(row, named),
         "kind": _kind(row, say), "exact": say.money_exact(row["value"])}
        for n, (row, band) in enumerate(zip(rows, bands, strict=True))
        for point in _points(band)
    ]  # fmt: skip
    boxes = [
        {"x": place.x, "x2": place.x + NODE, "y": place.y, "y2": place.y + place.height, "name": named[node],
         "middle": place.y + place.height / 2, "money": say.money(_through(rows, node)),
         "room": (STARTS[COLUMNS[node[0]] + 1] - place.x - NODE) / WIDE,
         "exact": say.money_exact(_through(rows, node))}
        for node, place in nodes.items()
    ]  # fmt: skip
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, WIDE], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[HIGH, 0], nice=False))
    pick = alt.selection_point(name="pick", fields=["n"])
    flows: Any = (
        alt.Chart(alt.InlineData(pieces))
        .mark_area(opacity=0.55, cursor="pointer")
        .encode(
            x=x,
            y=y,
            y2="y2:Q",
            detail="n:N",
            color=alt.condition("datum.off", alt.value(look.tiers["R"]), alt.value(look.tile)),
            tooltip=[
                alt.Tooltip("link:N", title=" "),
                alt.Tooltip("exact:N", title=say("column.value")),
                alt.Tooltip("kind:N", title=say("column.anomaly")),
            ],
        )
        .add_params(pick)
    )
    stands = alt.Chart(alt.InlineData(boxes)).encode(x=x, y=y)
    bars = stands.mark_rect(color=look.quiet).encode(
        x2="x2:Q",
        y2="y2:Q",
        tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("exact:N", title=say("column.value"))],
    )
    middle = alt.Y("middle:Q", scale=alt.Scale(domain=[HIGH, 0], nice=False))

    def words(field: str, shown: str, down: float) -> Any:
        mark = stands.transform_filter(f"datum.y2 - datum.y {shown}").mark_text(
            align="left", baseline="middle", dx=5, dy=down, limit={"expr": "max(datum.room * width - 10, 1)"}
        )
        return mark.encode(x="x2:Q", y=middle, text=f"{field}:N")

    line = look.size * 0.6
    chart: Any = alt.layer(
        flows,
        bars,
        words("name", f">= {LEAST} && datum.y2 - datum.y < {TWO_LINES}", 0),
        words("name", f">= {TWO_LINES}", -line),
        words("money", f">= {TWO_LINES}", line),
    )
    return look.style(chart, height=height, title=say("chart.flow"), width=width)


def layout(rows: Sequence[Row]) -> tuple[dict[Node, Place], list[Band]]:
    """Places of the nodes, largest on top of its column and the nameless last, and one band a row."""
    columns: defaultdict[int, set[Node]] = defaultdict(set)
    for row in rows:
        for node in _ends(row):
            columns[COLUMNS[node[0]]].add(node)
    through = {node: float(_through(rows, node)) for nodes in columns.values() for node in nodes}
    scale = min(
        (HIGH - GAP * (len(nodes) - 1)) / (sum(through[node] for node in nodes) or 1.0)
        for nodes in columns.values()
    )
    places: dict[Node, Place] = {}
    for column, nodes in columns.items():
        x, y = STARTS[column], 0.0
        for node in sorted(nodes, key=lambda node: (_is_rest(node), -through[node], node)):
            places[node] = Place(x, y, through[node] * scale)
            y += places[node].height + GAP
    return places, _bands(rows, places, scale)


def _bands(rows: Sequence[Row], places: Mapping[Node, Place], scale: float) -> list[Band]:
    """Bands in the order of the nodes they lead to, so that they cross as little as may be."""
    left: defaultdict[Node, float] = defaultdict(float)
    come: defaultdict[Node, float] = defaultdict(float)
    starts: dict[int, float] = {}
    ends: dict[int, float] = {}
    order = sorted(range(len(rows)), key=lambda n: tuple(places[node].y for node in reversed(_ends(rows[n]))))
    for n in order:
        source = _ends(rows[n])[0]
        starts[n] = places[source].y + left[source]
        left[source] += float(rows[n]["value"]) * scale
    for n in sorted(range(len(rows)), key=lambda n: (places[_ends(rows[n])[0]].y, starts[n])):
        target = _ends(rows[n])[1]
        ends[n] = places[target].y + come[target]
        come[target] += float(rows[n]["value"]) * scale
    return [
        Band(
            places[_ends(row)[0]].x + NODE,
            starts[n],
            places[_ends(row)[1]].x,
            ends[n],
            float(row["value"]) * scale,
        )
        for n, row in enumerate(rows)
    ]


def _points(band: Band) -> list[dict[str, float]]:
    """The band's upper and lower edge, leaving and arriving level."""
    points = []
    for step in range(STEPS + 1):
        part = step / STEPS
        y = band.y + (band.to_y - band.y) * part * part * (3 - 2 * part)
        points.append({"x": band.x + (band.to_x - band.x) * part, "y": y, "y2": y + max(band.height, 0.6)})
    return points


def _ends(row: Row) -> tuple[Node, Node]:
    return (row["from_kind"], row["from_id"]), (row["to_kind"], row["to_id"])


def _through(rows: Sequence[Row], node: Node) -> Any:
    """What comes into a node or goes out of it, whichever is more."""
    sides = ([row["value"] for row in rows if _ends(row)[side] == node] for side in (0, 1))
    return max(sum(values) for values in sides)


def _is_rest(node: Node) -> bool:
    return node[0] in NAMED and not node[1]


def _link(row: Row, named: Mapping[Node, str]) -> str:
    source, target = _ends(row)
    return f"{named[source]} → {named[target]}"


def _kind(row: Row, say: Words) -> str:
    return say(f"anomaly.{row['anomaly']}") if row["anomaly"] else say("word.none")
