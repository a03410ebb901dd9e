-- One row: what stands still in the filter, and how that changed.
-- grain: as_of
-- The day before is the judged day before. crossing_value_n is the money whose
-- next state is reached within n days if nothing is used.
with
settings as (
    select * from src_settings
),

positions as materialized (
    select
        stock.item_id,
        stock.warehouse_id,
        stock.is_current,
        stock.qty,
        stock.debt_qty,
        stock.value,
        stock.at_risk_value,
        stock.tier,
        stock.is_slow,
        stock.days_to_next_state <= settings.week_horizon_days
            as is_crossing_7,
        stock.days_to_next_state <= settings.month_horizon_days
            as is_crossing_30,
        stock.days_to_next_state <= settings.quarter_horizon_days
            as is_crossing_90
    from mart_positions as stock
    cross join settings
    where stock.steps_back <= 1
),

now as (
    select
        coalesce(sum(value), 0) as value,
        coalesce(sum(value) filter (where is_slow), 0) as slow_value,
        coalesce(sum(value) filter (where tier = 'R'), 0) as red_value,
        coalesce(sum(value) filter (where tier = 'S'), 0) as standard_value,
        coalesce(sum(value) filter (where tier = 'T'), 0) as temporary_value,
        coalesce(sum(value) filter (where tier = 'none'), 0) as other_value,
        coalesce(sum(at_risk_value), 0) as at_risk_value,
        coalesce(sum(qty), 0) as qty,
        coalesce(sum(debt_qty), 0) as debt_qty,
        count(distinct item_id) filter (where qty > 0 or debt_qty = 0)
            as item_count,
        count(distinct item_id) filter (where is_slow) as slow_item_count,
        count(distinct item_id) filter (where tier = 'R') as red_item_count,
        count(distinct item_id) filter (where tier = 'S')
            as standard_item_count,
        count(distinct item_id) filter (where tier = 'T')
            as temporary_item_count,
        count(distinct warehouse_id) filter (where qty > 0)
            as warehouse_count,
        coalesce(sum(value) filter (where is_crossing_7), 0)
            as crossing_value_7,
        coalesce(sum(value) filter (where is_crossing_30), 0)
            as crossing_value_30,
        coalesce(sum(value) filter (where is_crossing_90), 0)
            as crossing_value_90
    from positions
    where is_current
),

earlier as (
    select
        coalesce(sum(value), 0) as prior_value,
        coalesce(sum(value) filter (where is_slow), 0) as prior_slow_value
    from positions
    where not is_current
),

pairs as (
    select
        item_id,
        warehouse_id,
        bool_or(is_slow and is_current) as is_slow_now,
        bool_or(is_slow and not is_current) as was_slow,
        bool_or(is_current) as is_there,
        bool_or(not is_current) as was_there,
        coalesce(sum(value) filter (where is_current), 0) as value,
        coalesce(sum(value) filter (where not is_current), 0) as prior_value
    from positions
    group by item_id, warehouse_id
),

moves as (
    select
        pairs.*,
        not pairs.was_there and coalesce(flows.qty > 0, false) as has_come,
        not pairs.is_there and coalesce(flows.qty < 0, false) as has_gone
    from pairs
    left join fct_recent_flows as flows
        on
            pairs.item_id = flows.item_id
            and pairs.warehouse_id = flows.warehouse_id
            and flows.reason = 'transfers'
),

changes as (
    select
        coalesce(
            sum(value) filter (
                where
                is_slow_now and not was_slow and not has_come
            ), 0
        ) as new_slow_value,
        coalesce(
            sum(prior_value) filter (
                where
                was_slow and not is_slow_now and not has_gone
            ), 0
        ) as cleared_slow_value
    from moves
),

prior_day as (
    select prior_on
    from fct_calendar
    where steps_back = 0
),

joined as (
    select
        settings.as_of,
        now.*,
        now.slow_value * settings.holding_rate / settings.days_in_year
            as holding_cost_per_day,
        prior_day.prior_on,
        earlier.prior_value,
        earlier.prior_slow_value,
        changes.new_slow_value,
        changes.cleared_slow_value,
        now.slow_value - earlier.prior_slow_value as slow_value_change,
        coalesce(now.slow_value / nullif(now.value, 0), 0)::double
            as slow_share,
        mart_data_status.currency
    from settings
    cross join now
    cross join earlier
    cross join changes
    cross join mart_data_status
    left join prior_day
        on true
)

select * from joined
