-- One row per item, named and filled; a cost or price of zero is a missing one.
-- grain: item_id
with
source as (
    select * from src_items
),

renamed as (
    select
        item_id,
        name,
        category,
        material_type,
        unit,
        phase_out_on,
        successor_id,
        shelf_life_days,
        supplier_id,
        lead_time_days,
        scrap_value,
        volume_m3,
        buyer,
        nullif(unit_cost, 0) as unit_cost,
        nullif(price, 0) as price,
        nullif(moq, 0) as moq,
        nullif(pack_qty, 0) as pack_qty,
        coalesce(status, 'active') as status,
        coalesce(is_strategic, false) as is_strategic
    from source
)

select * from renamed
