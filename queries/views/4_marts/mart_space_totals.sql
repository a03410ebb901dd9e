-- One row: the room that stock in the filter takes, and what nobody measured.
-- grain: warehouse_count
-- Shares are over the warehouses that name a capacity.
with
summed as (
    select
        count(*) as warehouse_count,
        count(*) filter (where capacity_m3 is null) as boundless_count,
        coalesce(sum(volume_m3), 0) as volume_m3,
        coalesce(sum(slow_volume_m3), 0) as slow_volume_m3,
        sum(capacity_m3) as capacity_m3,
        sum(volume_m3) filter (where capacity_m3 is not null)::double
        / sum(capacity_m3)::double as used_share,
        sum(slow_volume_m3) filter (where capacity_m3 is not null)::double
        / sum(capacity_m3)::double as slow_used_share,
        coalesce(sum(item_count), 0) as position_count,
        coalesce(sum(unmeasured_count), 0) as unmeasured_count,
        coalesce(sum(unmeasured_value), 0) as unmeasured_value,
        coalesce(sum(slow_value), 0) as slow_value
    from mart_space
)

select * from summed
