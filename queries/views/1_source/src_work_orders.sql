-- One row per work order, as committed.
-- grain: work_order_id
select
    work_order_id,
    item_id,
    qty,
    warehouse_id,
    planned_on,
    started_on,
    finished_on,
    scrapped_qty,
    status,
    load_id
from lake_work_orders
