-- One row per counted place and day: what was counted and what the book said.
-- grain: counted_on, item_id, warehouse_id, lot_id, bin
-- Counts and book are compared by lot where both name lots, by bin where both
-- name bins and nothing moved after the snapshot that names them, else as sums.
-- The book is the newest snapshot up to that day and the ledger after it; where
-- the ledger posts a count of the item that day, as it stood before. Bins that
-- were not all counted cannot be compared with a sum (reason bins_left), nor
-- can a day without any book (no_book). is_newest: nothing was counted later
-- there. What a snapshot reports on the road is in no place, unless the ledger
-- had it there and the count came later.
with
settings as (
    select * from src_settings
),

counted as (
    select
        counts.counted_on,
        counts.item_id,
        counts.warehouse_id,
        counts.counted_qty,
        counts.counted_by,
        coalesce(counts.lot_id, '') as lot_id,
        coalesce(counts.bin, '') as bin
    from src_counts as counts
    cross join settings
    where
        counts.counted_on <= settings.as_of
        or settings.as_of = settings.newest_on
),

visits as (
    select
        counted_on,
        item_id,
        warehouse_id,
        max(case when lot_id <> '' then 1 else 0 end) as has_lots,
        max(case when bin <> '' then 1 else 0 end) as has_bins
    from counted
    group by counted_on, item_id, warehouse_id
),

count_postings as (
    select distinct
        posted_on,
        item_id,
        warehouse_id
    from stg_movements
    where kind = 'count'
),

snapshots as (
    select distinct
        warehouse_id,
        snapshot_on
    from stg_stock
),

ledger_days as (
    select
        warehouse_id,
        min(posted_on) as ledger_from_on,
        max(posted_on) as last_on
    from fct_stock_flows
    group by warehouse_id
),

ledger_starts as (
    select
        warehouse_id,
        ledger_from_on,
        max(last_on) over () as ledger_to_on
    from ledger_days
),

based as (
    select
        visits.counted_on,
        visits.item_id,
        visits.warehouse_id,
        visits.has_lots,
        visits.has_bins,
        count_postings.item_id is not null as is_posted,
        max(snapshots.snapshot_on) as snapshot_on
    from visits
    left join count_postings
        on
            visits.counted_on = count_postings.posted_on
            and visits.item_id = count_postings.item_id
            and visits.warehouse_id = count_postings.warehouse_id
    left join snapshots
        on
            visits.warehouse_id = snapshots.warehouse_id
            and (
                visits.counted_on > snapshots.snapshot_on
                or (
                    visits.counted_on = snapshots.snapshot_on
                    and count_postings.item_id is null
                )
            )
    group by
        visits.counted_on,
        visits.item_id,
        visits.warehouse_id,
        visits.has_lots,
        visits.has_bins,
        count_postings.item_id
),

listed as (
    select
        based.counted_on,
        based.item_id,
        based.warehouse_id,
        based.snapshot_on,
        cast(sum(stock.qty) as decimal(18, 4)) as qty
    from based
    inner join stg_stock as stock
        on
            based.item_id = stock.item_id
            and based.warehouse_id = stock.warehouse_id
            and based.snapshot_on = stock.snapshot_on
    where based.counted_on > based.snapshot_on
    group by
        based.counted_on,
        based.item_id,
        based.warehouse_id,
        based.snapshot_on
    having
        max(case when stock.status = 'in_transit' then 1 else 0 end) = 1
),

arrived as (
    select
        listed.counted_on,
        listed.item_id,
        listed.warehouse_id
    from listed
    inner join fct_stock_flows as flows
        on
            listed.item_id = flows.item_id
            and listed.warehouse_id = flows.warehouse_id
            and listed.snapshot_on >= flows.posted_on
    group by
        listed.counted_on, listed.item_id, listed.warehouse_id, listed.qty
    having sum(flows.qty) = listed.qty
),

parts as (
    select
        based.counted_on,
        based.item_id,
        based.warehouse_id,
        stock.lot_id,
        stock.bin,
        stock.qty,
        0 as is_later,
        stock.unit_cost,
        case
            when stock.qty > 0 and stock.status = 'consigned' then stock.qty
            when stock.qty > 0 and stock.unit_cost is not null then stock.qty
        end as costed_qty,
        case
            when stock.qty > 0 and stock.status = 'consigned' then 0
            when stock.qty > 0 then stock.qty * stock.unit_cost
        end as costed_value
    from based
    inner join stg_stock as stock
        on
            based.item_id = stock.item_id
            and based.warehouse_id = stock.warehouse_id
            and based.snapshot_on = stock.snapshot_on
    left join arrived
        on
            based.counted_on = arrived.counted_on
            and based.item_id = arrived.item_id
            and based.warehouse_id = arrived.warehouse_id
    where stock.status <> 'in_transit' or arrived.item_id is not null
    union all
    select
        based.counted_on,
        based.item_id,
        based.warehouse_id,
        flows.lot_id,
        '' as bin,
        flows.qty,
        1 as is_later,
        null as unit_cost,
        null as costed_qty,
        null as costed_value
    from based
    inner join fct_stock_flows as flows
        on
            based.item_id = flows.item_id
            and based.warehouse_id = flows.warehouse_id
            and based.counted_on >= flows.posted_on
    where
        (based.snapshot_on is null or flows.posted_on > based.snapshot_on)
        and (not based.is_posted or flows.posted_on < based.counted_on)
    union all
    select
        based.counted_on,
        based.item_id,
        based.warehouse_id,
        movements.lot_id,
        '' as bin,
        movements.qty,
        1 as is_later,
        null as unit_cost,
        null as costed_qty,
        null as costed_value
    from based
    inner join stg_movements as movements
        on
            based.item_id = movements.item_id
            and based.warehouse_id = movements.warehouse_id
            and based.counted_on = movements.posted_on
    where based.is_posted and movements.kind <> 'count'
),

lots as (
    select
        counted_on,
        item_id,
        warehouse_id,
        lot_id
    from parts
    where lot_id <> ''
    group by counted_on, item_id, warehouse_id, lot_id
    having sum(qty) <> 0
),

known_lots as (
    select distinct
        counted_on,
        item_id,
        warehouse_id
    from lots
),

bins as (
    select
        counted_on,
        item_id,
        warehouse_id,
        bin
    from parts
    where bin <> ''
    group by counted_on, item_id, warehouse_id, bin
    having sum(qty) <> 0
),

bins_counted as (
    select distinct
        counted_on,
        item_id,
        warehouse_id,
        bin
    from counted
),

known_bins as (
    select
        bins.counted_on,
        bins.item_id,
        bins.warehouse_id,
        max(case when bins_counted.bin is null then 1 else 0 end) as are_left
    from bins
    left join bins_counted
        on
            bins.counted_on = bins_counted.counted_on
            and bins.item_id = bins_counted.item_id
            and bins.warehouse_id = bins_counted.warehouse_id
            and bins.bin = bins_counted.bin
    group by bins.counted_on, bins.item_id, bins.warehouse_id
),

later_moves as (
    select distinct
        counted_on,
        item_id,
        warehouse_id
    from parts
    where is_later = 1 and qty <> 0
),

levels as (
    select
        based.counted_on,
        based.item_id,
        based.warehouse_id,
        based.snapshot_on,
        ledger_starts.ledger_to_on,
        case
            when based.has_lots = 1 and known_lots.item_id is not null
                then 1
            else 0
        end as is_by_lot,
        case
            when
                based.has_bins = 1
                and known_bins.item_id is not null
                and later_moves.item_id is null
                then 1
            else 0
        end as is_by_bin,
        case
            when
                based.snapshot_on is null
                and (
                    ledger_starts.ledger_from_on is null
                    or ledger_starts.ledger_from_on > based.counted_on
                )
                then 'no_book'
            when
                based.has_bins = 1
                and known_bins.are_left = 1
                and later_moves.item_id is not null
                then 'bins_left'
        end as reason
    from based
    left join ledger_starts
        on based.warehouse_id = ledger_starts.warehouse_id
    left join known_lots
        on
            based.counted_on = known_lots.counted_on
            and based.item_id = known_lots.item_id
            and based.warehouse_id = known_lots.warehouse_id
    left join known_bins
        on
            based.counted_on = known_bins.counted_on
            and based.item_id = known_bins.item_id
            and based.warehouse_id = known_bins.warehouse_id
    left join later_moves
        on
            based.counted_on = later_moves.counted_on
            and based.item_id = later_moves.item_id
            and based.warehouse_id = later_moves.warehouse_id
),

counted_places as (
    select
        levels.counted_on,
        levels.item_id,
        levels.warehouse_id,
        levels.snapshot_on,
        levels.ledger_to_on,
        levels.is_by_lot,
        levels.is_by_bin,
        levels.reason,
        case when levels.is_by_lot = 1 then counted.lot_id else '' end
            as lot_id,
        case when levels.is_by_bin = 1 then counted.bin else '' end as bin,
        cast(sum(counted.counted_qty) as decimal(18, 4)) as counted_qty,
        max(counted.counted_by) as counted_by
    from levels
    inner join counted
        on
            levels.counted_on = counted.counted_on
            and levels.item_id = counted.item_id
            and levels.warehouse_id = counted.warehouse_id
    group by
        levels.counted_on,
        levels.item_id,
        levels.warehouse_id,
        levels.snapshot_on,
        levels.ledger_to_on,
        levels.is_by_lot,
        levels.is_by_bin,
        levels.reason,
        case when levels.is_by_lot = 1 then counted.lot_id else '' end,
        case when levels.is_by_bin = 1 then counted.bin else '' end
),

booked_places as (
    select
        levels.counted_on,
        levels.item_id,
        levels.warehouse_id,
        case when levels.is_by_lot = 1 then parts.lot_id else '' end as lot_id,
        case when levels.is_by_bin = 1 then parts.bin else '' end as bin,
        cast(sum(parts.qty) as decimal(18, 4)) as book_qty,
        cast(sum(parts.costed_qty) as decimal(18, 4)) as costed_qty,
        cast(sum(parts.costed_value) as decimal(36, 8)) as costed_value
    from levels
    inner join parts
        on
            levels.counted_on = parts.counted_on
            and levels.item_id = parts.item_id
            and levels.warehouse_id = parts.warehouse_id
    group by
        levels.counted_on,
        levels.item_id,
        levels.warehouse_id,
        case when levels.is_by_lot = 1 then parts.lot_id else '' end,
        case when levels.is_by_bin = 1 then parts.bin else '' end
),

visit_costs as (
    select
        counted_on,
        item_id,
        warehouse_id,
        max(unit_cost) as unit_cost,
        cast(sum(costed_qty) as decimal(18, 4)) as costed_qty,
        cast(sum(costed_value) as decimal(36, 8)) as costed_value
    from parts
    group by counted_on, item_id, warehouse_id
),

compared as (
    select
        places.counted_on,
        places.item_id,
        places.warehouse_id,
        places.lot_id,
        places.bin,
        places.is_by_lot,
        places.is_by_bin,
        places.reason,
        places.counted_qty,
        places.counted_by,
        case
            when places.reason is null then coalesce(booked.book_qty, 0)
        end as book_qty,
        cast(
            coalesce(
                booked.costed_value / nullif(booked.costed_qty, 0),
                visit_costs.costed_value / nullif(visit_costs.costed_qty, 0),
                visit_costs.unit_cost,
                items.list_cost
            ) as decimal(18, 4)
        ) as unit_cost,
        greatest(
            coalesce(places.snapshot_on, date '1900-01-01'),
            case
                when places.ledger_to_on is not null
                    then least(places.counted_on, places.ledger_to_on)
                else date '1900-01-01'
            end
        ) as book_on
    from counted_places as places
    left join booked_places as booked
        on
            places.counted_on = booked.counted_on
            and places.item_id = booked.item_id
            and places.warehouse_id = booked.warehouse_id
            and places.lot_id = booked.lot_id
            and places.bin = booked.bin
    left join visit_costs
        on
            places.counted_on = visit_costs.counted_on
            and places.item_id = visit_costs.item_id
            and places.warehouse_id = visit_costs.warehouse_id
    left join fct_items as items
        on places.item_id = items.item_id
),

counted_again as (
    select distinct
        earlier.counted_on,
        earlier.item_id,
        earlier.warehouse_id,
        earlier.lot_id,
        earlier.bin
    from compared as earlier
    inner join compared as later
        on
            earlier.item_id = later.item_id
            and earlier.warehouse_id = later.warehouse_id
            and earlier.counted_on < later.counted_on
    where
        (
            earlier.lot_id = later.lot_id
            or earlier.is_by_lot = 0
            or later.is_by_lot = 0
        )
        and (
            earlier.bin = later.bin
            or earlier.is_by_bin = 0
            or later.is_by_bin = 0
        )
),

judged as (
    select
        compared.counted_on,
        compared.item_id,
        compared.warehouse_id,
        compared.lot_id,
        compared.bin,
        compared.counted_qty,
        compared.counted_by,
        compared.book_qty,
        compared.unit_cost,
        compared.reason,
        case when compared.reason is null then compared.book_on end as book_on,
        counted_again.item_id is null as is_newest
    from compared
    left join counted_again
        on
            compared.counted_on = counted_again.counted_on
            and compared.item_id = counted_again.item_id
            and compared.warehouse_id = counted_again.warehouse_id
            and compared.lot_id = counted_again.lot_id
            and compared.bin = counted_again.bin
)

select * from judged
