-- One row per ledger line of the document that the filter names, up to today.
-- grain: position
-- All its lines, of whatever item and place. order_ is what records say of the
-- purchase order that a line refers to: from whom, who bought, for how much.
with
lines as (
    select
        movements.position,
        movements.posted_on,
        movements.document_id,
        movements.line_no,
        movements.kind,
        movements.item_id,
        movements.warehouse_id,
        movements.lot_id,
        movements.qty,
        movements.unit_cost,
        movements.reference_id,
        movements.partner_id
    from stg_movements as movements
    where
        movements.document_id = setting('document')
        and movements.posted_on <= setting('facts_on')
),

orders as (
    select
        order_id,
        item_id,
        any_value(supplier_id) as supplier_id,
        any_value(buyer) as buyer,
        any_value(currency) as currency,
        min(ordered_on) as ordered_on,
        min(due_on) as due_on,
        min(unit_price) as unit_price,
        sum(qty) as qty
    from src_purchase_orders
    where
        order_id in (select lines.reference_id from lines)
        or order_id = setting('document')
    group by order_id, item_id
),

named as (
    select
        lines.position,
        lines.posted_on,
        lines.document_id,
        lines.line_no,
        lines.kind,
        lines.item_id,
        items.item_name,
        items.unit,
        nullif(lines.warehouse_id, '') as warehouse_id,
        coalesce(places.name, nullif(lines.warehouse_id, ''))
            as warehouse_name,
        nullif(lines.lot_id, '') as lot_id,
        lines.qty,
        lines.unit_cost,
        lines.qty * lines.unit_cost as line_value,
        lines.reference_id,
        lines.partner_id,
        coalesce(partners.name, lines.partner_id) as partner_name,
        orders.ordered_on as order_placed_on,
        orders.due_on as order_due_on,
        orders.qty as order_qty,
        orders.unit_price as order_price,
        orders.currency as order_currency,
        coalesce(orders.supplier_id, items.supplier_id) as supplier_id,
        coalesce(
            suppliers.name, orders.supplier_id, items.supplier_id
        ) as supplier_name,
        coalesce(orders.buyer, items.buyer) as buyer,
        orders.order_id is not null as has_order
    from lines
    inner join fct_items as items
        on lines.item_id = items.item_id
    left join orders
        on
            lines.reference_id = orders.order_id
            and lines.item_id = orders.item_id
    left join mart_names as places
        on lines.warehouse_id = places.code and places.kind = 'warehouse'
    left join mart_names as partners
        on lines.partner_id = partners.code and partners.kind = 'supplier'
    left join mart_names as suppliers
        on
            coalesce(orders.supplier_id, items.supplier_id) = suppliers.code
            and suppliers.kind = 'supplier'
)

select * from named
