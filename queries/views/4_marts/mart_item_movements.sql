-- One row per ledger line of the items in the filter, up to today.
-- grain: position
-- left_qty is what reversals left of qty; is_undone marks a line that one
-- shrank.
with
lines as (
    select
        movements.position,
        movements.posted_on,
        movements.document_id,
        movements.line_no,
        movements.item_id,
        items.item_name,
        items.unit,
        movements.kind,
        movements.qty,
        movements.counted_qty,
        ledger.left_qty,
        coalesce(ledger.left_qty <> movements.qty, false) as is_undone,
        movements.is_against_kind,
        nullif(movements.warehouse_id, '') as warehouse_id,
        nullif(dim_warehouse.name, '') as warehouse_name,
        nullif(movements.lot_id, '') as lot_id,
        movements.unit_cost,
        movements.reference_id,
        movements.partner_id
    from stg_movements as movements
    inner join mart_item_profiles as items
        on movements.item_id = items.item_id
    inner join fct_movements_left as ledger
        on movements.position = ledger.position
    inner join mart_chosen_places as places
        on movements.warehouse_id = places.warehouse_id
    left join dim_warehouse
        on movements.warehouse_id = dim_warehouse.warehouse_id
)

select * from lines
