-- One row per item, warehouse and lot of the ledger, under dense numbers.
-- grain: key_id
-- staged
-- item_place and warehouse_place name the whole item, and the item in one
-- warehouse, by their smallest key; lots matter only where there are any.
with
settings as (
    select * from src_settings
),

named as (
    select distinct
        stg_movements.item_id,
        stg_movements.warehouse_id,
        stg_movements.lot_id
    from stg_movements
    cross join settings
    where stg_movements.posted_on <= settings.facts_on
),

numbered as (
    select
        item_id,
        warehouse_id,
        lot_id,
        row_number() over (order by item_id, warehouse_id, lot_id) as key_id
    from named
),

placed as (
    select
        item_id,
        warehouse_id,
        lot_id,
        key_id,
        max(case when lot_id <> '' then 1 else 0 end)
            over (partition by item_id, warehouse_id) as has_lots,
        min(key_id) over (partition by item_id) as item_place,
        min(key_id) over (partition by item_id, warehouse_id)
            as warehouse_place
    from numbered
)

select * from placed
