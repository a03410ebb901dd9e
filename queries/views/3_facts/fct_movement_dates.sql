-- One row per judged day, item and warehouse that ever moved: the dates of its story.
-- grain: as_on, item_id, warehouse_id
-- kept
-- Moved is any line but opening and count; used is a line of the kinds that
-- count as use, in their own direction. A snapshot's own dates count as well.
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
                and not movements.is_against_kind
                then movements.posted_on
        end as received_on,
        case
            when movements.kind not in ('opening', 'count')
                then movements.posted_on
        end as moved_on,
        case
            when
                concat(',', settings.use_kinds, ',')
                like concat('%,', movements.kind, ',%')
                and movements.qty < 0
                then movements.posted_on
        end as used_on
    from stg_movements as movements
    cross join settings
    where movements.posted_on <= settings.facts_on
    union all
    select
        stock.item_id,
        stock.warehouse_id,
        stock.snapshot_on as seen_on,
        stock.snapshot_on as first_on,
        stock.received_on,
        greatest(stock.received_on, stock.last_issued_on) as moved_on,
        stock.last_issued_on as used_on
    from stg_stock as stock
    cross join settings
    where stock.snapshot_on <= settings.facts_on
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
        max(bucketed.last_used_on) as last_used_on
    from bucketed
    inner join calendar
        on bucketed.as_on <= calendar.as_on
    group by calendar.as_on, bucketed.item_id, bucketed.warehouse_id
)

select * from up_to
