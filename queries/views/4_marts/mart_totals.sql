-- One row: what stands still in the filter, and what changed since the snapshot before.
-- grain: as_of
with
settings as (
    select * from src_settings
),

now as (
    select
        coalesce(sum(value), 0) as value,
        coalesce(sum(value) filter (where is_slow), 0) as slow_value,
        coalesce(sum(value) filter (where tier = 'R'), 0) as red_value,
        coalesce(sum(value) filter (where tier = 'S'), 0) as standard_value,
        coalesce(sum(value) filter (where tier = 'T'), 0) as temporary_value,
        coalesce(sum(value) filter (where tier = 'none'), 0) as other_value,
        coalesce(sum(qty), 0) as qty,
        count(distinct item_id) as item_count,
        count(distinct item_id) filter (where is_slow) as slow_item_count,
        count(distinct item_id) filter (where tier = 'R') as red_item_count,
        count(distinct item_id) filter (where tier = 'S')
            as standard_item_count,
        count(distinct item_id) filter (where tier = 'T')
            as temporary_item_count,
        count(distinct warehouse_id) as warehouse_count,
        coalesce(sum(holding_cost_per_day) filter (where is_slow), 0)
            as holding_cost_per_day,
        coalesce(
            sum(value) filter (
                where days_to_next_state <= 7 and not is_new and not is_exempt
            ),
            0
        ) as crossing_value_7,
        coalesce(
            sum(value) filter (
                where days_to_next_state <= 30 and not is_new and not is_exempt
            ),
            0
        ) as crossing_value_30,
        coalesce(
            sum(value) filter (
                where days_to_next_state <= 90 and not is_new and not is_exempt
            ),
            0
        ) as crossing_value_90
    from mart_tiered_stock
),

prior_day as (
    select prior_on
    from fct_calendar
    where steps_back = 0
),

prior as (
    select
        coalesce(sum(mart_positions.value), 0) as prior_value,
        coalesce(
            sum(mart_positions.value) filter (where mart_positions.is_slow), 0
        ) as prior_slow_value
    from mart_positions
    inner join prior_day
        on mart_positions.as_on = prior_day.prior_on
),

changes as (
    select
        coalesce(sum(value) filter (where change = 'new'), 0)
            as new_slow_value,
        coalesce(sum(prior_value) filter (where change = 'cleared'), 0)
            as cleared_slow_value
    from mart_changes
),

joined as (
    select
        settings.as_of,
        now.*,
        prior_day.prior_on,
        prior.prior_value,
        prior.prior_slow_value,
        changes.new_slow_value,
        changes.cleared_slow_value,
        now.slow_value - prior.prior_slow_value as slow_value_change,
        coalesce(now.slow_value / nullif(now.value, 0), 0)::double
            as slow_share,
        mart_data_status.currency
    from settings
    cross join now
    cross join prior
    cross join changes
    cross join mart_data_status
    left join prior_day
        on true
)

select * from joined
