-- One row: what the viewer asks for and the thresholds it is judged by.
-- grain: as_of
-- The only home of defaults and literal thresholds. facts_on is as_of, but
-- never later than the last row: the day that kept facts are computed for.
with
dates as (
    select * from src_dates
),

asked as (
    select
        dates.oldest_on,
        dates.newest_on,
        ---------- scope
        getvariable('warehouse')::varchar as warehouse,
        getvariable('region')::varchar as region,
        getvariable('category')::varchar as category,
        getvariable('material_type')::varchar as material_type,
        getvariable('tier')::varchar as tier,
        getvariable('state')::varchar as state,
        getvariable('item')::varchar as item,
        getvariable('search')::varchar as search,
        ---------- time
        coalesce(getvariable('as_of')::date, dates.newest_on) as as_of,
        ---------- states
        coalesce(getvariable('watch_after_days')::integer, 90)
            as watch_after_days,
        coalesce(getvariable('slow_after_days')::integer, 180)
            as slow_after_days,
        coalesce(getvariable('dead_after_days')::integer, 365)
            as dead_after_days,
        coalesce(getvariable('grace_days')::integer, 90) as grace_days,
        coalesce(getvariable('excess_horizon_days')::integer, 180)
            as excess_horizon_days,
        coalesce(getvariable('demand_window_days')::integer, 365)
            as demand_window_days,
        ---------- use
        coalesce(getvariable('use_scope')::varchar, 'company') as use_scope,
        coalesce(getvariable('use_kinds')::varchar, 'issue,production_out')
            as use_kinds,
        ---------- score
        coalesce(getvariable('days_weight')::decimal(9, 4), 0.40)
            as days_weight,
        coalesce(getvariable('value_weight')::decimal(9, 4), 0.35)
            as value_weight,
        coalesce(getvariable('reuse_weight')::decimal(9, 4), 0.25)
            as reuse_weight,
        coalesce(getvariable('value_floor')::decimal(18, 4), 100)
            as value_floor,
        coalesce(getvariable('value_ceiling')::decimal(18, 4), 100000)
            as value_ceiling,
        coalesce(getvariable('red_from_score')::decimal(9, 4), 65)
            as red_from_score,
        coalesce(getvariable('standard_from_score')::decimal(9, 4), 35)
            as standard_from_score,
        ---------- money
        coalesce(getvariable('holding_rate')::decimal(9, 4), 0.20)
            as holding_rate,
        ---------- ages
        coalesce(getvariable('age_edges')::varchar, '30,60,90,180,365,730')
            as age_edges
    from dates
),

resolved as (
    select
        *,
        least(as_of, newest_on) as facts_on
    from asked
)

select * from resolved
