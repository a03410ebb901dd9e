-- One row per snapshot day, item, warehouse, lot, status and bin, as committed.
-- grain: snapshot_on, item_id, warehouse_id, lot_id, status, bin
select
    snapshot_on,
    item_id,
    warehouse_id,
    qty,
    lot_id,
    unit_cost,
    received_on,
    last_issued_on,
    expires_on,
    status,
    bin,
    currency,
    load_id
from lake_stock
