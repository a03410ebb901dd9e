-- One row per warehouse with stock in the filter: the room it takes, and slow.
-- grain: warehouse_id
-- Volumes are quantity x the item's volume_m3: what has none is counted, not
-- guessed. slow_volume_m3 is the room that would be free if all that stands
-- still went. Shares are of the warehouse's own capacity, null where it names
-- none.
with
positions as (
    select
        warehouse_id,
        warehouse_name,
        region,
        value,
        is_slow,
        volume_m3 is not null as is_measured,
        qty * volume_m3 as volume_m3
    from mart_tiered_stock
    where qty > 0
),

summed as (
    select
        warehouse_id,
        warehouse_name,
        region,
        coalesce(sum(volume_m3), 0) as volume_m3,
        coalesce(sum(volume_m3) filter (where is_slow), 0) as slow_volume_m3,
        coalesce(sum(value) filter (where is_slow), 0) as slow_value,
        count(*) as item_count,
        count(*) filter (where not is_measured) as unmeasured_count,
        coalesce(sum(value) filter (where not is_measured), 0)
            as unmeasured_value
    from positions
    group by warehouse_id, warehouse_name, region
),

shared as (
    select
        summed.*,
        nullif(dim_warehouse.capacity_m3, 0) as capacity_m3
    from summed
    inner join dim_warehouse
        on summed.warehouse_id = dim_warehouse.warehouse_id
),

measured as (
    select
        *,
        volume_m3::double / capacity_m3::double as used_share,
        slow_volume_m3::double / capacity_m3::double as slow_used_share,
        capacity_m3 - volume_m3 as free_m3
    from shared
)

select * from measured
