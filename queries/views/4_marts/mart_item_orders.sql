-- One row per open order line of the items in the filter: bought, sold, made.
-- grain: side, order_id, line_no
-- is_cancellable: by its last day to cancel, else due after the frozen days.
with
settings as (
    select * from src_settings
),

orders as (
    select
        'purchase' as side,
        bought.order_id,
        bought.line_no,
        bought.item_id,
        bought.warehouse_id,
        bought.supplier_id as partner_id,
        bought.ordered_on,
        bought.due_on,
        coalesce(
            bought.open_qty,
            greatest(bought.qty - coalesce(bought.received_qty, 0), 0)
        ) as open_qty,
        bought.unit_price,
        bought.currency,
        coalesce(
            bought.cancel_until_on >= settings.facts_on,
            bought.due_on > settings.facts_on + settings.frozen_days,
            true
        ) as is_cancellable
    from src_purchase_orders as bought
    cross join settings
    where
        bought.ordered_on <= settings.facts_on
        and coalesce(bought.status, 'open') = 'open'
    union all
    select
        'sales' as side,
        sold.order_id,
        sold.line_no,
        sold.item_id,
        sold.warehouse_id,
        sold.customer_id as partner_id,
        sold.ordered_on,
        sold.due_on,
        coalesce(sold.open_qty, sold.qty) as open_qty,
        sold.unit_price,
        sold.currency,
        false as is_cancellable
    from src_sales_orders as sold
    cross join settings
    where
        sold.ordered_on <= settings.facts_on
        and coalesce(sold.status, 'open') = 'open'
    union all
    select
        'work' as side,
        made.work_order_id as order_id,
        1 as line_no,
        made.item_id,
        made.warehouse_id,
        null as partner_id,
        made.started_on as ordered_on,
        made.planned_on as due_on,
        made.qty as open_qty,
        null as unit_price,
        null as currency,
        false as is_cancellable
    from src_work_orders as made
    cross join settings
    where
        coalesce(made.status, 'open') = 'open'
        and coalesce(made.started_on, made.planned_on) <= settings.facts_on
        and coalesce(made.finished_on > settings.facts_on, true)
),

named as (
    select
        orders.*,
        items.item_name,
        items.unit,
        dim_warehouse.name as warehouse_name
    from orders
    inner join mart_item_profiles as items
        on orders.item_id = items.item_id
    left join dim_warehouse
        on orders.warehouse_id = dim_warehouse.warehouse_id
    where orders.open_qty > 0
)

select * from named
