-- One row per lot of the ledger that its newest snapshot dates.
-- grain: key_id
-- staged
-- It holds for what stood there when that day ended: what came in before
-- ends_at and went out after it.
with
covers as (
    select
        warehouse_id,
        snapshot_on
    from fct_snapshot_covers
    where is_explained and not is_by_item
),

lot_dates as (
    select
        keys.key_id,
        min(stock.received_on) as received_on,
        max(
            cast(
                date_diff('day', date '1970-01-01', covers.snapshot_on) + 1
                as bigint
            ) * 10000000000
        ) as ends_at
    from stg_stock as stock
    inner join covers
        on
            stock.warehouse_id = covers.warehouse_id
            and stock.snapshot_on = covers.snapshot_on
    inner join fct_ledger_keys as keys
        on
            stock.item_id = keys.item_id
            and stock.warehouse_id = keys.warehouse_id
            and stock.lot_id = keys.lot_id
    where stock.received_on is not null and stock.lot_id <> ''
    group by keys.key_id
)

select * from lot_dates
