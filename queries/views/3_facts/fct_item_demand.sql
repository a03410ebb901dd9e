-- One row per item and stretch of windows that hold the same use, company-wide.
-- grain: item_no, from_periods
-- kept open
-- A window counts twelfths of a year back: any of from_periods to to_periods of
-- them holds used_qty (to_periods null: all longer ones). Every item has a
-- stretch for every window, if only one without use.
with
by_item as (
    select
        items.item_no,
        periods.period_no,
        sum(periods.used_qty) as used_qty,
        sum(periods.costed_qty) as costed_qty,
        sum(periods.cost_value) as cost_value
    from fct_demand_periods as periods
    inner join fct_items as items
        on periods.item_id = items.item_id
    group by items.item_no, periods.period_no
),

running as (
    select
        item_no,
        period_no + 1 as from_periods,
        lead(period_no) over (
            partition by item_no order by period_no
        ) as to_periods,
        cast(
            sum(used_qty) over (
                partition by item_no order by period_no
                rows between unbounded preceding and current row
            ) as decimal(18, 4)
        ) as window_qty,
        cast(
            sum(costed_qty) over (
                partition by item_no order by period_no
                rows between unbounded preceding and current row
            ) as decimal(18, 4)
        ) as window_costed_qty,
        cast(
            sum(cost_value) over (
                partition by item_no order by period_no
                rows between unbounded preceding and current row
            ) as decimal(28, 8)
        ) as window_cost_value
    from by_item
),

unused as (
    select
        items.item_no,
        min(by_item.period_no) as to_periods
    from fct_items as items
    left join by_item
        on items.item_no = by_item.item_no
    group by items.item_no
),

stretches as (
    select
        item_no,
        from_periods,
        to_periods,
        window_qty as used_qty,
        window_costed_qty as costed_qty,
        window_cost_value as cost_value
    from running
    union all
    select
        item_no,
        1 as from_periods,
        to_periods,
        cast(0 as decimal(18, 4)) as used_qty,
        cast(0 as decimal(18, 4)) as costed_qty,
        cast(0 as decimal(28, 8)) as cost_value
    from unused
    where to_periods is null or to_periods > 0
)

select * from stretches
