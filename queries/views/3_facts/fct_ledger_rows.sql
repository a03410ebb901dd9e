-- One row per ledger line up to the day of the facts, with integer quantities.
-- grain: position
-- staged
-- Quantities are in ten-thousandths, so that sums are exact and fast. flow is
-- 1 for a count, 2 for a transfer, 0 for everything else.
with
settings as (
    select * from src_settings
),

rows_up_to as (
    select
        keys.key_id,
        keys.item_place,
        movements.posted_on,
        movements.document_id,
        movements.position,
        movements.unit_cost,
        case
            when movements.kind = 'count' then 1
            when movements.kind = 'transfer' then 2
            else 0
        end as flow,
        case
            when movements.kind = 'transfer' then keys.item_place
            when keys.has_lots = 1 then keys.warehouse_place
            else 0
        end as place,
        cast(movements.qty * 10000 as bigint) as scaled_qty,
        cast(movements.counted_qty * 10000 as bigint) as scaled_counted
    from stg_movements as movements
    inner join fct_ledger_keys as keys
        on
            movements.item_id = keys.item_id
            and movements.warehouse_id = keys.warehouse_id
            and movements.lot_id = keys.lot_id
    cross join settings
    where movements.posted_on <= settings.facts_on
)

select * from rows_up_to
