-- One row per item, warehouse and worse state ahead: when, if nothing is used.
-- grain: item_id, warehouse_id, to_state
-- A state that a worse one reaches on the same day or before is left out.
with
ahead as (
    select
        item_id,
        warehouse_id,
        item_name,
        warehouse_name,
        region,
        category,
        material_type,
        buyer,
        supplier_id,
        qty,
        value,
        tier,
        state as from_state,
        judged_on,
        rule_no,
        rule_text,
        next_state_on,
        unnest(['watch', 'slow', 'dead', 'obsolete']) as to_state,
        unnest([1, 2, 3, 4]) as grade,
        unnest([watch_on, slow_on, dead_on, obsolete_on]) as crosses_on
    from mart_tiered_stock
    where qty > 0 and state <> 'obsolete'
),

coming as (
    select
        *,
        min(crosses_on) over (
            partition by item_id, warehouse_id order by grade desc
            rows between unbounded preceding and 1 preceding
        ) as worse_on
    from ahead
    where crosses_on < date '9999-12-31'
),

counted as (
    select
        * exclude (grade, worse_on, next_state_on),
        crosses_on = next_state_on as is_next,
        date_diff('day', judged_on, crosses_on) as days_left
    from coming
    where
        crosses_on > judged_on
        and crosses_on < coalesce(worse_on, date '9999-12-31')
)

select * from counted
