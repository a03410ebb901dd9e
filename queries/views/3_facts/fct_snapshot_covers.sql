-- One row per warehouse with a snapshot: the newest, and if explained.
-- grain: warehouse_id
-- staged
-- is_by_item: the ledger names no warehouse at all and ages the whole item.
with
settings as (
    select * from src_settings
),

newest as (
    select
        stg_stock.warehouse_id,
        max(stg_stock.snapshot_on) as snapshot_on
    from stg_stock
    cross join settings
    where stg_stock.snapshot_on <= settings.facts_on
    group by stg_stock.warehouse_id
),

ledger_warehouses as (
    select distinct warehouse_id
    from fct_ledger_queues
),

ledger as (
    select count(*) > 0 and count(nullif(warehouse_id, '')) = 0 as is_by_item
    from ledger_warehouses
),

covered as (
    select
        newest.warehouse_id,
        newest.snapshot_on,
        ledger.is_by_item,
        ledger_warehouses.warehouse_id is not null as is_explained
    from newest
    cross join ledger
    left join ledger_warehouses
        on newest.warehouse_id = ledger_warehouses.warehouse_id
)

select * from covered
