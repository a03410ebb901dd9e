-- The layers of the stock in the shape of the replay's.
select
    item_id,
    warehouse_id,
    coalesce(lot_id, '') as lot_id,
    received_on,
    arrived_on,
    cast(sum(qty) * 10000 as bigint) as qty
from fct_stock_layers
group by item_id, warehouse_id, lot_id, received_on, arrived_on
