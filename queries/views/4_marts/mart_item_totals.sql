-- One row per item with stock in the filter: quantity, value, worst state.
-- grain: item_id
with
graded as (
    select
        *,
        list_position(
            ['healthy', 'excess', 'watch', 'slow', 'dead', 'obsolete'], state
        ) * 1000 + score as grade
    from mart_tiered_stock
),

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
        arg_max(state, grade) as state,
        arg_max(tier, grade) as tier,
        sum(debt_qty) as debt_qty,
        sum(at_risk_value) as at_risk_value,
        min(first_used_on) as first_used_on,
        max(last_used_on) as last_used_on,
        arg_max(last_used_qty, last_used_on) as last_used_qty,
        any_value(use_basis) as use_basis,
        max(last_received_on) as last_received_on,
        max(last_moved_on) as last_moved_on,
        max(days_since_use) as days_since_use,
        bool_and(is_never_used) as is_never_used,
        bool_or(is_exempt) as is_exempt,
        bool_or(is_new) as is_new,
        bool_or(is_idle_here) as is_idle_somewhere,
        count(*) as warehouse_count,
        min(days_to_next_state) as days_to_next_state
    from graded
    group by item_id
)

select * from summed
