-- One row: on what the back-test stands, and which threshold it suggests.
-- grain: horizon_days
-- Suggested is the threshold of days unused that would have cost least on the
-- earlier days; flat_from_days to flat_until_days cost at most flat_cost_share
-- more. has_enough: least_origins days on each side; missing_days: about how
-- much more history that needs.
with
origins as (
    select
        count(*) filter (where part = 'tune') as tune_count,
        min(as_on) filter (where part = 'tune') as tune_from_on,
        max(as_on) filter (where part = 'tune') as tune_until_on,
        count(*) filter (where part = 'tell') as tell_count,
        min(as_on) filter (where part = 'tell') as tell_from_on,
        max(as_on) filter (where part = 'tell') as tell_until_on,
        max(tested_until_on) filter (where part = 'tell') as tested_until_on
    from mart_backtest_origins
),

history as (
    select
        known_days,
        setting('tested_days') + 2 * setting('backtest_horizon_days')
        + ceil(
            2 * (setting('least_origins') - 1) * setting('days_in_year')
            / setting('periods_in_year')
        )::integer
        + ceil(setting('days_in_year') / setting('periods_in_year'))::integer
            as needed_days
    from fct_origins
    where origin_no = 0
),

suggested as (
    select
        max(threshold_days) filter (where is_least) as suggested_days,
        max(cost) filter (where is_least) as suggested_cost,
        min(threshold_days) filter (where is_flat) as flat_from_days,
        max(threshold_days) filter (where is_flat) as flat_until_days,
        max(cost) filter (where is_present) as present_cost,
        coalesce(bool_or(is_flat) filter (where is_present), false)
            as is_present_flat
    from mart_backtest_curve
    where method = 'count' and part = 'tune'
),

joined as (
    select
        setting('backtest_horizon_days') as horizon_days,
        setting('tested_threshold') as tested_threshold,
        setting('tested_days') as tested_days,
        origins.*,
        origins.tune_count >= setting('least_origins')
        and origins.tell_count >= setting('least_origins') as has_enough,
        coalesce(history.known_days, 0) as known_days,
        greatest(
            coalesce(history.needed_days - history.known_days, 0), 0
        ) as missing_days,
        history.needed_days,
        suggested.*
    from origins
    cross join suggested
    left join history
        on true
)

select * from joined
