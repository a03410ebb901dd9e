-- One row per item and judged day: its average stock from then to today.
-- grain: item_id, window_from_on
-- kept
-- Over the judged days; one without stock counts as nothing, one before the
-- item was known does not count.
with
calendar as (
    select * from fct_calendar
),

first_days as (
    select
        item_id,
        min(first_seen_on) as first_seen_on
    from fct_movement_dates
    group by item_id
),

daily as (
    select
        as_on,
        item_id,
        cast(sum(value) as decimal(28, 8)) as value,
        cast(sum(qty) as decimal(18, 4)) as qty
    from fct_positions
    group by as_on, item_id
),

known as (
    select
        calendar.as_on,
        first_days.item_id,
        coalesce(daily.value, 0) as value,
        coalesce(daily.qty, 0) as qty
    from first_days
    inner join calendar
        on first_days.first_seen_on <= calendar.as_on
    left join daily
        on
            first_days.item_id = daily.item_id
            and calendar.as_on = daily.as_on
),

running as (
    select
        item_id,
        as_on as window_from_on,
        count(*) over newest_first as day_count,
        sum(value) over newest_first as value_sum,
        sum(qty) over newest_first as qty_sum
    from known
    window
        newest_first as (
            partition by item_id order by as_on desc
            rows between unbounded preceding and current row
        )
),

averaged as (
    select
        item_id,
        window_from_on,
        day_count,
        cast(value_sum / nullif(day_count, 0) as decimal(28, 8))
            as average_value,
        cast(qty_sum / nullif(day_count, 0) as decimal(18, 4))
            as average_qty
    from running
)

select * from averaged
