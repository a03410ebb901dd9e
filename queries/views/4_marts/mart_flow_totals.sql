-- One row: the money at each stage from supplier to customer, and what is off.
-- grain: ordered_value
with
summed as (
    select
        coalesce(sum(value) filter (where stage = 'ordered'), 0)
            as ordered_value,
        coalesce(sum(value) filter (
            where from_kind = 'in_transit' and to_kind = 'warehouse'
        ), 0) as transit_value,
        coalesce(sum(value) filter (where stage = 'held'), 0) as held_value,
        coalesce(sum(value) filter (where stage = 'wanted'), 0)
            as wanted_value,
        coalesce(sum(value) filter (
            where anomaly in ('late', 'unneeded') and stage = 'ordered'
        ), 0) as ordered_off_value,
        coalesce(sum(value) filter (
            where anomaly in ('stuck', 'lost')
        ), 0) as transit_off_value,
        coalesce(sum(value) filter (
            where anomaly = 'no_demand'
        ), 0) as held_off_value,
        coalesce(sum(value) filter (
            where anomaly = 'late' and stage = 'wanted'
        ), 0) as wanted_off_value
    from mart_flow_links
)

select * from summed
