-- Looking ahead moves value between states and ages and loses none.
with
sums as (
    select
        as_on,
        sum(value) as value
    from mart_forward
    group by as_on
    union all
    select
        as_on,
        sum(value) as value
    from mart_forward_ages
    group by as_on
),

offending as (
    select sums.*
    from sums
    cross join mart_totals as totals
    where sums.value <> totals.value
)

select * from offending
