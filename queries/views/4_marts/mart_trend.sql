-- One row per judged day: value and slow value in the filter, by today's rules.
-- grain: as_on
with
summed as (
    select
        as_on,
        sum(value) as value,
        coalesce(sum(value) filter (where is_slow), 0) as slow_value,
        coalesce(sum(value) filter (where state = 'dead'), 0) as dead_value,
        coalesce(sum(value) filter (where tier = 'R'), 0) as red_value,
        coalesce(sum(value) filter (where tier = 'S'), 0) as standard_value,
        coalesce(sum(value) filter (where tier = 'T'), 0) as temporary_value,
        count(distinct item_id) filter (where is_slow) as slow_item_count
    from mart_positions
    group by as_on
),

shared as (
    select
        *,
        coalesce(slow_value / nullif(value, 0), 0)::double as slow_share
    from summed
)

select * from shared
