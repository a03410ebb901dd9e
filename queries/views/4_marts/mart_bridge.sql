-- One row per bar of the bridge from slow value before to slow value now.
-- grain: bar_no
-- opening + all bars between = closing; residual is what they miss, always 0.
with
named as (
    select
        bars.bar_no,
        bars.bar
    from (
        values
        (1, 'opening'),
        (2, 'new'),
        (3, 'ageing_in'),
        (4, 'used'),
        (5, 'sold'),
        (6, 'returned'),
        (7, 'scrapped'),
        (8, 'transfers'),
        (9, 'corrected'),
        (10, 'price'),
        (11, 'revived'),
        (12, 'closing')
    ) as bars (bar_no, bar)
),

step as (
    select
        prior_on,
        as_on
    from fct_calendar
    where steps_back = 0
),

summed as (
    select
        named.bar_no,
        named.bar,
        any_value(step.prior_on) as prior_on,
        any_value(step.as_on) as as_on,
        coalesce(sum(bridged.value), 0)::decimal(38, 8) as value,
        count(distinct bridged.item_id) as item_count
    from named
    left join step
        on true
    left join mart_bridge_rows as bridged
        on named.bar = bridged.bar
    group by named.bar_no, named.bar
),

running as (
    select
        *,
        sum(case when bar = 'closing' then -value else value end) over ()
            as residual,
        case
            when bar in ('opening', 'closing') then 0
            else coalesce(
                sum(value) over (
                    order by bar_no
                    rows between unbounded preceding and 1 preceding
                ), 0
            )
        end as from_value
    from summed
)

select * from running
