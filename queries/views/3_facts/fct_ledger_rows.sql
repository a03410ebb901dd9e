-- One row per ledger line up to the day of the facts, with integer quantities.
-- grain: position
-- staged
-- Quantities are in ten-thousandths, so that sums are exact and fast. A newest
-- snapshot stands behind its day's documents as a count. flow: 0 plain, 1
-- count, 2 transfer, 3 opening, 4 return that names its issue, 6 snapshot, 7
-- snapshot by lot.
with
settings as (
    select * from fct_ledger_settings
),

----------  the day goes with the keys, so that these are what is looked up in
keys as (
    select
        keys.key_id,
        keys.item_id,
        keys.warehouse_id,
        keys.lot_id,
        settings.facts_on
    from fct_ledger_keys as keys
    cross join settings
),

ledger as (
    select
        keys.key_id,
        movements.posted_on,
        movements.position,
        movements.document_position,
        case
            when movements.kind = 'count' then 1
            when movements.kind = 'transfer' then 2
            when movements.kind = 'opening' then 3
            when
                movements.kind = 'customer_return'
                and movements.qty > 0
                and movements.reference_id is not null
                then 4
            else 0
        end as flow,
        case when movements.is_against_kind then 1 else 0 end
            as is_against_kind,
        cast(
            case when movements.kind = 'count' then 0 else movements.qty end
            * 10000 as bigint
        ) as scaled_qty,
        cast(movements.counted_qty * 10000 as bigint) as counted
    from stg_movements as movements
    inner join keys
        on
            movements.item_id = keys.item_id
            and movements.warehouse_id = keys.warehouse_id
            and movements.lot_id = keys.lot_id
            and movements.posted_on <= keys.facts_on
),

snapshots as (
    select
        keys.key_id,
        sums.snapshot_on as posted_on,
        cast(
            date_diff('day', date '1970-01-01', sums.snapshot_on) as bigint
        ) * 10000000000 + 9000000000 as day_end,
        sums.is_by_lot,
        sums.counted
    from fct_snapshot_sums as sums
    inner join keys
        on
            sums.item_id = keys.item_id
            and sums.warehouse_id = keys.warehouse_id
            and sums.lot_id = keys.lot_id
),

all_rows as (
    select
        key_id,
        posted_on,
        position,
        document_position,
        flow,
        is_against_kind,
        scaled_qty,
        counted
    from ledger
    union all
    select
        key_id,
        posted_on,
        day_end + key_id as position,
        day_end as document_position,
        6 + is_by_lot as flow,
        0 as is_against_kind,
        cast(0 as bigint) as scaled_qty,
        counted
    from snapshots
)

select * from all_rows
