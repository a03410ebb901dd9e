-- One row per item, warehouse and lot that a snapshot settles by its day's end.
-- grain: item_id, warehouse_id, lot_id
-- staged
-- A snapshot is a count of everything in its warehouse at the finest key that
-- both sides have: by lot where ledger and snapshot name lots, else by item and
-- warehouse, else by item. What is absent from it was counted as nothing.
with covers as (
    select * from fct_snapshot_covers
),

counted as (
    select
        stock.item_id,
        case when covers.is_by_item then '' else stock.warehouse_id end
            as place_id,
        case when covers.is_by_item then '' else stock.lot_id end as lot,
        cast(sum(stock.qty) * 10000 as bigint) as counted
    from stg_stock as stock
    inner join covers
        on
            stock.warehouse_id = covers.warehouse_id
            and stock.snapshot_on = covers.snapshot_on
    where covers.is_by_item or covers.is_explained
    group by
        stock.item_id,
        case when covers.is_by_item then '' else stock.warehouse_id end,
        case when covers.is_by_item then '' else stock.lot_id end
),

days as (
    select
        warehouse_id as place_id,
        snapshot_on
    from covers
    where is_explained and not is_by_item
    union all
    select
        '' as place_id,
        max(snapshot_on) as snapshot_on
    from covers
    where is_by_item
    having max(snapshot_on) is not null
),

booked as (
    select
        queues.item_id,
        queues.warehouse_id as place_id,
        queues.lot_id as lot
    from fct_ledger_queues as queues
    inner join days
        on queues.warehouse_id = days.place_id
),

seen as (
    select
        item_id,
        place_id,
        max(case when lot <> '' and counted <> 0 then 1 else 0 end)
            as has_lots
    from counted
    group by item_id, place_id
),

levels as (
    select
        coalesce(known.item_id, seen.item_id) as item_id,
        coalesce(known.place_id, seen.place_id) as place_id,
        coalesce(known.has_lots, 0) = 1 and coalesce(seen.has_lots, 0) = 1
            as is_by_lot
    from (
        select
            item_id,
            place_id,
            max(case when lot <> '' then 1 else 0 end) as has_lots
        from booked
        group by item_id, place_id
    ) as known
    full outer join seen
        on
            known.item_id = seen.item_id
            and known.place_id = seen.place_id
),

named as (
    select
        item_id,
        place_id,
        lot
    from counted
    union
    select
        item_id,
        place_id,
        lot
    from booked
),

settled as (
    select
        levels.item_id,
        levels.place_id as warehouse_id,
        case when levels.is_by_lot then named.lot else '' end as lot_id,
        days.snapshot_on,
        case when levels.is_by_lot then 1 else 0 end as is_by_lot,
        cast(sum(coalesce(counted.counted, 0)) as bigint) as counted
    from levels
    inner join named
        on
            levels.item_id = named.item_id
            and levels.place_id = named.place_id
    inner join days
        on levels.place_id = days.place_id
    left join counted
        on
            named.item_id = counted.item_id
            and named.place_id = counted.place_id
            and named.lot = counted.lot
    group by
        levels.item_id,
        levels.place_id,
        case when levels.is_by_lot then named.lot else '' end,
        days.snapshot_on,
        case when levels.is_by_lot then 1 else 0 end
)

select * from settled
