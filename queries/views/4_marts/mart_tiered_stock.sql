-- One row per item and warehouse on hand: its state, its score with three contributions, its tier.
-- grain: item_id, warehouse_id
with
current_positions as (
    select *
    from mart_positions
    where is_current
),

costed as (
    select
        current_positions.* exclude (is_current, as_on),
        current_positions.value * settings.holding_rate / 365
            as holding_cost_per_day
    from current_positions
    cross join src_settings as settings
)

select * from costed
