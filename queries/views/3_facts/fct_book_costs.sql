-- One row per item, warehouse and lot of the newest snapshots: its book cost.
-- grain: item_id, warehouse_id, lot_id
-- staged
-- Rows of different cost make an average; costed_value keeps their exact sum,
-- so that layers can foot to it. Consigned stock is left out: it is worth
-- nothing.
with
covers as (
    select
        warehouse_id,
        snapshot_on
    from fct_snapshot_covers
),

costed as (
    select
        stock.item_id,
        stock.warehouse_id,
        stock.lot_id,
        stock.qty,
        stock.unit_cost
    from stg_stock as stock
    inner join covers
        on
            stock.warehouse_id = covers.warehouse_id
            and stock.snapshot_on = covers.snapshot_on
    where
        stock.status <> 'consigned'
        and stock.unit_cost is not null
        and stock.qty > 0
),

summed as (
    select
        item_id,
        warehouse_id,
        lot_id,
        cast(sum(qty) as decimal(18, 4)) as costed_qty,
        cast(sum(qty * unit_cost) as decimal(36, 8)) as costed_value,
        min(unit_cost) as low_cost,
        max(unit_cost) as high_cost
    from costed
    group by item_id, warehouse_id, lot_id
)

select * from summed
