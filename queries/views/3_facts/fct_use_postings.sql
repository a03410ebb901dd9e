-- One row per ledger line of use, or of a reversal of use, as it was posted.
-- grain: position
-- used_qty is below zero where use was taken back; taken_id is the document
-- that such a line takes back: the one it names, else its own.
with
settings as (
    select * from src_settings
),

posted as (
    select
        movements.position,
        movements.posted_on,
        movements.item_id,
        movements.warehouse_id,
        movements.lot_id,
        movements.kind,
        movements.document_id,
        case
            when movements.is_against_kind
                then coalesce(movements.reference_id, movements.document_id)
            else movements.document_id
        end as taken_id,
        movements.is_against_kind,
        cast(-movements.qty as decimal(18, 4)) as used_qty
    from stg_movements as movements
    cross join settings
    where
        movements.posted_on <= settings.facts_on
        and concat(',', settings.use_kinds, ',')
        like concat('%,', movements.kind, ',%')
        and (
            movements.qty < 0
            or (movements.is_against_kind and movements.qty > 0)
        )
)

select * from posted
