"""Kept facts and all they read mean the same on Spark: none of the constructs that were seen to differ.

Types come from DuckDB itself, so that a day subtracted from a day or a decimal cut to an integer is found
wherever it hides. `src_settings` is the one exception: Spark gets its row as a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache

import duckdb
import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from queries.lake.contract import TABLES
from queries.views import closure, views

Schema = dict[str, dict[str, str]]
DAYS = {"DATE", "TIMESTAMP", "TIMESTAMPTZ"}
WHOLE = {"TINYINT", "SMALLINT", "INT", "BIGINT", "INT128", "HUGEINT", "UBIGINT", "UINT"}
ELSEWHERE = {
    "getvariable": "read src_settings instead",
    "hash": "other values: md5 is the same",
    "list_sum": "sum the rows instead",
    "to_days": "add an integer to the date",
    "date_part": "extract the part, or count days",
    "len": "count instead",
}


def _type(node: exp.Expression | None) -> str:
    return node.type.this.value if node is not None and node.type is not None else "UNKNOWN"


def _date_minus_date(tree: exp.Expression) -> Iterator[str]:
    for node in tree.find_all(exp.Sub):
        if _type(node.this) in DAYS and _type(node.expression) in DAYS:
            yield f"{node.sql('duckdb')}: use date_diff('day', …)"


def _months_apart(tree: exp.Expression) -> Iterator[str]:
    for node in tree.find_all(exp.DateDiff):
        unit = node.args.get("unit")
        if unit is not None and unit.name.upper() != "DAY":
            yield f"{node.sql('duckdb')}: months and years are counted otherwise on Spark"


def _day_of_week(tree: exp.Expression) -> Iterator[str]:
    for node in tree.find_all(exp.DayOfWeek, exp.DayOfWeekIso):
        yield f"{node.sql('duckdb')}: off by one on Spark"
    for node in tree.find_all(exp.Extract):
        if node.name.upper() in {"DOW", "ISODOW", "DAYOFWEEK", "DAYOFWEEKISO"}:
            yield f"{node.sql('duckdb')}: off by one on Spark"


def _decimal_cut_to_integer(tree: exp.Expression) -> Iterator[str]:
    for node in tree.find_all(exp.Cast, exp.TryCast):
        if node.to.this.value not in WHOLE or _type(node.this) not in {"DECIMAL", "DOUBLE", "FLOAT"}:
            continue
        scaled = any(
            literal.is_int and int(literal.this) >= 10_000
            for product in node.this.find_all(exp.Mul)
            for literal in (product.this, product.expression)
            if isinstance(literal, exp.Literal)
        )
        if not scaled and not node.this.find(exp.Round, exp.Floor, exp.Ceil):
            yield f"{node.sql('duckdb')}: rounds here, truncates there; round() first"


def _division_by_zero(tree: exp.Expression) -> Iterator[str]:
    for node in tree.find_all(exp.Div, exp.IntDiv, exp.Mod):
        divisor = node.expression.unnest()
        if not isinstance(divisor, exp.Nullif) and not (divisor.is_number and float(divisor.name) != 0):
            yield f"{node.sql('duckdb')}: divide by nullif(…, 0)"


def _percentile(tree: exp.Expression) -> Iterator[str]:
    for node in tree.find_all(exp.PercentileCont, exp.PercentileDisc, exp.Quantile, exp.ApproxQuantile):
        yield f"{node.sql('duckdb')}: becomes an approximation; use median"


def _sum_without_a_width(tree: exp.Expression) -> Iterator[str]:
    for node in tree.find_all(exp.Sum):
        if _type(node.this) == "BOOLEAN":
            yield f"{node.sql('duckdb')}: sum a case, not a boolean"
        outer = node.parent
        while isinstance(outer, exp.Window | exp.Filter | exp.Paren):
            outer = outer.parent
        is_cast = isinstance(outer, exp.Cast) and outer.to.this.value == "BIGINT"
        if _type(node.this) in WHOLE and not is_cast and not node.find_ancestor(exp.Having):
            yield f"{node.sql('duckdb')}: overflows otherwise on Spark; cast(sum(…) as bigint)"


def _window_exclusion(tree: exp.Expression) -> Iterator[str]:
    for node in tree.find_all(exp.WindowSpec):
        if node.args.get("exclude"):
            yield f"{node.sql('duckdb')}: the exclusion is dropped on Spark"


def _joins_and_sets(tree: exp.Expression) -> Iterator[str]:
    for join in tree.find_all(exp.Join):
        if join.method.upper() == "ASOF":
            yield "asof join: union all and last_value(… ignore nulls)"
    for union in tree.find_all(exp.SetOperation):
        if union.args.get("by_name"):
            yield "union by name"
    if tree.find(exp.Pivot):
        yield "pivot: sum a case"
    for cte in tree.find_all(exp.CTE):
        if cte.args.get("materialized") is not None:
            yield f"{cte.alias}: materialized"
    for first in tree.find_all(exp.First, exp.Last):
        if first.find(exp.Order) and not first.find_ancestor(exp.Window):
            yield f"{first.sql('duckdb')}: arg_min or arg_max"


def _duckdb_only(tree: exp.Expression) -> Iterator[str]:
    for node in tree.find_all(exp.Columns, exp.PositionalColumn, exp.Comprehension, exp.ToDays):
        yield f"{node.sql('duckdb')}: DuckDB only"
    for node in tree.find_all(exp.GenerateSeries, exp.GenerateDateArray):
        yield f"{node.sql('duckdb')}: a stored calendar instead"
    for node in tree.find_all(exp.Length):
        if isinstance(node.this, exp.ArrayAgg):
            yield f"{node.sql('duckdb')}: count instead"
    for star in tree.find_all(exp.Star):
        if star.args.get("replace"):
            yield "select * replace"
    for limit in tree.find_all(exp.Limit):
        if limit.find(exp.LimitOptions) or "%" in limit.sql("duckdb") or "PERCENT" in limit.sql("duckdb"):
            yield "limit by percent"
    for call in tree.find_all(exp.Anonymous):
        if call.name.lower() in ELSEWHERE:
            yield f"{call.sql('duckdb')}: {ELSEWHERE[call.name.lower()]}"


def _recursion(tree: exp.Expression) -> Iterator[str]:
    for cte in tree.find_all(exp.CTE):
        union = cte.this
        if not isinstance(union, exp.Union) or cte.alias not in {t.name for t in union.find_all(exp.Table)}:
            continue
        if union.args.get("distinct"):
            yield f"{cte.alias}: a recursive union is union all"
        if union.expression.find(exp.AggFunc) and not union.expression.find(exp.Window):
            yield f"{cte.alias}: no aggregate over the recursive part"


def _alias_in_where(tree: exp.Expression) -> Iterator[str]:
    for where in tree.find_all(exp.Where):
        select = where.find_ancestor(exp.Select)
        aliases = (
            {each.alias for each in select.expressions if isinstance(each, exp.Alias)} if select else set()
        )
        for column in where.find_all(exp.Column):
            if not column.table and column.name in aliases:
                yield f"{column.name}: an alias is not known in where"


RULES: tuple[Callable[[exp.Expression], Iterator[str]], ...] = (
    _date_minus_date, _months_apart, _day_of_week, _decimal_cut_to_integer, _division_by_zero, _percentile,
    _sum_without_a_width, _window_exclusion, _joins_and_sets, _duckdb_only, _recursion, _alias_in_where,
)  # fmt: skip


def differences(sql: str, schema: Schema) -> list[str]:
    """What in this DuckDB query would fail on Spark or mean something else there."""
    plain = sqlglot.parse_one(sql, read="duckdb")
    qualified = qualify(
        plain.copy(),
        schema=schema,
        dialect="duckdb",
        expand_alias_refs=False,
        expand_stars=False,
        validate_qualify_columns=False,
        quote_identifiers=False,
    )
    tree = annotate_types(qualified, schema=schema, dialect="duckdb")
    found = {problem for rule in RULES for problem in rule(tree)}
    found |= {problem for rule in (_joins_and_sets, _duckdb_only, _recursion) for problem in rule(plain)}
    try:
        sqlglot.transpile(sql, read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE)
    except sqlglot.errors.UnsupportedError as error:
        found.add(str(error))
    return sorted(found)


@cache
def columns_of_every_view() -> Schema:
    """Names and types of the columns of every lake table and view, as a bare DuckDB sees them."""
    types = {"date": "date", "integer": "bigint", "boolean": "boolean"}
    with duckdb.connect() as shell:
        for table in TABLES:
            columns = {
                c.name: f"decimal(18,{c.scale})" if c.kind == "decimal" else types.get(c.kind, "varchar")
                for c in table.columns
            }
            columns |= dict.fromkeys(table.order, "bigint")
            columns["load_id"] = "varchar"
            shell.execute(
                f"create table lake_{table.name} ({', '.join(f'{n} {t}' for n, t in columns.items())})"
            )
        for view in views().values():
            relation = "table" if view.is_kept or view.is_staged else "view"
            with suppress(duckdb.Error):
                shell.execute(f"create {relation} {view.name} as {view.sql}")
        found: Schema = {}
        for relation, column, kind in shell.execute(
            "select table_name, column_name, data_type from duckdb_columns() where not internal"
        ).fetchall():
            found.setdefault(relation, {})[column] = kind
    return found


def read_by_facts() -> list[str]:
    facts = [name for name in views() if name.startswith("fct_")]
    return sorted({view.name for fact in facts for view in closure(fact)} - {"src_settings"})


def test_there_are_facts_to_carry() -> None:
    assert "fct_stock_layers" in read_by_facts()


@pytest.mark.parametrize("name", read_by_facts())
def test_a_fact_and_all_it_reads_mean_the_same_on_spark(name: str) -> None:
    schema = columns_of_every_view()
    found = [f"{view.name} cannot be built" for view in closure(name) if view.name not in schema]
    found = found or differences(views()[name].sql, schema)
    if found:
        pytest.fail("\n".join(found), pytrace=False)


LEDGER: Schema = {
    "ledger": {"a_on": "date", "b_on": "date", "qty": "decimal(18,4)", "n": "bigint", "k": "varchar"}
}


@pytest.mark.parametrize(
    "sql",
    [
        "select a_on - b_on as age from ledger",
        "with x as (select a_on as y, b_on as z from ledger) select x.y - x.z as age from x",
        "select date_diff('month', a_on, b_on) as months from ledger",
        "select dayofweek(a_on) as d from ledger",
        "select isodow(a_on) as d from ledger",
        "select extract(dow from a_on) as d from ledger",
        "select cast(qty as bigint) as q from ledger",
        "select qty::integer as q from ledger",
        "select n / qty as r from ledger",
        "select percentile_cont(0.5) within group (order by n) as p from ledger",
        "select quantile_cont(n, 0.5) as p from ledger",
        "select sum(n) as s from ledger",
        "select sum(n) over (partition by k) as s from ledger",
        "select sum(n > 1) as s from ledger",
        "select sum(qty) over (rows between 1 preceding and 1 following exclude ties) as s from ledger",
        "select l.n from ledger as l asof join ledger as r on l.k = r.k and l.a_on >= r.a_on",
        "select first(n order by a_on) as f from ledger",
        "select getvariable('as_of')::date as d from ledger",
        "select * replace (1 as n) from ledger",
        "select a_on + to_days(n) as d from ledger",
        "select len(list(n)) as c from ledger",
        "select list_sum(list(n)) as c from ledger",
        "select [x + 1 for x in [1, 2]] as c from ledger",
        "select g.x from generate_series(1, 3) as g (x)",
        "select unnest(generate_series(1, 3)) as x",
        "pivot ledger on k using sum(qty)",
        "select n from ledger union by name select n from ledger",
        "with x as materialized (select n from ledger) select n from x",
        "select #1 from ledger",
        "select n from ledger limit 10%",
        "select columns('a.*') from ledger",
        "select n + 1 as m from ledger where m > 2",
        "select hash(k) as h from ledger",
        "with recursive r as (select 1 as n union select n + 1 from r where n < 3) select n from r",
        "with recursive r as (select 1 as n union all select max(n) + 1 from r) select n from r",
    ],
)
def test_what_differs_on_spark_is_seen(sql: str) -> None:
    assert differences(sql, LEDGER) != []


@pytest.mark.parametrize(
    "sql",
    [
        "select date_diff('day', a_on, b_on) as age, a_on + 1 as next_on, a_on - 1 as last_on from ledger",
        "select cast(qty * 10000 as bigint) as scaled, cast(round(qty) as bigint) as whole from ledger",
        "select n / nullif(qty, 0) as r, qty / 100 as h, n % 7 as d, qty - n as rest from ledger",
        "select cast(sum(n) over (order by n rows unbounded preceding) as bigint) as s from ledger",
        "select k, sum(qty) as s, arg_max(n, a_on) as last_n from ledger group by k having sum(n) <> 0",
        "select last_value(n ignore nulls) over (partition by k order by a_on) as l from ledger",
        "select k from ledger union select k from ledger",
        "select n as m from ledger where n > 2",
        "with recursive r as (select 1 as n union all select n + 1 as n from r where n < 3) select n from r",
    ],
)
def test_what_is_the_same_on_spark_is_let_through(sql: str) -> None:
    assert differences(sql, LEDGER) == []
