-- One row per item, warehouse, day of use and span in which it was so known.
-- grain: item_id, warehouse_id, used_on, known_from_on, known_until_on
-- staged
-- What was known on a day, never what came later: use counts from its posting
-- until it is taken back. A reversal takes back the latest earlier use of the
-- document it names; without one the latest use of its size, else the latest,
-- and no more than that used. Use that snapshots tell is known from the later
-- of two, or from the first that states it.
with
postings as (
    select * from fct_use_postings
),

----------  queues with reversals: few, and the only ones to walk through
touched as (
    select distinct
        item_id,
        warehouse_id,
        lot_id,
        kind
    from postings
    where is_against_kind
),

walked as (
    select
        postings.*,
        abs(postings.used_qty) as size,
        case when not postings.is_against_kind then postings.position end
            as use_position
    from postings
    inner join touched
        on
            postings.item_id = touched.item_id
            and postings.warehouse_id = touched.warehouse_id
            and postings.lot_id = touched.lot_id
            and postings.kind = touched.kind
),

aimed as (
    select
        *,
        coalesce(
            use_position,
            max(use_position) over (
                partition by item_id, warehouse_id, lot_id, kind, taken_id
                order by position
                rows between unbounded preceding and current row
            ),
            max(use_position) over (
                partition by item_id, warehouse_id, lot_id, kind, size
                order by position
                rows between unbounded preceding and current row
            ),
            max(use_position) over (
                partition by item_id, warehouse_id, lot_id, kind
                order by position
                rows between unbounded preceding and current row
            )
        ) as target_position
    from walked
),

targeted as (
    select
        aimed.position,
        aimed.posted_on,
        aimed.item_id,
        aimed.warehouse_id,
        aimed.lot_id,
        aimed.kind,
        target.document_id,
        target.posted_on as used_on,
        aimed.used_qty
    from aimed
    inner join walked as target
        on aimed.target_position = target.position
),

running as (
    select
        *,
        sum(used_qty) over (
            partition by
                item_id, warehouse_id, lot_id, kind, document_id, used_on
            order by position
            rows between unbounded preceding and current row
        ) as height
    from targeted
),

levelled as (
    select
        *,
        height - least(
            min(height) over (
                partition by
                    item_id, warehouse_id, lot_id, kind, document_id, used_on
                order by position
                rows between unbounded preceding and current row
            ), 0
        ) as level,
        lead(posted_on) over (
            partition by
                item_id, warehouse_id, lot_id, kind, document_id, used_on
            order by position
        ) as next_on
    from running
),

told as (
    select
        postings.item_id,
        postings.warehouse_id,
        postings.posted_on as used_on,
        postings.posted_on as known_from_on,
        date '9999-12-31' as known_until_on,
        postings.used_qty
    from postings
    left join touched
        on
            postings.item_id = touched.item_id
            and postings.warehouse_id = touched.warehouse_id
            and postings.lot_id = touched.lot_id
            and postings.kind = touched.kind
    where touched.item_id is null
    union all
    select
        item_id,
        warehouse_id,
        used_on,
        posted_on as known_from_on,
        coalesce(next_on - 1, date '9999-12-31') as known_until_on,
        cast(level as decimal(18, 4)) as used_qty
    from levelled
    where level > 0 and (next_on is null or next_on > posted_on)
    union all
    select
        item_id,
        warehouse_id,
        changed_to_on as used_on,
        changed_to_on as known_from_on,
        date '9999-12-31' as known_until_on,
        cast(-qty as decimal(18, 4)) as used_qty
    from fct_snapshot_changes
    where qty < 0
    union all
    select
        stock.item_id,
        stock.warehouse_id,
        stock.last_issued_on as used_on,
        min(stock.snapshot_on) as known_from_on,
        date '9999-12-31' as known_until_on,
        cast(0 as decimal(18, 4)) as used_qty
    from stg_stock as stock
    cross join src_settings as settings
    where
        stock.snapshot_on <= settings.facts_on
        and stock.last_issued_on <= stock.snapshot_on
    group by stock.item_id, stock.warehouse_id, stock.last_issued_on
),

summed as (
    select
        item_id,
        warehouse_id,
        used_on,
        known_from_on,
        known_until_on,
        cast(sum(used_qty) as decimal(18, 4)) as used_qty
    from told
    group by item_id, warehouse_id, used_on, known_from_on, known_until_on
)

select * from summed
