-- One row per past day that the back-test could stand on, and its part in it.
-- grain: as_on
-- A rule is tuned on earlier days (tune) and told on later ones (tell): what
-- the first are tested by ends before the second begin (between). open: the
-- days that it is tested by are not over; early: the records did not reach back
-- as far then as the tested threshold.
with
origins as (
    select
        as_on,
        origin_no,
        known_days,
        as_on + setting('backtest_horizon_days') as tested_until_on,
        case
            when
                as_on + setting('backtest_horizon_days') > setting('facts_on')
                then 'open'
            when known_days < setting('tested_days') then 'early'
            else 'closed'
        end as part
    from fct_origins
    where origin_no > 0 and origin_no <= setting('most_origins')
),

closed as (
    select
        min(as_on) as first_on,
        max(as_on) as last_on
    from origins
    where part = 'closed'
),

halves as (
    select
        first_on + (
            (
                last_on - first_on + setting('backtest_horizon_days')
            ) // 2
        )::integer as tell_from_on
    from closed
),

tells as (
    select min(origins.as_on) as tell_from_on
    from origins
    cross join halves
    where
        origins.part = 'closed'
        and origins.as_on >= halves.tell_from_on
),

parted as (
    select
        origins.as_on,
        origins.origin_no,
        origins.known_days,
        origins.tested_until_on,
        case
            when origins.part <> 'closed' then origins.part
            when origins.as_on >= tells.tell_from_on then 'tell'
            when origins.tested_until_on <= tells.tell_from_on then 'tune'
            else 'between'
        end as part
    from origins
    cross join tells
)

select * from parted
