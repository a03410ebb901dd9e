-- One row per day of the back-test and item with stock: what was known then.
-- grain: as_on, item_id, place_id
-- kept
-- Nothing here comes from later than its day but the item list, which is known
-- as it is now, and next_used_on, the truth to test by. place_id is a warehouse
-- where use is judged by warehouse, else ''. Windows go by months: use taken
-- back is taken off the month in which it was; used_ figures are of the window,
-- newer_qty of its second half; used_value is at the cost known then, turnover
-- that of quantities. prior_ figures: the day before, if it was in stock then.
with
settings as (
    select * from src_settings
),

origins as (
    select
        as_on,
        prior_on,
        origin_no,
        month_no,
        prior_month_no
    from fct_origins
),

stock as (
    select
        past.as_on,
        past.item_id,
        case
            when settings.use_scope = 'warehouse' then past.warehouse_id
            else ''
        end as place_id,
        cast(sum(past.qty) as decimal(18, 4)) as qty,
        cast(sum(past.value) as decimal(28, 8)) as value
    from fct_past_stock as past
    cross join settings
    group by
        past.as_on,
        past.item_id,
        case
            when settings.use_scope = 'warehouse' then past.warehouse_id
            else ''
        end
),

----------  which day of the back-test first knows of a day
ends as (
    select min(as_on) as first_on
    from origins
),

calendar as (
    select posted_on as day_on
    from stg_movements
    union
    select snapshot_on as day_on
    from stg_stock
    union
    select used_on as day_on
    from fct_uses
),

days as (
    select
        greatest(calendar.day_on, ends.first_on) as day_on,
        min(origins.as_on) as as_on
    from calendar
    cross join ends
    inner join origins
        on calendar.day_on <= origins.as_on
    group by greatest(calendar.day_on, ends.first_on)
),

----------  days as they became known
told as (
    select
        item_id,
        warehouse_id,
        posted_on as known_on,
        posted_on as seen_on,
        case
            when kind in ('receipt', 'production_in') and qty > 0
                then posted_on
        end as received_on,
        cast(null as date) as used_on,
        cast(null as date) as next_used_on,
        cast(0 as decimal(18, 4)) as used_qty
    from stg_movements
    union all
    select
        item_id,
        warehouse_id,
        snapshot_on as known_on,
        snapshot_on as seen_on,
        received_on,
        cast(null as date) as used_on,
        cast(null as date) as next_used_on,
        cast(0 as decimal(18, 4)) as used_qty
    from stg_stock
    union all
    select
        item_id,
        warehouse_id,
        changed_to_on as known_on,
        changed_to_on as seen_on,
        case when qty > 0 then changed_to_on end as received_on,
        cast(null as date) as used_on,
        cast(null as date) as next_used_on,
        cast(greatest(-qty, 0) as decimal(18, 4)) as used_qty
    from fct_snapshot_changes
    union all
    select
        item_id,
        warehouse_id,
        posted_on as known_on,
        posted_on as seen_on,
        cast(null as date) as received_on,
        cast(null as date) as used_on,
        cast(null as date) as next_used_on,
        used_qty
    from fct_use_postings
    union all
    select
        item_id,
        warehouse_id,
        known_from_on as known_on,
        used_on as seen_on,
        cast(null as date) as received_on,
        used_on,
        cast(null as date) as next_used_on,
        cast(0 as decimal(18, 4)) as used_qty
    from fct_past_uses
    where known_until_on = date '9999-12-31'
    union all
    select
        item_id,
        warehouse_id,
        used_on as known_on,
        cast(null as date) as seen_on,
        cast(null as date) as received_on,
        cast(null as date) as used_on,
        used_on as next_used_on,
        cast(0 as decimal(18, 4)) as used_qty
    from fct_uses
),

bucketed as (
    select
        days.as_on,
        told.item_id,
        case
            when settings.use_scope = 'warehouse' then told.warehouse_id
            else ''
        end as place_id,
        min(told.seen_on) as seen_on,
        min(told.received_on) as received_on,
        max(told.used_on) as used_on,
        min(told.next_used_on) as next_used_on,
        greatest(sum(told.used_qty), 0) as used_qty
    from told
    cross join settings
    cross join ends
    inner join days
        on greatest(told.known_on, ends.first_on) = days.day_on
    group by
        days.as_on,
        told.item_id,
        case
            when settings.use_scope = 'warehouse' then told.warehouse_id
            else ''
        end
),

----------  use that was taken back after an origin on which it still stood
stood as (
    select
        origins.as_on,
        uses.item_id,
        case
            when settings.use_scope = 'warehouse' then uses.warehouse_id
            else ''
        end as place_id,
        max(uses.used_on) as used_on
    from fct_past_uses as uses
    cross join settings
    inner join origins
        on
            uses.known_from_on <= origins.as_on
            and uses.known_until_on >= origins.as_on
    where uses.known_until_on < date '9999-12-31'
    group by
        origins.as_on,
        uses.item_id,
        case
            when settings.use_scope = 'warehouse' then uses.warehouse_id
            else ''
        end
),

known as (
    select
        coalesce(stock.as_on, bucketed.as_on) as as_on,
        coalesce(stock.item_id, bucketed.item_id) as item_id,
        coalesce(stock.place_id, bucketed.place_id) as place_id,
        coalesce(stock.qty, 0) as qty,
        coalesce(stock.value, 0) as value,
        bucketed.seen_on,
        bucketed.received_on,
        bucketed.used_on,
        bucketed.next_used_on,
        coalesce(bucketed.used_qty, 0) as used_qty
    from stock
    full outer join bucketed
        on
            stock.as_on = bucketed.as_on
            and stock.item_id = bucketed.item_id
            and stock.place_id = bucketed.place_id
),

----------  what enters a window leaves it, or its newer half, some months on
halves as (
    select 0 as is_half
    union all
    select 1 as is_half
),

leaving as (
    select
        entered.as_on as entered_on,
        halves.is_half,
        min(origins.as_on) as left_on
    from origins as entered
    cross join settings
    cross join halves
    inner join origins
        on
            origins.month_no >= entered.month_no + case
                when halves.is_half = 1
                    then floor(settings.window_periods / 2)
                else settings.window_periods
            end
    group by entered.as_on, halves.is_half
),

entries as (
    select
        as_on,
        item_id,
        place_id,
        qty,
        value,
        seen_on,
        received_on,
        used_on,
        next_used_on,
        qty as stocked_qty,
        used_qty,
        used_qty as newer_qty,
        cast(used_qty * used_qty as decimal(38, 8)) as used_squares,
        case when used_qty > 0 then 1 else 0 end as used_periods
    from known
    union all
    select
        leaving.left_on as as_on,
        known.item_id,
        known.place_id,
        0 as qty,
        0 as value,
        cast(null as date) as seen_on,
        cast(null as date) as received_on,
        cast(null as date) as used_on,
        cast(null as date) as next_used_on,
        case when leaving.is_half = 0 then -known.qty else 0 end
            as stocked_qty,
        case when leaving.is_half = 0 then -known.used_qty else 0 end
            as used_qty,
        case when leaving.is_half = 1 then -known.used_qty else 0 end
            as newer_qty,
        case
            when leaving.is_half = 0
                then -cast(known.used_qty * known.used_qty as decimal(38, 8))
            else 0
        end as used_squares,
        case when leaving.is_half = 0 and known.used_qty > 0 then -1 else 0 end
            as used_periods
    from known
    inner join leaving
        on known.as_on = leaving.entered_on
    where known.used_qty > 0 or (known.qty > 0 and leaving.is_half = 0)
),

merged as (
    select
        as_on,
        item_id,
        place_id,
        sum(qty) as qty,
        sum(value) as value,
        min(seen_on) as seen_on,
        min(received_on) as received_on,
        max(used_on) as used_on,
        min(next_used_on) as next_used_on,
        sum(stocked_qty) as stocked_qty,
        sum(used_qty) as used_qty,
        sum(newer_qty) as newer_qty,
        sum(used_squares) as used_squares,
        cast(sum(used_periods) as bigint) as used_periods
    from entries
    group by as_on, item_id, place_id
),

running as (
    select
        as_on,
        item_id,
        place_id,
        qty,
        value,
        min(seen_on) over so_far as known_from_on,
        min(received_on) over so_far as first_received_on,
        max(used_on) over so_far as last_used_on,
        min(next_used_on) over (
            partition by item_id, place_id order by as_on
            rows between 1 following and unbounded following
        ) as next_used_on,
        sum(stocked_qty) over so_far as stocked_qty,
        sum(used_qty) over so_far as used_qty,
        sum(newer_qty) over so_far as newer_qty,
        sum(used_squares) over so_far as used_squares,
        cast(sum(used_periods) over so_far as bigint) as used_periods,
        last_value(
            case
                when qty > 0
                    then cast(value / nullif(qty, 0) as decimal(18, 4))
            end ignore nulls
        ) over so_far as unit_cost
    from merged
    window
        so_far as (
            partition by item_id, place_id order by as_on
            rows between unbounded preceding and current row
        )
),

dated as (
    select
        running.as_on,
        running.item_id,
        running.place_id,
        cast(running.qty as decimal(18, 4)) as qty,
        cast(running.value as decimal(28, 8)) as value,
        least(running.known_from_on, running.first_received_on)
            as known_from_on,
        case
            when running.first_received_on <= running.known_from_on
                then running.first_received_on
        end as grace_from_on,
        greatest(running.last_used_on, stood.used_on) as last_used_on,
        running.next_used_on,
        cast(running.stocked_qty as decimal(18, 4)) as stocked_qty,
        cast(running.used_qty as decimal(18, 4)) as used_qty,
        cast(running.newer_qty as decimal(18, 4)) as newer_qty,
        cast(running.used_squares as double) as used_squares,
        running.used_periods,
        cast(
            running.used_qty
            * coalesce(running.unit_cost, dim_item.unit_cost, 0)
            as decimal(28, 8)
        ) as used_value
    from running
    left join dim_item
        on running.item_id = dim_item.item_id
    left join stood
        on
            running.as_on = stood.as_on
            and running.item_id = stood.item_id
            and running.place_id = stood.place_id
    where running.qty > 0 or running.used_qty > 0
),

measured as (
    select
        dated.*,
        dated.qty > 0 as is_in_stock,
        origins.origin_no,
        settings.days_in_year,
        settings.periods_in_year,
        cast(
            least(
                settings.window_periods,
                greatest(
                    ceil(
                        date_diff('day', dated.known_from_on, dated.as_on)
                        * settings.periods_in_year
                        / nullif(settings.days_in_year, 0)
                    ), dated.used_periods, 1
                )
            ) as integer
        ) as history_periods,
        coalesce(
            sum(dated.used_value) over (
                partition by dated.as_on
                order by
                    dated.used_value desc, dated.item_id asc, dated.place_id asc
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as used_value_before,
        sum(dated.used_value) over (partition by dated.as_on)
            as used_value_total
    from dated
    inner join origins
        on dated.as_on = origins.as_on
    cross join settings
),

on_hand as (
    select
        as_on,
        origin_no,
        item_id,
        place_id,
        qty,
        value,
        known_from_on,
        grace_from_on,
        last_used_on,
        coalesce(last_used_on, known_from_on) as idle_from_on,
        next_used_on,
        history_periods,
        used_qty,
        newer_qty,
        used_periods,
        used_value,
        cast(used_value_before as decimal(38, 8)) as used_value_before,
        cast(used_value_total as decimal(38, 8)) as used_value_total,
        sqrt(
            greatest(
                used_squares - cast(used_qty as double)
                * cast(used_qty as double) / nullif(history_periods, 0), 0
            ) / nullif(history_periods - 1, 0)
        ) / nullif(
            cast(used_qty as double) / nullif(history_periods, 0), 0
        ) as cv,
        cast(history_periods as double) / nullif(used_periods, 0) as adi,
        cast(
            stocked_qty / nullif(history_periods, 0) as decimal(18, 4)
        ) as average_qty,
        cast(
            floor(
                least(
                    stocked_qty * days_in_year
                    / nullif(used_qty * periods_in_year, 0), 36500
                )
            ) as integer
        ) as turnover_days
    from measured
    where is_in_stock
),

beside as (
    select
        on_hand.*,
        case
            when
                lag(on_hand.as_on) over item = origins.prior_on
                then date_diff(
                    'day', lag(on_hand.idle_from_on) over item, origins.prior_on
                )
        end as prior_idle_days,
        case
            when
                lag(on_hand.as_on) over item = origins.prior_on
                then lag(on_hand.turnover_days) over item
        end as prior_turnover_days
    from on_hand
    inner join origins
        on on_hand.as_on = origins.as_on
    window
        item as (
            partition by on_hand.item_id, on_hand.place_id
            order by on_hand.as_on
        )
)

select * from beside
