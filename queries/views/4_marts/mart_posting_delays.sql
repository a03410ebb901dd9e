-- One row per warehouse: how late its files are, how late it posts receipts.
-- grain: warehouse_id
-- Over the demand window. delay: from the day a lot says it was received (a
-- snapshot's received_on) to the first receipt posted for it; late: posted
-- after the due day of the purchase order that the receipt names; owed: stock
-- below zero now, which is use posted before its receipt.
with
settings as (
    select * from src_settings
),

snapshots as (
    select
        stock.warehouse_id,
        max(stock.snapshot_on) as newest_snapshot_on
    from stg_stock as stock
    cross join settings
    where stock.snapshot_on <= settings.facts_on
    group by stock.warehouse_id
),

lines as (
    select
        movements.warehouse_id,
        movements.item_id,
        movements.lot_id,
        movements.document_id,
        movements.reference_id,
        movements.kind,
        movements.qty,
        movements.posted_on
    from stg_movements as movements
    cross join settings
    where
        movements.posted_on <= settings.facts_on
        and movements.posted_on
        > settings.facts_on - settings.demand_window_days
),

posted as (
    select
        warehouse_id,
        max(posted_on) as last_posted_on,
        count(distinct document_id) filter (
            where kind = 'receipt' and qty > 0
        ) as receipt_count
    from lines
    group by warehouse_id
),

lot_days as (
    select
        item_id,
        lot_id,
        min(received_on) as received_on
    from stg_stock
    where received_on is not null and lot_id <> ''
    group by item_id, lot_id
),

first_postings as (
    select
        lines.item_id,
        lines.lot_id,
        arg_min(lines.warehouse_id, lines.posted_on) as warehouse_id,
        greatest(
            date_diff(
                'day', any_value(lot_days.received_on), min(lines.posted_on)
            ), 0
        ) as days
    from lines
    inner join lot_days
        on
            lines.item_id = lot_days.item_id
            and lines.lot_id = lot_days.lot_id
    where lines.kind in ('receipt', 'production_in') and lines.qty > 0
    group by lines.item_id, lines.lot_id
),

delays as (
    select
        warehouse_id,
        count(*) as delay_count,
        median(days) as delay_days,
        quantile_disc(days, 0.9) as long_delay_days
    from first_postings
    group by warehouse_id
),

due_days as (
    select
        order_id,
        item_id,
        max(due_on) as due_on
    from src_purchase_orders
    where due_on is not null
    group by order_id, item_id
),

late as (
    select
        lines.warehouse_id,
        count(*) as due_count,
        count(*) filter (where lines.posted_on > due_days.due_on)
            as late_count,
        median(date_diff('day', due_days.due_on, lines.posted_on)) filter (
            where lines.posted_on > due_days.due_on
        ) as late_days
    from lines
    inner join due_days
        on
            lines.item_id = due_days.item_id
            and coalesce(lines.reference_id, lines.document_id)
            = due_days.order_id
    where lines.kind = 'receipt' and lines.qty > 0
    group by lines.warehouse_id
),

owed as (
    select
        warehouse_id,
        count(distinct item_id) as owed_item_count
    from fct_stock_debts
    where qty > 0
    group by warehouse_id
),

joined as (
    select
        dim_warehouse.warehouse_id,
        dim_warehouse.name as warehouse_name,
        dim_warehouse.region,
        snapshots.newest_snapshot_on,
        date_diff('day', snapshots.newest_snapshot_on, settings.as_of)
            as snapshot_age_days,
        posted.last_posted_on,
        date_diff('day', posted.last_posted_on, settings.as_of)
            as posting_age_days,
        coalesce(posted.receipt_count, 0) as receipt_count,
        coalesce(delays.delay_count, 0) as delay_count,
        delays.delay_days,
        delays.long_delay_days,
        coalesce(late.due_count, 0) as due_count,
        coalesce(late.late_count, 0) as late_count,
        (late.late_count / nullif(late.due_count, 0))::double as late_share,
        late.late_days,
        coalesce(owed.owed_item_count, 0) as owed_item_count
    from dim_warehouse
    cross join settings
    inner join mart_chosen_places as places
        on dim_warehouse.warehouse_id = places.warehouse_id
    left join snapshots
        on dim_warehouse.warehouse_id = snapshots.warehouse_id
    left join posted
        on dim_warehouse.warehouse_id = posted.warehouse_id
    left join delays
        on dim_warehouse.warehouse_id = delays.warehouse_id
    left join late
        on dim_warehouse.warehouse_id = late.warehouse_id
    left join owed
        on dim_warehouse.warehouse_id = owed.warehouse_id
    where
        snapshots.warehouse_id is not null
        or posted.warehouse_id is not null
)

select * from joined
