-- Every level of the drill-down has the same totals.
with
levels as (
    select
        level,
        sum(value) as value,
        sum(slow_value) as slow_value,
        sum(red_value) as red_value,
        sum(standard_value) as standard_value,
        sum(temporary_value) as temporary_value,
        sum(debt_qty) as debt_qty
    from mart_levels
    group by level
),

offending as (
    select levels.*
    from levels
    cross join mart_totals as totals
    where
        levels.value <> totals.value
        or levels.slow_value <> totals.slow_value
        or levels.red_value <> totals.red_value
        or levels.standard_value <> totals.standard_value
        or levels.temporary_value <> totals.temporary_value
        or levels.debt_qty <> totals.debt_qty
)

select * from offending
