-- One row per warehouse with stock in the filter: value, slow value and tiers.
-- grain: warehouse_id
with
summed as (
    select
        warehouse_id,
        any_value(warehouse_name) as warehouse_name,
        any_value(region) as region,
        any_value(organisation) as organisation,
        sum(qty) as qty,
        sum(debt_qty) as debt_qty,
        sum(at_risk_value) as at_risk_value,
        sum(value) as value,
        coalesce(sum(value) filter (where is_slow), 0) as slow_value,
        coalesce(sum(value) filter (where tier = 'R'), 0) as red_value,
        coalesce(sum(value) filter (where tier = 'S'), 0) as standard_value,
        coalesce(sum(value) filter (where tier = 'T'), 0) as temporary_value,
        count(distinct item_id) as item_count,
        count(distinct item_id) filter (where is_slow) as slow_item_count
    from mart_tiered_stock
    group by warehouse_id
),

shared as (
    select
        *,
        coalesce(slow_value / nullif(value, 0), 0)::double as slow_share
    from summed
)

select * from shared
