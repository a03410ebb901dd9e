-- One row per day looked ahead to: today and the next six month ends.
-- grain: month_no
with
settings as (
    select as_of from src_settings
),

ahead as (
    select unnest(range(1, 7)) as month_no
),

days as (
    select
        0 as month_no,
        as_of as as_on
    from settings
    union all
    select
        ahead.month_no,
        last_day(settings.as_of + 1 + to_months(ahead.month_no - 1))::date
            as as_on
    from settings
    cross join ahead
)

select * from days
