-- One row per item, warehouse, lot and day: what the ledger changed.
-- grain: item_id, warehouse_id, lot_id, posted_on
-- kept
with
lines as (
    select * from fct_ledger_axes
),

daily as (
    select
        keys.item_id,
        keys.warehouse_id,
        keys.lot_id,
        lines.posted_on,
        cast(sum(lines.qty) as decimal(18, 4)) / 10000 as change
    from lines
    inner join fct_ledger_keys as keys
        on lines.key_id = keys.key_id
    group by keys.item_id, keys.warehouse_id, keys.lot_id, lines.posted_on
),

typed as (
    select
        item_id,
        warehouse_id,
        lot_id,
        posted_on,
        cast(change as decimal(18, 4)) as qty
    from daily
)

select * from typed
