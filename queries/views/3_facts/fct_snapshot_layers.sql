-- One row per stretch of stock that no ledger explains, as snapshots date it.
-- grain: item_id, warehouse_id, lot_id, layer_no
-- staged
-- A row's own received_on is exact. Else the series bounds it: what a snapshot
-- has more than the one before came in between, and the oldest leaves first. A
-- single snapshot bounds nothing.
with
settings as (
    select * from src_settings
),

covers as (
    select
        warehouse_id,
        snapshot_on
    from fct_snapshot_covers
    where not is_explained and not is_by_item
),

stock as (
    select
        stock.item_id,
        stock.warehouse_id,
        stock.lot_id,
        stock.snapshot_on,
        stock.received_on,
        cast(stock.qty * 10000 as bigint) as qty,
        case when stock.snapshot_on = covers.snapshot_on then 1 else 0 end
            as is_newest
    from stg_stock as stock
    inner join covers
        on stock.warehouse_id = covers.warehouse_id
    cross join settings
    where stock.snapshot_on <= settings.facts_on
),

days as (
    select
        warehouse_id,
        snapshot_on,
        lag(snapshot_on) over (
            partition by warehouse_id order by snapshot_on
        ) as prior_on,
        count(*) over (partition by warehouse_id) as day_count
    from (
        select distinct
            warehouse_id,
            snapshot_on
        from stock
    ) as seen
),

queues as (
    select distinct
        item_id,
        warehouse_id,
        lot_id
    from stock
    where received_on is null
),

levels as (
    select
        queues.item_id,
        queues.warehouse_id,
        queues.lot_id,
        days.snapshot_on,
        days.prior_on,
        days.day_count,
        coalesce(cast(sum(stock.qty) as bigint), 0) as qty
    from queues
    inner join days
        on queues.warehouse_id = days.warehouse_id
    left join stock
        on
            queues.item_id = stock.item_id
            and queues.warehouse_id = stock.warehouse_id
            and queues.lot_id = stock.lot_id
            and days.snapshot_on = stock.snapshot_on
            and stock.received_on is null
    group by
        queues.item_id,
        queues.warehouse_id,
        queues.lot_id,
        days.snapshot_on,
        days.prior_on,
        days.day_count
),

changes as (
    select
        *,
        qty - coalesce(
            lag(qty) over (
                partition by item_id, warehouse_id, lot_id
                order by snapshot_on
            ),
            0
        ) as change
    from levels
),

axes as (
    select
        *,
        cast(
            sum(greatest(change, 0)) over (
                partition by item_id, warehouse_id, lot_id
                order by snapshot_on
                rows between unbounded preceding and current row
            ) as bigint
        ) as to_pos,
        cast(
            sum(greatest(-change, 0)) over (
                partition by item_id, warehouse_id, lot_id
            ) as bigint
        ) as gone
    from changes
),

bounded as (
    select
        item_id,
        warehouse_id,
        lot_id,
        cast(null as date) as received_on,
        case when day_count > 1 then prior_on end as received_from_on,
        case when day_count > 1 then snapshot_on end as received_to_on,
        case when day_count > 1 then 'snapshots' else 'unknown' end
            as age_basis,
        to_pos - greatest(to_pos - greatest(change, 0), gone) as qty
    from axes
    where change > 0 and to_pos > gone
),

dated as (
    select
        item_id,
        warehouse_id,
        lot_id,
        received_on,
        received_on as received_from_on,
        received_on as received_to_on,
        'lot' as age_basis,
        cast(sum(qty) as bigint) as qty
    from stock
    where is_newest = 1 and received_on is not null
    group by item_id, warehouse_id, lot_id, received_on
    having sum(qty) > 0
),

layers as (
    select * from bounded
    union all
    select * from dated
),

numbered as (
    select
        *,
        row_number() over (
            partition by item_id, warehouse_id, lot_id
            order by
                coalesce(received_to_on, date '1900-01-01'),
                received_from_on,
                age_basis
        ) as layer_no
    from layers
)

select * from numbered
