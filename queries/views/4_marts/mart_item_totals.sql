-- One row per item with stock in the filter: quantity, value, worst state and tier.
-- grain: item_id
with
summed as (
    select
        item_id,
        any_value(item_name) as item_name,
        any_value(category) as category,
        any_value(material_type) as material_type,
        any_value(unit) as unit,
        any_value(supplier_id) as supplier_id,
        any_value(buyer) as buyer,
        sum(qty) as qty,
        sum(value) as value,
        coalesce(sum(value) filter (where is_slow), 0) as slow_value,
        max(score) as score,
        arg_max(state, score) as state,
        arg_max(tier, score) as tier,
        max(last_used_on) as last_used_on,
        max(days_since_use) as days_since_use,
        bool_and(is_never_used) as is_never_used,
        bool_or(is_idle_here) as is_idle_somewhere,
        count(*) as warehouse_count,
        min(days_to_next_state) as days_to_next_state
    from mart_tiered_stock
    group by item_id
)

select * from summed
