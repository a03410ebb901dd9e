-- One row per item in the filter and whom it came from or went to.
-- grain: item_id, side, partner_id
-- side: supplier or customer. qty is what was received from or issued to them,
-- net of what came back and of reversals; open_qty is still on order,
-- cancelled_qty was ordered and cancelled. Company-wide.
with
settings as (
    select * from src_settings
),

moved as (
    select
        case
            when movements.kind in ('receipt', 'supplier_return')
                then 'supplier'
            else 'customer'
        end as side,
        movements.item_id,
        movements.partner_id,
        movements.posted_on,
        movements.document_id,
        case
            when movements.kind in ('receipt', 'supplier_return')
                then ledger.left_qty
            else -ledger.left_qty
        end as qty,
        movements.kind in ('receipt', 'issue') as is_first_way
    from stg_movements as movements
    inner join mart_item_profiles as items
        on movements.item_id = items.item_id
    inner join fct_movements_left as ledger
        on movements.position = ledger.position
    where
        movements.partner_id is not null
        and movements.kind in (
            'receipt', 'supplier_return', 'issue', 'customer_return'
        )
        and ledger.left_qty <> 0
),

delivered as (
    select
        item_id,
        side,
        partner_id,
        sum(qty) as qty,
        count(distinct document_id) filter (where is_first_way)
            as document_count,
        min(posted_on) filter (where is_first_way) as first_on,
        max(posted_on) filter (where is_first_way) as last_on
    from moved
    group by item_id, side, partner_id
),

orders as (
    select
        'supplier' as side,
        bought.item_id,
        bought.supplier_id as partner_id,
        bought.buyer,
        case
            when coalesce(bought.status, 'open') = 'open'
                then
                    coalesce(
                        bought.open_qty,
                        greatest(
                            bought.qty - coalesce(bought.received_qty, 0), 0
                        )
                    )
        end as open_qty,
        case when bought.status = 'cancelled' then bought.qty end
            as cancelled_qty
    from src_purchase_orders as bought
    cross join settings
    where bought.ordered_on <= settings.facts_on
    union all
    select
        'customer' as side,
        sold.item_id,
        sold.customer_id as partner_id,
        null as buyer,
        case
            when coalesce(sold.status, 'open') = 'open'
                then coalesce(sold.open_qty, sold.qty)
        end as open_qty,
        case when sold.status = 'cancelled' then sold.qty end as cancelled_qty
    from src_sales_orders as sold
    cross join settings
    where sold.ordered_on <= settings.facts_on
),

ordered as (
    select
        orders.item_id,
        orders.side,
        orders.partner_id,
        max(orders.buyer) as buyer,
        coalesce(sum(orders.open_qty), 0) as open_qty,
        coalesce(sum(orders.cancelled_qty), 0) as cancelled_qty
    from orders
    inner join mart_item_profiles as items
        on orders.item_id = items.item_id
    where orders.partner_id is not null
    group by orders.item_id, orders.side, orders.partner_id
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
        coalesce(delivered.item_id, ordered.item_id) as item_id,
        coalesce(delivered.side, ordered.side) as side,
        coalesce(delivered.partner_id, ordered.partner_id) as partner_id,
        ordered.buyer,
        coalesce(delivered.qty, 0) as qty,
        coalesce(delivered.document_count, 0) as document_count,
        delivered.first_on,
        delivered.last_on,
        coalesce(ordered.open_qty, 0) as open_qty,
        coalesce(ordered.cancelled_qty, 0) as cancelled_qty
    from delivered
    full join ordered
        on
            delivered.item_id = ordered.item_id
            and delivered.side = ordered.side
            and delivered.partner_id = ordered.partner_id
),

named as (
    select
        joined.*,
        case
            when joined.side = 'supplier' then supplier_names.name
        end as partner_name
    from joined
    left join supplier_names
        on joined.partner_id = supplier_names.supplier_id
)

select * from named
