-- One row per item and warehouse on hand: its state, its score, its tier.
-- grain: item_id, warehouse_id
-- The score is days_points + value_points + reuse_points. Stock below zero is
-- shown with its debt_qty.
with
current_positions as (
    select
        * exclude (is_current, as_on, steps_back, item_no, transferred_qty),
        value * setting('holding_rate') / setting('days_in_year')
            as holding_cost_per_day
    from mart_positions
    where steps_back = 0
)

select * from current_positions
