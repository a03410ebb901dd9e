-- FIFO as most dashboards have it: what is on hand is the newest that came in.
-- No hand-overs, no counts, no debts: what a transfer brought came that day.
with
on_hand as (
    select
        item_id,
        warehouse_id,
        lot_id,
        sum(qty) as qty
    from lake_movements
    where kind <> 'count'
    group by item_id, warehouse_id, lot_id
),

receipts as (
    select
        item_id,
        warehouse_id,
        lot_id,
        posted_on,
        qty,
        sum(qty) over (
            partition by item_id, warehouse_id, lot_id
            order by posted_on desc, seq desc
            rows between unbounded preceding and current row
        ) - qty as newer_qty
    from lake_movements
    where qty > 0
),

layers as (
    select
        receipts.item_id,
        receipts.warehouse_id,
        receipts.lot_id,
        receipts.posted_on as received_on,
        least(receipts.qty, on_hand.qty - receipts.newer_qty) as qty
    from receipts
    inner join on_hand
        on
            receipts.item_id = on_hand.item_id
            and receipts.warehouse_id = on_hand.warehouse_id
            and receipts.lot_id is not distinct from on_hand.lot_id
    where on_hand.qty > receipts.newer_qty
)

select * from layers
