-- One row per item and warehouse on hand: its state, its score, its tier.
-- grain: item_id, warehouse_id
-- The score is days_points + value_points + reuse_points. Stock below zero is
-- shown with its debt_qty.
with
current_positions as (
    select *
    from mart_positions
    where is_current
),

costed as (
    select
        current_positions.*,
        current_positions.value * settings.holding_rate
        / settings.days_in_year as holding_cost_per_day
    from current_positions
    cross join src_settings as settings
),

named as (
    select * exclude (is_current, as_on, steps_back)
    from costed
)

select * from named
