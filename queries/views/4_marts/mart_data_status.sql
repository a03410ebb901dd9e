-- One row: what was loaded, how new it is, and in which currency the money is.
-- grain: as_of
with
settings as (
    select * from src_settings
),

snapshots as (
    select
        max(stg_stock.snapshot_on) as newest_snapshot_on,
        count(distinct stg_stock.snapshot_on) as snapshot_count
    from stg_stock
    cross join settings
    where stg_stock.snapshot_on <= settings.facts_on
),

ledger as (
    select
        min(stg_movements.posted_on) as ledger_from_on,
        max(stg_movements.posted_on) as ledger_to_on,
        count(*) as movement_count
    from stg_movements
    cross join settings
    where stg_movements.posted_on <= settings.facts_on
),

joined as (
    select
        settings.as_of,
        settings.facts_on,
        settings.oldest_on,
        settings.newest_on,
        snapshots.newest_snapshot_on,
        snapshots.snapshot_count,
        ledger.ledger_from_on,
        ledger.ledger_to_on,
        ledger.movement_count,
        fct_currency.currency,
        settings.newest_on is null as is_empty
    from settings
    cross join snapshots
    cross join ledger
    cross join fct_currency
)

select * from joined
