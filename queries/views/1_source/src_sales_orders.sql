-- One row per sales order line, as committed.
-- grain: order_id, line_no
select
    order_id,
    line_no,
    item_id,
    qty,
    ordered_on,
    warehouse_id,
    customer_id,
    due_on,
    open_qty,
    unit_price,
    currency,
    status,
    cancelled_on,
    load_id
from lake_sales_orders
