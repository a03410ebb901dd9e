-- Every level of the drill-down has the same totals, down to layers and bins.
with
levels as (
    select
        sum(value) as value,
        sum(slow_value) as slow_value,
        sum(red_value) as red_value,
        sum(standard_value) as standard_value,
        sum(temporary_value) as temporary_value,
        sum(debt_qty) as debt_qty
    from mart_levels
),

layers as (
    select
        sum(value) as value,
        sum(value) filter (where is_slow) as slow_value
    from mart_placed_layers
),

offending as (
    select
        levels.*,
        layers.value as layers_value,
        layers.slow_value as layers_slow_value
    from levels
    cross join layers
    cross join mart_totals as totals
    where
        levels.value <> totals.value
        or levels.slow_value <> totals.slow_value
        or levels.red_value <> totals.red_value
        or levels.standard_value <> totals.standard_value
        or levels.temporary_value <> totals.temporary_value
        or levels.debt_qty <> totals.debt_qty
        or layers.value <> totals.value
        or coalesce(layers.slow_value, 0) <> totals.slow_value
)

select * from offending
