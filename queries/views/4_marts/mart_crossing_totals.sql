-- One row per number of days ahead and state: items and money that reach it.
-- grain: horizon_days, to_state
with
horizons as (
    select unnest(string_split(crossing_horizons, ','))::integer as horizon_days
    from src_settings
),

states as (
    select named.to_state
    from (
        values ('watch'), ('slow'), ('dead'), ('obsolete')
    ) as named (to_state)
),

summed as (
    select
        horizons.horizon_days,
        states.to_state,
        count(distinct crossings.item_id) as item_count,
        coalesce(sum(crossings.value), 0) as value
    from horizons
    cross join states
    left join mart_crossings as crossings
        on
            states.to_state = crossings.to_state
            and horizons.horizon_days >= crossings.days_left
    group by horizons.horizon_days, states.to_state
)

select * from summed
