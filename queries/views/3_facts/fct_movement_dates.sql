-- One row per judged day, item and warehouse that ever moved: its dates so far.
-- grain: as_on, item_id, warehouse_id
-- kept
-- Moved is any line but opening and count; used is real use, unreversed. What
-- only snapshots tell has the later day of two; last_used_from_on is the
-- earlier.
with
settings as (
    select * from src_settings
),

calendar as (
    select * from fct_calendar
),

seen as (
    select
        movements.item_id,
        movements.warehouse_id,
        movements.posted_on as seen_on,
        movements.posted_on as first_on,
        case
            when
                movements.kind in ('receipt', 'production_in')
                and movements.left_qty > 0
                then movements.posted_on
        end as received_on,
        case
            when
                movements.kind not in ('opening', 'count')
                and movements.left_qty <> 0
                then movements.posted_on
        end as moved_on,
        cast(null as date) as used_on,
        cast(null as date) as used_from_on,
        cast(null as decimal(18, 4)) as used_qty,
        cast(null as varchar) as use_basis
    from fct_movements_left as movements
    union all
    select
        stock.item_id,
        stock.warehouse_id,
        stock.snapshot_on as seen_on,
        stock.snapshot_on as first_on,
        stock.received_on,
        stock.received_on as moved_on,
        cast(null as date) as used_on,
        cast(null as date) as used_from_on,
        cast(null as decimal(18, 4)) as used_qty,
        cast(null as varchar) as use_basis
    from stg_stock as stock
    cross join settings
    where stock.snapshot_on <= settings.facts_on
    union all
    select
        item_id,
        warehouse_id,
        changed_to_on as seen_on,
        changed_to_on as first_on,
        case when qty > 0 then changed_to_on end as received_on,
        changed_to_on as moved_on,
        cast(null as date) as used_on,
        cast(null as date) as used_from_on,
        cast(null as decimal(18, 4)) as used_qty,
        cast(null as varchar) as use_basis
    from fct_snapshot_changes
    union all
    select
        item_id,
        warehouse_id,
        used_on as seen_on,
        used_on as first_on,
        cast(null as date) as received_on,
        used_on as moved_on,
        used_on,
        used_from_on,
        used_qty,
        use_basis
    from fct_uses
),

bucketed as (
    select
        calendar.as_on,
        seen.item_id,
        seen.warehouse_id,
        min(seen.first_on) as first_seen_on,
        min(seen.received_on) as first_received_on,
        max(seen.received_on) as last_received_on,
        max(seen.moved_on) as last_moved_on,
        min(seen.used_on) as first_used_on,
        max(seen.used_on) as last_used_on
    from seen
    inner join calendar
        on
            seen.seen_on <= calendar.as_on
            and (
                seen.seen_on > calendar.prior_on
                or calendar.prior_on is null
                or calendar.steps_back = 36
            )
    group by calendar.as_on, seen.item_id, seen.warehouse_id
),

up_to as (
    select
        calendar.as_on,
        bucketed.item_id,
        bucketed.warehouse_id,
        min(bucketed.first_seen_on) as first_seen_on,
        min(bucketed.first_received_on) as first_received_on,
        max(bucketed.last_received_on) as last_received_on,
        max(bucketed.last_moved_on) as last_moved_on,
        min(bucketed.first_used_on) as first_used_on,
        max(bucketed.last_used_on) as last_used_on
    from bucketed
    inner join calendar
        on bucketed.as_on <= calendar.as_on
    group by calendar.as_on, bucketed.item_id, bucketed.warehouse_id
),

used_then as (
    select
        item_id,
        warehouse_id,
        used_on,
        cast(sum(used_qty) as decimal(18, 4)) as used_qty,
        min(used_from_on) as used_from_on,
        min(use_basis) as use_basis
    from fct_uses
    group by item_id, warehouse_id, used_on
),

told as (
    select
        up_to.as_on,
        up_to.item_id,
        up_to.warehouse_id,
        up_to.first_seen_on,
        up_to.first_received_on,
        up_to.last_received_on,
        up_to.last_moved_on,
        up_to.first_used_on,
        up_to.last_used_on,
        used_then.used_from_on as last_used_from_on,
        used_then.used_qty as last_used_qty,
        used_then.use_basis
    from up_to
    left join used_then
        on
            up_to.item_id = used_then.item_id
            and up_to.warehouse_id = used_then.warehouse_id
            and up_to.last_used_on = used_then.used_on
)

select * from told
