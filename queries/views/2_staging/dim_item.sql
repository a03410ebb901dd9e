-- One row per item that any file names, described as far as items goes.
-- grain: item_id
with
named as (
    select item_id from stg_items
    union
    select item_id from src_stock
    union
    select item_id from src_movements
),

described as (
    select
        named.item_id,
        stg_items.category,
        stg_items.material_type,
        stg_items.unit,
        stg_items.unit_cost,
        stg_items.price,
        stg_items.scrap_value,
        stg_items.phase_out_on,
        stg_items.successor_id,
        stg_items.shelf_life_days,
        stg_items.supplier_id,
        stg_items.lead_time_days,
        stg_items.moq,
        stg_items.pack_qty,
        stg_items.volume_m3,
        stg_items.buyer,
        coalesce(stg_items.name, named.item_id) as name,
        coalesce(stg_items.status, 'active') as status,
        coalesce(stg_items.is_strategic, false) as is_strategic,
        stg_items.item_id is not null as is_described
    from named
    left join stg_items
        on named.item_id = stg_items.item_id
)

select * from described
