-- One row per node from company over region, warehouse and category to item.
-- grain: level, region, warehouse_id, category, item_id
-- level 0 company, 1 region, 2 warehouse, 3 category, 4 item; what a level does
-- not name is null. Every level sums to the same totals.
with
stock as (
    select
        coalesce(region, '') as region,
        warehouse_id,
        coalesce(category, '') as category,
        item_id,
        warehouse_name,
        item_name,
        tier,
        is_slow,
        qty,
        debt_qty,
        unit,
        value,
        days_since_use,
        state,
        score
    from mart_tiered_stock
),

rolled as (
    select
        region,
        warehouse_id,
        category,
        item_id,
        4 - grouping(region) - grouping(warehouse_id)
        - grouping(category) - grouping(item_id) as level,
        case when grouping(warehouse_id) = 0 then any_value(warehouse_name) end
            as warehouse_name,
        case when grouping(item_id) = 0 then any_value(item_name) end
            as item_name,
        case when grouping(item_id) = 0 then any_value(unit) end as unit,
        case when grouping(item_id) = 0 then any_value(state) end as state,
        case when grouping(item_id) = 0 then any_value(tier) end as tier,
        case when grouping(item_id) = 0 then max(days_since_use) end
            as days_since_use,
        case when grouping(item_id) = 0 then sum(qty) end as qty,
        sum(debt_qty) as debt_qty,
        sum(value) as value,
        coalesce(sum(value) filter (where is_slow), 0) as slow_value,
        coalesce(sum(value) filter (where tier = 'R'), 0) as red_value,
        coalesce(sum(value) filter (where tier = 'S'), 0) as standard_value,
        coalesce(sum(value) filter (where tier = 'T'), 0) as temporary_value,
        count(distinct item_id) as item_count
    from stock
    group by rollup (region, warehouse_id, category, item_id)
),

shared as (
    select
        *,
        coalesce(slow_value / nullif(value, 0), 0)::double as slow_share
    from rolled
)

select * from shared
