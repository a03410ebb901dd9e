-- One row per day that the back-test stands on: month ends and the newest day.
-- grain: as_on
-- kept
-- A month ends at its last snapshot, without one at its last day. Which days
-- these are is known on each of them; origin_no 0 is the newest, known_days how
-- far the records reached back then.
with
settings as (
    select * from src_settings
),

snapshots as (
    select distinct
        stock.snapshot_on as day_on,
        1 as is_snapshot
    from stg_stock as stock
    cross join settings
    where stock.snapshot_on <= settings.facts_on
),

ledger as (
    select distinct
        last_day(movements.posted_on) as day_on,
        0 as is_snapshot
    from stg_movements as movements
    cross join settings
    where last_day(movements.posted_on) <= settings.facts_on
),

known as (
    select * from snapshots
    union all
    select * from ledger
),

months as (
    select
        coalesce(
            max(case when is_snapshot = 1 then day_on end), max(day_on)
        ) as as_on
    from known
    group by last_day(day_on)
),

days as (
    select as_on
    from months
    union
    select facts_on as as_on
    from settings
),

numbered as (
    select
        days.as_on,
        lag(days.as_on) over (order by days.as_on) as prior_on,
        row_number() over (order by days.as_on desc) - 1 as origin_no,
        extract(year from days.as_on) * settings.periods_in_year
        + extract(month from days.as_on) as month_no,
        date_diff('day', settings.oldest_on, days.as_on) as known_days
    from days
    cross join settings
    where days.as_on is not null
),

spaced as (
    select
        as_on,
        prior_on,
        origin_no,
        cast(month_no as integer) as month_no,
        cast(lag(month_no) over (order by as_on) as integer) as prior_month_no,
        known_days
    from numbered
)

select * from spaced
