-- One row per warehouse, category and material type that stock ever had.
-- grain: scope_no
-- kept
-- Filters and rules choose by these, so they look at few rows. has_bins: the
-- warehouse's newest snapshot names bins.
with
met as (
    select distinct
        positions.warehouse_id,
        dim_item.category,
        dim_item.material_type
    from fct_positions as positions
    inner join dim_item
        on positions.item_id = dim_item.item_id
),

shelved as (
    select distinct stock.warehouse_id
    from stg_stock as stock
    inner join fct_snapshot_covers as newest
        on
            stock.warehouse_id = newest.warehouse_id
            and stock.snapshot_on = newest.snapshot_on
    where stock.bin <> '' and stock.qty > 0
),

placed as (
    select
        warehouses.warehouse_id as place_id,
        warehouses.name as warehouse_name,
        warehouses.path as warehouse_path,
        warehouses.level as warehouse_level,
        warehouses.kind as warehouse_kind,
        warehouses.region,
        warehouses.organisation,
        shelved.warehouse_id is not null as has_bins,
        met.category,
        met.material_type
    from met
    inner join dim_warehouse as warehouses
        on met.warehouse_id = warehouses.warehouse_id
    left join shelved
        on met.warehouse_id = shelved.warehouse_id
),

numbered as (
    select
        row_number() over (
            order by place_id, category, material_type
        ) as scope_no,
        place_id,
        warehouse_name,
        warehouse_path,
        warehouse_level,
        warehouse_kind,
        region,
        organisation,
        has_bins,
        category,
        material_type
    from placed
)

select * from numbered
