-- One row per count class and per warehouse in the filter, and one for all.
-- grain: level, count_class, warehouse_id
-- level 0 all, 1 class, 2 warehouse; what a level does not name is null.
-- counted, overdue and never counted make all positions, and so do their
-- values.
with
summed as (
    select
        case
            when grouping(count_class) = 0 then 1
            when grouping(warehouse_id) = 0 then 2
            else 0
        end as level,
        count_class,
        warehouse_id,
        case when grouping(warehouse_id) = 0 then any_value(warehouse_name) end
            as warehouse_name,
        case when grouping(count_class) = 0 then any_value(interval_days) end
            as interval_days,
        count(*) as position_count,
        count(*) filter (where is_counted) as counted_count,
        count(*) filter (where not is_counted) as uncounted_count,
        count(*) filter (where is_overdue) as overdue_count,
        count(*) filter (where is_never_counted) as never_count,
        coalesce(sum(value), 0) as value,
        coalesce(sum(value) filter (where is_counted), 0) as counted_value,
        coalesce(sum(value) filter (where not is_counted), 0)
            as uncounted_value,
        coalesce(sum(value) filter (where is_overdue), 0) as overdue_value,
        coalesce(sum(value) filter (where is_never_counted), 0) as never_value
    from mart_count_positions
    group by grouping sets ((), (count_class), (warehouse_id))
),

shared as (
    select
        *,
        (counted_count / nullif(position_count, 0))::double as counted_share,
        (counted_value / nullif(value, 0))::double as counted_value_share
    from summed
)

select * from shared
