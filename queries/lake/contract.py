"""What may be uploaded: the only home of table names, columns, types and keys.

Everything else that needs a column's name, type or meaning asks here: the reader, the checks, the Delta
schemas, the templates, the mapping screen. Codes in `choices` are stored as they stand; words for them come
from the catalogues.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "date", "decimal", "integer", "boolean", "choice"]
"""decimal is DECIMAL(18, scale): more decimals are refused, never rounded."""


@dataclass(frozen=True)
class Column:
    """One column of one table. `signed` allows negative numbers; `lower` and `upper` bound shares and places.

    `scale` is the number of decimals kept: 4 for quantities and money, 8 for rates, shares and volumes.
    A cost is signed because moving averages do fall below zero: that is noted, not refused.
    `happened` marks a date of something done: one after tomorrow is held for a person's yes.
    """

    name: str
    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()
    signed: bool = False
    upper: float | None = None
    lower: float | None = None
    scale: int = 4
    happened: bool = False
    example: str = ""


@dataclass(frozen=True)
class Table:
    """One kind of upload: one row per `key`; `replaced_by` are the columns whose values a load replaces.

    `order` are the columns the loader adds where lines have an order of their own: a line's dense number
    within its day, and that of its document's first line.
    """

    name: str
    key: tuple[str, ...]
    replaced_by: tuple[str, ...]
    columns: tuple[Column, ...]
    order: tuple[str, ...] = ()
    dated_by: str = ""

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if the contract has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns a file cannot do without."""
        return tuple(c.name for c in self.columns if c.required)


ABOUT = "(columns)"
"""Name of the sheet in our templates that explains the columns: known, and never read."""

STOCK_STATUSES = ("available", "blocked", "quality", "reserved", "consigned", "in_transit")
MOVEMENT_KINDS = (
    "opening", "receipt", "issue", "production_in", "production_out", "transfer", "count", "adjustment",
    "customer_return", "supplier_return", "scrap",
)  # fmt: skip
MATERIAL_TYPES = ("raw", "semi", "finished", "spare", "packaging")
ITEM_STATUSES = ("active", "phase_out", "obsolete")
WAREHOUSE_KINDS = ("group", "plant", "dc", "store", "bin")
ORDER_STATUSES = ("open", "closed", "cancelled")


def _text(name: str, example: str = "", *, required: bool = False) -> Column:
    return Column(name, "text", required=required, example=example)


def _date(name: str, example: str = "2026-10-31", *, required: bool = False) -> Column:
    return Column(name, "date", required=required, example=example)


def _day(name: str, example: str = "2026-10-31", *, required: bool = False) -> Column:
    return Column(name, "date", required=required, happened=True, example=example)


def _number(name: str, example: str = "1", *, required: bool = False, signed: bool = False) -> Column:
    return Column(name, "decimal", required=required, example=example, signed=signed)


def _share(name: str, example: str = "0.15") -> Column:
    return Column(name, "decimal", example=example, lower=0, upper=1, scale=8)


def _choice(name: str, choices: tuple[str, ...], *, required: bool = False) -> Column:
    return Column(name, "choice", required=required, choices=choices, example=choices[0])


def _yes_no(name: str) -> Column:
    return Column(name, "boolean", example="false")


def _days(name: str, example: str = "30") -> Column:
    return Column(name, "integer", example=example, lower=0)


TABLES: tuple[Table, ...] = (
    Table(
        "stock",
        key=("snapshot_on", "item_id", "warehouse_id", "lot_id", "status", "bin"),
        replaced_by=("snapshot_on", "warehouse_id"),
        dated_by="snapshot_on",
        columns=(
            _day("snapshot_on", required=True),
            _text("item_id", "M-1001", required=True),
            _text("warehouse_id", "W1", required=True),
            _number("qty", "120", required=True),
            _text("lot_id", "L2409-07"),
            _number("unit_cost", "12.5", signed=True),
            _day("received_on", "2026-03-14"),
            _day("last_issued_on", "2026-08-02"),
            _date("expires_on", "2027-03-14"),
            _choice("status", STOCK_STATUSES),
            _text("bin", "A-03-2"),
            _text("currency", "CNY"),
        ),
    ),
    Table(
        "movements",
        key=("posted_on", "document_id", "line_no", "item_id", "warehouse_id", "lot_id"),
        replaced_by=("posted_on", "document_id"),
        dated_by="posted_on",
        order=("seq", "document_seq"),
        columns=(
            _day("posted_on", required=True),
            _text("document_id", "GR-2026-00017", required=True),
            _text("item_id", "M-1001", required=True),
            _choice("kind", MOVEMENT_KINDS, required=True),
            _number("qty", "50", required=True, signed=True),
            _number("counted_qty", ""),
            _text("warehouse_id", "W1"),
            Column("line_no", "integer", example="1", lower=0),
            _text("lot_id", "L2409-07"),
            _number("unit_cost", "12.5", signed=True),
            _text("reference_id", "PO-2026-0042"),
            _text("partner_id", "S-07"),
        ),
    ),
    Table(
        "items",
        key=("item_id",),
        replaced_by=("item_id",),
        columns=(
            _text("item_id", "M-1001", required=True),
            _text("name", "Bearing 6204"),
            _text("category", "Raw/Bearings"),
            _choice("material_type", MATERIAL_TYPES),
            _text("unit", "pcs"),
            _number("unit_cost", "12.5", signed=True),
            _number("price", "19.9"),
            _number("scrap_value", "1.2", signed=True),
            _choice("status", ITEM_STATUSES),
            _date("phase_out_on", "2026-06-30"),
            _text("successor_id", "M-1002"),
            _days("shelf_life_days", "540"),
            _text("supplier_id", "S-07"),
            _days("lead_time_days", "35"),
            _number("moq", "500"),
            _number("pack_qty", "50"),
            Column("volume_m3", "decimal", scale=8, example="0.0021"),
            _text("buyer", "B2"),
            _yes_no("is_strategic"),
        ),
    ),
    Table(
        "warehouses",
        key=("warehouse_id",),
        replaced_by=("warehouse_id",),
        columns=(
            _text("warehouse_id", "W1", required=True),
            _text("name", "Suzhou plant"),
            _text("parent_id", "EAST"),
            _choice("kind", WAREHOUSE_KINDS),
            _text("region", "East"),
            _text("organisation", "CN01"),
            _number("capacity_m3", "5200"),
            Column("latitude", "decimal", signed=True, lower=-90, upper=90, scale=8, example="31.3"),
            Column("longitude", "decimal", signed=True, lower=-180, upper=180, scale=8, example="120.6"),
        ),
    ),
    Table(
        "purchase_orders",
        key=("order_id", "line_no"),
        replaced_by=("order_id",),
        columns=(
            _text("order_id", "PO-2026-0042", required=True),
            Column("line_no", "integer", required=True, example="1", lower=0),
            _text("item_id", "M-1001", required=True),
            _number("qty", "500", required=True),
            _day("ordered_on", "2026-09-01", required=True),
            _text("warehouse_id", "W1"),
            _text("supplier_id", "S-07"),
            _date("due_on", "2026-10-06"),
            _number("open_qty", "500"),
            _number("received_qty", "0"),
            _number("unit_price", "12.1"),
            _text("currency", "CNY"),
            _choice("status", ORDER_STATUSES),
            _date("cancel_until_on", "2026-09-20"),
            _share("cancel_fee_share"),
            _text("buyer", "B2"),
        ),
    ),
    Table(
        "sales_orders",
        key=("order_id", "line_no"),
        replaced_by=("order_id",),
        columns=(
            _text("order_id", "SO-2026-0310", required=True),
            Column("line_no", "integer", required=True, example="1", lower=0),
            _text("item_id", "F-2001", required=True),
            _number("qty", "40", required=True),
            _day("ordered_on", "2026-10-02", required=True),
            _text("warehouse_id", "DC1"),
            _text("customer_id", "C-19"),
            _date("due_on", "2026-11-02"),
            _number("open_qty", "40"),
            _number("unit_price", "199"),
            _text("currency", "CNY"),
            _choice("status", ORDER_STATUSES),
            _day("cancelled_on", ""),
        ),
    ),
    Table(
        "work_orders",
        key=("work_order_id",),
        replaced_by=("work_order_id",),
        columns=(
            _text("work_order_id", "WO-2026-0071", required=True),
            _text("item_id", "F-2001", required=True),
            _number("qty", "100", required=True),
            _text("warehouse_id", "W1"),
            _date("planned_on", "2026-10-05"),
            _day("started_on", "2026-10-06"),
            _day("finished_on", "2026-10-08"),
            _number("scrapped_qty", "2"),
            _choice("status", ORDER_STATUSES),
        ),
    ),
    Table(
        "bom",
        key=("parent_id", "component_id", "valid_from"),
        replaced_by=("parent_id",),
        columns=(
            _text("parent_id", "F-2001", required=True),
            _text("component_id", "M-1001", required=True),
            Column("qty_per", "decimal", required=True, scale=8, example="4"),
            _share("scrap_share", "0.02"),
            _date("valid_from", "2024-01-01"),
            _date("valid_to", ""),
            _text("substitute_group", "10"),
            Column("substitute_rank", "integer", example="1", lower=0),
        ),
    ),
    Table(
        "suppliers",
        key=("supplier_id", "item_id"),
        replaced_by=("supplier_id",),
        columns=(
            _text("supplier_id", "S-07", required=True),
            _text("name", "East Bearings"),
            _text("item_id", ""),
            _days("lead_time_days", "35"),
            _number("moq", "500"),
            _days("return_window_days", "90"),
            _share("return_cap_share", "0.2"),
            _share("restock_fee_share", "0.15"),
            _yes_no("is_consignment"),
            _yes_no("is_vmi"),
        ),
    ),
    Table(
        "counts",
        key=("counted_on", "item_id", "warehouse_id", "lot_id", "bin"),
        replaced_by=("counted_on", "warehouse_id"),
        dated_by="counted_on",
        columns=(
            _day("counted_on", required=True),
            _text("item_id", "M-1001", required=True),
            _text("warehouse_id", "W1", required=True),
            _number("counted_qty", "118", required=True),
            _text("lot_id"),
            _text("bin", "A-03-2"),
            _text("counted_by", "team 2"),
        ),
    ),
    Table(
        "outcomes",
        key=("disposed_on", "item_id", "strategy", "warehouse_id", "lot_id", "plan_id"),
        replaced_by=("disposed_on",),
        dated_by="disposed_on",
        columns=(
            _day("disposed_on", required=True),
            _text("item_id", "M-1001", required=True),
            _text("strategy", "liquidate", required=True),
            _number("qty", "80", required=True),
            _number("recovered_value", "610", required=True, signed=True),
            _text("warehouse_id", "W1"),
            _text("lot_id"),
            _number("cost_value", "1000"),
            _text("plan_id"),
            _text("note"),
        ),
    ),
    Table(
        "exchange_rates",
        key=("currency", "valid_on"),
        replaced_by=("currency", "valid_on"),
        dated_by="valid_on",
        columns=(
            _text("currency", "USD", required=True),
            _date("valid_on", required=True),
            Column("rate", "decimal", required=True, scale=8, example="7.1"),
        ),
    ),
)


def table(name: str) -> Table:
    """The table of that name; KeyError if the contract has none."""
    for each in TABLES:
        if each.name == name:
            return each
    raise KeyError(name)
