-- One row per snapshot day, item, warehouse, lot, status and bin, filled.
-- grain: snapshot_on, item_id, warehouse_id, lot_id, status, bin
-- A cost of zero is a missing cost; its currency is as committed.
with
source as (
    select * from src_stock
),

renamed as (
    select
        snapshot_on,
        item_id,
        warehouse_id,
        qty,
        received_on,
        last_issued_on,
        expires_on,
        load_id,
        coalesce(lot_id, '') as lot_id,
        coalesce(status, 'available') as status,
        coalesce(bin, '') as bin,
        nullif(unit_cost, 0) as unit_cost,
        currency
    from source
)

select * from renamed
