"""Is the file what the contract says: cell by cell, then key by key; set-based, so size does not matter.

Problems name the row and the header as they stand in the file. What only a person can judge is hold.py's.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from queries.lake.cast import cast, delta_type
from queries.lake.contract import Column, Table
from queries.lake.mapping import Mapped
from queries.lake.problems import AT_MOST, FILE, ROW, Problem, listed, problems_of, the_rest


def check_cells(mapped: Mapped, table: Table) -> tuple[pl.DataFrame, list[Problem]]:
    """The file's rows typed by the contract (ROW, then every column of it in order), and every wrong cell."""
    frame = mapped.frame
    typed: list[pl.Series] = [frame[ROW]]
    problems: list[Problem] = []
    for column in table.columns:
        if column.name not in frame.columns:
            typed.append(
                pl.Series(column.name, [None], dtype=delta_type(column)).new_from_index(0, len(frame))
            )
            continue
        result = cast(frame[column.name], column)
        typed.append(result.values.alias(column.name))
        if result.wrong.null_count() < len(frame):
            problems += _wrong_cells(frame, result.wrong, column, mapped.origin[column.name])
        if column.required and not (table.name == "movements" and column.name == "qty"):
            problems += _empty_cells(frame, frame[column.name].is_null(), mapped.origin[column.name])
    checked = pl.DataFrame(typed)
    if table.name == "movements":
        problems += _empty_quantities(checked, frame, mapped.origin)
        checked = checked.with_columns(_signed(mapped.signs))
    return checked, problems


def check_keys(frame: pl.DataFrame, table: Table) -> list[Problem]:
    """Rows that share a key; a ledger line without a number of its own may repeat another.

    `frame` holds typed rows of all files of the load, with ROW and FILE.
    """
    keyed = frame
    if table.name == "movements":
        keyed = frame.filter(pl.col("line_no").is_not_null())
        shorter = keyed.select("posted_on", "document_id", "line_no")
        if shorter.height == shorter.unique().height:
            return []
    keys = list(table.key)
    distinct = keyed.select(pl.struct(keys).n_unique()).item() if keyed.height else 0
    if distinct == keyed.height:
        return []
    several_files = frame[FILE].n_unique() > 1
    place = pl.format("{} {}", FILE, ROW) if several_files else pl.col(ROW).cast(pl.String)
    doubled = (
        keyed.group_by(keys, maintain_order=True)
        .agg(place.alias("rows"), pl.col(ROW).get(1, null_on_oob=True), pl.col(FILE).get(1, null_on_oob=True))
        .filter(pl.col("rows").list.len() > 1)
        .with_columns(
            pl.concat_str(
                [pl.col(k).cast(pl.String) for k in keys], separator=" / ", ignore_nulls=True
            ).alias("value")
        )
    )
    facts = {"key": " + ".join(keys)}
    found = [
        Problem("duplicate_key", row, table.key[0], value, {**facts, "rows": listed(rows)}, file)
        for row, file, value, rows in doubled.head(AT_MOST).select(ROW, FILE, "value", "rows").iter_rows()
    ]
    return found + the_rest(found, doubled.height)


def _wrong_cells(frame: pl.DataFrame, wrong: pl.Series, column: Column, header: str) -> list[Problem]:
    facts = {
        "choices": listed(column.choices),
        "scale": column.scale,
        "lower": "" if column.lower is None else f"{column.lower:g}",
        "upper": "" if column.upper is None else f"{column.upper:g}",
    }
    cells = frame.select(ROW, pl.col(column.name).alias("value")).with_columns(wrong.alias("wrong"))
    found: list[Problem] = []
    for (code,), rows in cells.drop_nulls("wrong").group_by("wrong", maintain_order=True):
        found += problems_of(str(code), rows, header, facts)
    return found


def _empty_cells(
    frame: pl.DataFrame, empty: pl.Series, header: str, code: str = "empty_cell"
) -> list[Problem]:
    if not empty.any():
        return []
    return problems_of(code, frame.filter(empty).select(ROW, pl.lit("").alias("value")), header)


def _empty_quantities(checked: pl.DataFrame, frame: pl.DataFrame, origin: Mapping[str, str]) -> list[Problem]:
    counts = (checked["kind"] == "count").fill_null(value=False)
    found: list[Problem] = []
    for name, applies, code in (("qty", ~counts, "empty_cell"), ("counted_qty", counts, "empty_count")):
        cells = frame[name].is_null() if name in frame.columns else pl.repeat(True, len(frame), eager=True)
        found += _empty_cells(frame, cells & applies, origin.get(name, name), code)
    return found


def _signed(signs: Mapping[str, int]) -> pl.Expr:
    """qty times the sign its kind has in this mapping."""
    minus = [kind for kind, sign in signs.items() if sign < 0]
    qty = pl.col("qty")
    return pl.when(pl.col("kind").is_in(minus)).then(-qty).otherwise(qty) if minus else qty
