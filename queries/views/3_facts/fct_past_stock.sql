-- One row per day of the back-test, item and warehouse: stock as known then.
-- grain: as_on, item_id, warehouse_id
-- staged
-- The warehouse's newest snapshot by that day and what the ledger says came
-- later, lines as recorded; without a snapshot the ledger alone, whose lines
-- without a warehouse count only while there is no snapshot. A count sets the
-- balance of its lot, without a lot that of the item there. Valued at what its
-- snapshot says, else at the last cost received by then, else by the item list.
with
settings as (
    select * from src_settings
),

origins as (
    select as_on
    from fct_origins
),

snapshot_days as (
    select distinct
        stock.warehouse_id,
        stock.snapshot_on
    from stg_stock as stock
    cross join settings
    where stock.snapshot_on <= settings.facts_on
),

covers as (
    select
        origins.as_on,
        days.warehouse_id,
        max(days.snapshot_on) as snapshot_on
    from origins
    inner join snapshot_days as days
        on origins.as_on >= days.snapshot_on
    group by origins.as_on, days.warehouse_id
),

covered as (
    select
        covers.as_on,
        stock.item_id,
        stock.warehouse_id,
        stock.qty,
        case when stock.status = 'consigned' then 0 else stock.qty end
            as owned_qty,
        case
            when stock.status <> 'consigned' and stock.unit_cost is not null
                then stock.qty
            else 0
        end as costed_qty,
        case
            when stock.status <> 'consigned' and stock.unit_cost is not null
                then cast(stock.qty * stock.unit_cost as decimal(28, 8))
            else 0
        end as costed_value,
        stock.unit_cost
    from covers
    inner join stg_stock as stock
        on
            covers.warehouse_id = stock.warehouse_id
            and covers.snapshot_on = stock.snapshot_on
),

----------  where a snapshot does not stand on the day itself: the ledger
ledger_places as (
    select distinct movements.warehouse_id
    from stg_movements as movements
),

owed as (
    select
        origins.as_on,
        places.warehouse_id,
        covers.snapshot_on
    from origins
    cross join ledger_places as places
    left join covers
        on
            origins.as_on = covers.as_on
            and (
                places.warehouse_id = covers.warehouse_id
                or places.warehouse_id = ''
            )
    where
        covers.snapshot_on is null
        or (places.warehouse_id <> '' and covers.snapshot_on < origins.as_on)
),

owed_places as (
    select distinct warehouse_id
    from owed
),

lines as (
    select
        movements.item_id,
        movements.warehouse_id,
        movements.lot_id,
        movements.posted_on,
        movements.position,
        movements.document_position,
        case when movements.kind = 'count' then 1 else 0 end as is_count,
        case when movements.kind <> 'count' then movements.qty end as qty,
        movements.counted_qty
    from stg_movements as movements
    cross join settings
    where
        movements.posted_on <= settings.facts_on
        and movements.warehouse_id in (
            select owed_places.warehouse_id from owed_places
        )
),

sheets as (
    select
        item_id,
        warehouse_id,
        lot_id,
        posted_on,
        min(position) as position,
        sum(counted_qty) as counted_qty
    from lines
    where is_count = 1 and counted_qty is not null
    group by item_id, warehouse_id, lot_id, posted_on, document_position
),

counted_queues as (
    select distinct
        item_id,
        warehouse_id,
        lot_id
    from sheets
),

events as (
    select
        queues.item_id,
        queues.warehouse_id,
        queues.lot_id,
        lines.posted_on,
        lines.position,
        lines.qty,
        cast(null as decimal(38, 4)) as counted_qty
    from lines
    inner join counted_queues as queues
        on
            lines.item_id = queues.item_id
            and lines.warehouse_id = queues.warehouse_id
            and (queues.lot_id = '' or lines.lot_id = queues.lot_id)
    where lines.is_count = 0
    union all
    select
        item_id,
        warehouse_id,
        lot_id,
        posted_on,
        position,
        cast(0 as decimal(18, 4)) as qty,
        counted_qty
    from sheets
),

balanced as (
    select
        *,
        sum(qty) over (
            partition by item_id, warehouse_id, lot_id order by position
            rows between unbounded preceding and current row
        ) as balance
    from events
),

corrected as (
    select
        item_id,
        warehouse_id,
        lot_id,
        posted_on,
        position,
        counted_qty - balance as correction
    from balanced
    where counted_qty is not null
),

changes as (
    select
        item_id,
        warehouse_id,
        posted_on,
        qty
    from lines
    where is_count = 0
    union all
    select
        item_id,
        warehouse_id,
        posted_on,
        correction - coalesce(
            lag(correction) over (
                partition by item_id, warehouse_id, lot_id order by position
            ), 0
        ) as qty
    from corrected
),

days as (
    select as_on as day_on
    from owed
    union
    select snapshot_on as day_on
    from owed
    where snapshot_on is not null
),

spans as (
    select
        day_on,
        lag(day_on) over (order by day_on) as prior_on
    from days
),

bucketed as (
    select
        spans.day_on,
        changes.item_id,
        changes.warehouse_id,
        sum(changes.qty) as qty
    from changes
    inner join spans
        on
            changes.posted_on <= spans.day_on
            and (
                changes.posted_on > spans.prior_on or spans.prior_on is null
            )
    group by spans.day_on, changes.item_id, changes.warehouse_id
),

balances as (
    select
        item_id,
        warehouse_id,
        day_on,
        sum(qty) over (
            partition by item_id, warehouse_id order by day_on
            rows between unbounded preceding and current row
        ) as balance,
        lead(day_on) over (
            partition by item_id, warehouse_id order by day_on
        ) as next_on
    from bucketed
),

later as (
    select
        owed.as_on,
        balances.item_id,
        balances.warehouse_id,
        balances.balance as qty
    from owed
    inner join balances
        on
            owed.warehouse_id = balances.warehouse_id
            and owed.as_on >= balances.day_on
            and (owed.as_on < balances.next_on or balances.next_on is null)
    union all
    select
        owed.as_on,
        balances.item_id,
        balances.warehouse_id,
        -balances.balance as qty
    from owed
    inner join balances
        on
            owed.warehouse_id = balances.warehouse_id
            and owed.snapshot_on >= balances.day_on
            and (
                owed.snapshot_on < balances.next_on
                or balances.next_on is null
            )
),

parts as (
    select * from covered
    union all
    select
        as_on,
        item_id,
        warehouse_id,
        qty,
        qty as owned_qty,
        0 as costed_qty,
        0 as costed_value,
        cast(null as decimal(18, 4)) as unit_cost
    from later
),

summed as (
    select
        as_on,
        item_id,
        warehouse_id,
        cast(sum(qty) as decimal(18, 4)) as qty,
        cast(sum(owned_qty) as decimal(18, 4)) as owned_qty,
        cast(sum(costed_qty) as decimal(18, 4)) as costed_qty,
        cast(sum(costed_value) as decimal(28, 8)) as costed_value,
        max(unit_cost) as unit_cost
    from parts
    group by as_on, item_id, warehouse_id
    having sum(qty) > 0
),

----------  the last cost received by each day
origin_spans as (
    select
        as_on,
        prior_on
    from fct_origins
),

costs as (
    select
        origin_spans.as_on,
        movements.item_id,
        arg_max(movements.unit_cost, movements.position) as unit_cost
    from stg_movements as movements
    inner join origin_spans
        on
            movements.posted_on <= origin_spans.as_on
            and (
                movements.posted_on > origin_spans.prior_on
                or origin_spans.prior_on is null
            )
    where movements.unit_cost is not null and movements.qty > 0
    group by origin_spans.as_on, movements.item_id
),

cost_spans as (
    select
        as_on,
        item_id,
        unit_cost,
        lead(as_on) over (partition by item_id order by as_on) as next_on
    from costs
),

valued as (
    select
        summed.as_on,
        summed.item_id,
        summed.warehouse_id,
        summed.qty,
        cast(
            greatest(
                summed.costed_value
                + (summed.owned_qty - summed.costed_qty) * coalesce(
                    summed.unit_cost,
                    cost_spans.unit_cost,
                    dim_item.unit_cost,
                    0
                ), 0
            ) as decimal(28, 8)
        ) as value
    from summed
    left join dim_item
        on summed.item_id = dim_item.item_id
    left join cost_spans
        on
            summed.item_id = cost_spans.item_id
            and summed.as_on >= cost_spans.as_on
            and (
                summed.as_on < cost_spans.next_on
                or cost_spans.next_on is null
            )
)

select * from valued
