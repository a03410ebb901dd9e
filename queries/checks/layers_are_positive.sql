-- No layer is empty or negative: what is owed is a debt.
select
    item_id,
    warehouse_id,
    lot_id,
    layer_no,
    qty
from fct_stock_layers
where qty <= 0
