-- The warehouses and the items add up to the same totals.
with
sums as (
    select
        'warehouses' as side,
        coalesce(sum(value), 0) as value,
        coalesce(sum(slow_value), 0) as slow_value,
        coalesce(sum(qty), 0) as qty
    from mart_warehouse_totals
    union all
    select
        'items' as side,
        coalesce(sum(value), 0) as value,
        coalesce(sum(slow_value), 0) as slow_value,
        coalesce(sum(qty), 0) as qty
    from mart_item_totals
),

offending as (
    select sums.*
    from sums
    cross join mart_totals as totals
    where
        sums.value <> totals.value
        or sums.slow_value <> totals.slow_value
        or sums.qty <> totals.qty
)

select * from offending
