-- One row per item, as committed.
-- grain: item_id
select
    item_id,
    name,
    category,
    material_type,
    unit,
    unit_cost,
    price,
    scrap_value,
    status,
    phase_out_on,
    successor_id,
    shelf_life_days,
    supplier_id,
    lead_time_days,
    moq,
    pack_qty,
    volume_m3,
    buyer,
    is_strategic,
    load_id
from lake_items
