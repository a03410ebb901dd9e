-- One row per day the past is judged on: month ends, snapshot before, today.
-- grain: as_on
-- kept
-- With snapshots a month ends at its last snapshot, without at its last day.
with
settings as (
    select * from src_settings
),

snapshots as (
    select distinct stg_stock.snapshot_on
    from stg_stock
    cross join settings
    where stg_stock.snapshot_on <= settings.facts_on
),

ledger_months as (
    select distinct
        least(
            last_day(stg_movements.posted_on), settings.facts_on
        ) as as_on
    from stg_movements
    cross join settings
    where
        stg_movements.posted_on <= settings.facts_on
        and not exists (select 1 as found from snapshots)
),

days as (
    select max(snapshot_on) as as_on
    from snapshots
    group by date_trunc('month', snapshot_on)
    union
    select max(snapshots.snapshot_on) as as_on
    from snapshots
    cross join settings
    where snapshots.snapshot_on < settings.facts_on
    union
    select as_on
    from ledger_months
    union
    select facts_on as as_on
    from settings
),

numbered as (
    select
        as_on,
        lag(as_on) over (order by as_on) as prior_on,
        row_number() over (order by as_on desc) - 1 as steps_back
    from days
    where as_on is not null
),

recent as (
    select
        numbered.as_on,
        numbered.prior_on,
        numbered.steps_back
    from numbered
    where numbered.steps_back <= 36
)

select * from recent
