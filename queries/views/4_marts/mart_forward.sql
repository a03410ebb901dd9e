-- One row per state and month end ahead: today's stock, if nothing is done.
-- grain: as_on, state
-- month_no 0 is today; excess and healthy stay together as other.
with
months as (
    select * from mart_months
),

states as (
    select
        named.state,
        named.grade
    from (
        values
        ('other', 0), ('watch', 1), ('slow', 2), ('dead', 3), ('obsolete', 4)
    ) as named (state, grade)
),

aged as (
    select
        months.as_on,
        stock.item_id,
        stock.value,
        case
            when stock.qty <= 0 then 'other'
            when months.as_on >= stock.obsolete_on then 'obsolete'
            when months.as_on >= stock.dead_on then 'dead'
            when months.as_on >= stock.slow_on then 'slow'
            when months.as_on >= stock.watch_on then 'watch'
            else 'other'
        end as state
    from mart_tiered_stock as stock
    cross join months
),

summed as (
    select
        months.month_no,
        months.as_on,
        states.grade,
        states.state,
        states.grade > 0 as is_slow,
        coalesce(sum(aged.value), 0) as value,
        count(distinct aged.item_id) as item_count
    from months
    cross join states
    left join aged
        on
            months.as_on = aged.as_on
            and states.state = aged.state
    group by months.month_no, months.as_on, states.grade, states.state
)

select * from summed
