-- One row per ledger line up to today: what reversals left of it.
-- grain: position
with
settings as (
    select * from src_settings
),

shrunk as (
    select
        movements.position,
        movements.posted_on,
        movements.document_id,
        movements.item_id,
        movements.warehouse_id,
        movements.lot_id,
        movements.kind,
        movements.unit_cost,
        cast(
            coalesce(
                cast(undone.left_qty as decimal(18, 4)) / 10000, movements.qty
            ) as decimal(18, 4)
        ) as left_qty
    from stg_movements as movements
    cross join settings
    left join fct_ledger_undone as undone
        on movements.position = undone.position
    where movements.posted_on <= settings.facts_on
)

select * from shrunk
