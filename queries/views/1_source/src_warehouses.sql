-- One row per warehouse, as committed.
-- grain: warehouse_id
select
    warehouse_id,
    name,
    parent_id,
    kind,
    region,
    organisation,
    capacity_m3,
    latitude,
    longitude,
    load_id
from lake_warehouses
