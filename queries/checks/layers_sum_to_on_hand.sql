-- The layers of an item in a warehouse add up to its stock and book value.
with
layers as (
    select
        item_id,
        warehouse_id,
        sum(qty) as qty,
        sum(value) as value
    from fct_stock_layers
    group by item_id, warehouse_id
),

stock as (
    select
        item_id,
        warehouse_id,
        qty,
        value
    from fct_judged_positions
    where is_current
),

offending as (
    select
        coalesce(stock.item_id, layers.item_id) as item_id,
        coalesce(stock.warehouse_id, layers.warehouse_id) as warehouse_id,
        stock.qty,
        layers.qty as layered_qty,
        stock.value,
        layers.value as layered_value
    from stock
    full outer join layers
        on
            stock.item_id = layers.item_id
            and stock.warehouse_id = layers.warehouse_id
    where
        coalesce(stock.qty, 0) <> coalesce(layers.qty, 0)
        or coalesce(stock.value, 0) <> coalesce(layers.value, 0)
)

select * from offending
