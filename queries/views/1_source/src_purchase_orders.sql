-- One row per purchase order line, as committed.
-- grain: order_id, line_no
select
    order_id,
    line_no,
    item_id,
    qty,
    ordered_on,
    warehouse_id,
    supplier_id,
    due_on,
    open_qty,
    received_qty,
    unit_price,
    currency,
    status,
    cancel_until_on,
    cancel_fee_share,
    buyer,
    load_id
from lake_purchase_orders
