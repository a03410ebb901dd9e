-- One row per counted place, as committed.
-- grain: counted_on, item_id, warehouse_id, lot_id, bin
select
    counted_on,
    item_id,
    warehouse_id,
    counted_qty,
    lot_id,
    bin,
    counted_by,
    load_id
from lake_counts
