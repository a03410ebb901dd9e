-- One row per queue and the place and status that some of it has.
-- grain: item_id, from_id, lot_id, warehouse_id, status
-- staged
-- A layer knows no status, and an item's own ledger no warehouse: they get
-- theirs pro rata. to_get is what falls to each in whole units, all of the
-- queue together.
with covers as (
    select
        warehouse_id,
        snapshot_on,
        is_by_item
    from fct_snapshot_covers
),

queues as (
    select
        item_id,
        warehouse_id as from_id,
        lot_id,
        cast(sum(qty) as bigint) as total
    from fct_lot_layers
    where is_in_transit = 0
    group by item_id, warehouse_id, lot_id
),

stock as (
    select
        stock.item_id,
        case when covers.is_by_item then '' else stock.warehouse_id end
            as from_id,
        stock.lot_id,
        stock.warehouse_id,
        stock.status,
        cast(sum(stock.qty) * 10000 as bigint) as qty
    from stg_stock as stock
    inner join covers
        on
            stock.warehouse_id = covers.warehouse_id
            and stock.snapshot_on = covers.snapshot_on
    group by
        stock.item_id,
        case when covers.is_by_item then '' else stock.warehouse_id end,
        stock.lot_id,
        stock.warehouse_id,
        stock.status
    having sum(stock.qty) > 0
),

lot_slots as (
    select
        queues.item_id,
        queues.from_id,
        queues.lot_id,
        queues.total,
        stock.warehouse_id,
        stock.status,
        stock.qty
    from queues
    inner join stock
        on
            queues.item_id = stock.item_id
            and queues.from_id = stock.from_id
            and queues.lot_id = stock.lot_id
    where queues.from_id <> '' or queues.lot_id <> ''
),

found as (
    select distinct
        item_id,
        from_id,
        lot_id
    from lot_slots
),

lotless as (
    select
        queues.item_id,
        queues.from_id,
        queues.lot_id,
        queues.total
    from queues
    left join found
        on
            queues.item_id = found.item_id
            and queues.from_id = found.from_id
            and queues.lot_id = found.lot_id
    where found.item_id is null
),

place_slots as (
    select
        lotless.item_id,
        lotless.from_id,
        lotless.lot_id,
        lotless.total,
        stock.warehouse_id,
        stock.status,
        cast(sum(stock.qty) as bigint) as qty
    from lotless
    inner join stock
        on
            lotless.item_id = stock.item_id
            and lotless.from_id = stock.from_id
    group by
        lotless.item_id,
        lotless.from_id,
        lotless.lot_id,
        lotless.total,
        stock.warehouse_id,
        stock.status
),

slots as (
    select * from lot_slots
    union all
    select * from place_slots
),

axes as (
    select
        *,
        cast(
            sum(cast(qty as decimal(38, 0))) over (
                partition by item_id, from_id, lot_id
                order by warehouse_id, status
                rows between unbounded preceding and current row
            ) as decimal(38, 0)
        ) as upto,
        cast(
            sum(cast(qty as decimal(38, 0))) over (
                partition by item_id, from_id, lot_id
            ) as decimal(38, 0)
        ) as weight,
        count(*) over (partition by item_id, from_id, lot_id) as slot_count
    from slots
),

rounded as (
    select
        *,
        case
            when weight = total then cast(round(upto) as bigint)
            when upto = weight then total
            else
                cast(
                    floor(
                        floor(total * upto / nullif(weight, 0)) / 10000
                    ) as bigint
                )
                * 10000
        end as ends_at
    from axes
),

shared as (
    select
        item_id,
        from_id,
        lot_id,
        warehouse_id,
        status,
        slot_count,
        ends_at - coalesce(
            lag(ends_at) over (
                partition by item_id, from_id, lot_id
                order by warehouse_id, status
            ),
            0
        ) as to_get
    from rounded
)

select * from shared
