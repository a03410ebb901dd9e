-- One row per item in the filter, on hand or not: what the records say of it.
-- grain: item_id
-- The filters of mart_chosen_items hold; those of places and of states do not.
-- successor_qty is on hand over the whole company.
with
chosen as (
    select items.*
    from fct_items as items
    inner join mart_chosen_items as named
        on items.item_id = named.item_id
),

on_hand as (
    select
        item_id,
        sum(qty) as qty
    from fct_judged_positions
    where is_current
    group by item_id
),

supplier_names as (
    select
        supplier_id,
        max(name) as name
    from src_suppliers
    group by supplier_id
),

joined as (
    select
        chosen.item_id,
        chosen.item_name,
        chosen.category,
        chosen.material_type,
        chosen.unit,
        chosen.item_status,
        chosen.phase_out_on,
        chosen.successor_id,
        successors.item_name as successor_name,
        coalesce(successor_stock.qty, 0) as successor_qty,
        chosen.supplier_id,
        supplier_names.name as supplier_name,
        chosen.buyer,
        chosen.lead_time_days,
        chosen.moq,
        chosen.shelf_life_days,
        chosen.list_cost,
        chosen.price,
        chosen.is_strategic,
        chosen.is_described,
        chosen.is_orphan,
        chosen.on_order_qty,
        chosen.cancellable_qty,
        chosen.ordered_qty,
        coalesce(on_hand.qty, 0) as company_qty
    from chosen
    left join fct_items as successors
        on chosen.successor_id = successors.item_id
    left join on_hand as successor_stock
        on chosen.successor_id = successor_stock.item_id
    left join on_hand
        on chosen.item_id = on_hand.item_id
    left join supplier_names
        on chosen.supplier_id = supplier_names.supplier_id
)

select * from joined
