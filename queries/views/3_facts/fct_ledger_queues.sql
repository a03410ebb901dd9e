-- One row per item, warehouse and lot that the ledger names by then.
-- grain: item_id, warehouse_id, lot_id
-- staged
with
settings as (
    select * from fct_ledger_settings
),

named as (
    select
        movements.item_id,
        movements.warehouse_id,
        movements.lot_id,
        max(case when movements.kind = 'count' then 1 else 0 end)
            as has_counts,
        min(movements.posted_on) as first_on
    from stg_movements as movements
    cross join settings
    where movements.posted_on <= settings.facts_on
    group by movements.item_id, movements.warehouse_id, movements.lot_id
)

select * from named
