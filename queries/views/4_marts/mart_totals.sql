-- One row: what stands still in the filter, and how that changed.
-- grain: as_of
-- The day before is the judged day before. crossing_value_n is the money whose
-- next state is reached within n days if nothing is used. new_slow_value is
-- slow now and was not; cleared_slow_value was slow and is not: both without
-- what only came from or went to another warehouse.
with
settings as (
    select * from src_settings
),

stock as materialized (
    select
        item_no,
        scope_no,
        is_current,
        qty,
        debt_qty,
        value,
        at_risk_value,
        tier,
        is_slow,
        transferred_qty,
        case
            when days_to_next_state <= setting('week_horizon_days') then 1
            when days_to_next_state <= setting('month_horizon_days') then 2
            when days_to_next_state <= setting('quarter_horizon_days') then 3
            else 4
        end as horizon
    from mart_positions
    where steps_back <= 1
),

parts as (
    select
        is_current,
        tier,
        horizon,
        sum(value) as value,
        sum(at_risk_value) as at_risk_value,
        sum(qty) as qty,
        sum(debt_qty) as debt_qty
    from stock
    group by is_current, tier, horizon
),

now as (
    select
        coalesce(sum(value), 0) as value,
        coalesce(sum(value) filter (where tier <> 'none'), 0) as slow_value,
        coalesce(sum(value) filter (where tier = 'R'), 0) as red_value,
        coalesce(sum(value) filter (where tier = 'S'), 0) as standard_value,
        coalesce(sum(value) filter (where tier = 'T'), 0) as temporary_value,
        coalesce(sum(value) filter (where tier = 'none'), 0) as other_value,
        coalesce(sum(at_risk_value), 0) as at_risk_value,
        coalesce(sum(qty), 0) as qty,
        coalesce(sum(debt_qty), 0) as debt_qty,
        coalesce(sum(value) filter (where horizon <= 1), 0)
            as crossing_value_7,
        coalesce(sum(value) filter (where horizon <= 2), 0)
            as crossing_value_30,
        coalesce(sum(value) filter (where horizon <= 3), 0)
            as crossing_value_90
    from parts
    where is_current
),

earlier as (
    select
        coalesce(sum(value), 0) as prior_value,
        coalesce(sum(value) filter (where tier <> 'none'), 0)
            as prior_slow_value
    from parts
    where not is_current
),

items as (
    select
        item_no,
        bool_or(qty > 0 or debt_qty = 0) as is_on_hand,
        bool_or(is_slow) as is_slow,
        bool_or(tier = 'R') as is_red,
        bool_or(tier = 'S') as is_standard,
        bool_or(tier = 'T') as is_temporary
    from stock
    where is_current
    group by item_no
),

item_counts as (
    select
        count(*) filter (where is_on_hand) as item_count,
        count(*) filter (where is_slow) as slow_item_count,
        count(*) filter (where is_red) as red_item_count,
        count(*) filter (where is_standard) as standard_item_count,
        count(*) filter (where is_temporary) as temporary_item_count
    from items
),

stocked_scopes as (
    select distinct scope_no
    from stock
    where is_current and qty > 0
),

place_counts as (
    select count(distinct scopes.place_id) as warehouse_count
    from stocked_scopes
    inner join fct_scopes as scopes
        on stocked_scopes.scope_no = scopes.scope_no
),

still_slow as (
    select
        coalesce(sum(today.value), 0) as value,
        coalesce(sum(before.value), 0) as prior_value
    from stock as today
    inner join stock as before
        on
            today.item_no = before.item_no
            and today.scope_no = before.scope_no
    where
        today.is_current
        and today.is_slow
        and not before.is_current
        and before.is_slow
),

transferred as (
    select
        item_no,
        scope_no,
        any_value(transferred_qty) as transferred_qty,
        bool_or(is_current) as is_there,
        bool_or(not is_current) as was_there,
        sum(value) filter (where is_slow) as slow_value
    from stock
    where transferred_qty <> 0
    group by item_no, scope_no
),

moved as (
    select
        coalesce(
            sum(slow_value) filter (
                where not was_there and transferred_qty > 0
            ), 0
        ) as come_value,
        coalesce(
            sum(slow_value) filter (
                where not is_there and transferred_qty < 0
            ), 0
        ) as gone_value
    from transferred
),

prior_day as (
    select prior_on
    from fct_calendar
    where steps_back = 0
),

joined as (
    select
        settings.as_of,
        now.value,
        now.slow_value,
        now.red_value,
        now.standard_value,
        now.temporary_value,
        now.other_value,
        now.at_risk_value,
        now.qty,
        now.debt_qty,
        item_counts.*,
        place_counts.warehouse_count,
        now.crossing_value_7,
        now.crossing_value_30,
        now.crossing_value_90,
        now.slow_value * settings.holding_rate / settings.days_in_year
            as holding_cost_per_day,
        prior_day.prior_on,
        earlier.prior_value,
        earlier.prior_slow_value,
        now.slow_value - still_slow.value - moved.come_value
            as new_slow_value,
        earlier.prior_slow_value - still_slow.prior_value - moved.gone_value
            as cleared_slow_value,
        now.slow_value - earlier.prior_slow_value as slow_value_change,
        coalesce(now.slow_value / nullif(now.value, 0), 0)::double
            as slow_share,
        fct_currency.currency
    from settings
    cross join now
    cross join earlier
    cross join item_counts
    cross join place_counts
    cross join still_slow
    cross join moved
    cross join fct_currency
    left join prior_day
        on true
)

select * from joined
