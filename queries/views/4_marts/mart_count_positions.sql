-- One row per item and warehouse on hand in the filter: when it was counted.
-- grain: item_id, warehouse_id
-- count_class is the ABC class by value on hand over the whole company, as in
-- mart_item_classes: dear stock that stands still is not left out; what has no
-- value is C. Its
-- interval says how long a count holds: is_counted while it does, is_overdue
-- after it, is_never_counted where no file names the place.
with
settings as (
    select * from src_settings
),

counts as (
    select
        counts.item_id,
        counts.warehouse_id,
        max(counts.counted_on) as last_counted_on
    from src_counts as counts
    cross join settings
    where
        counts.counted_on <= settings.as_of
        or settings.as_of = settings.newest_on
    group by counts.item_id, counts.warehouse_id
),

item_values as (
    select
        item_id,
        any_value(item_value) as item_value
    from fct_judged_positions
    where is_current
    group by item_id
),

ranked as (
    select
        item_id,
        item_value,
        coalesce(
            sum(item_value) over (
                order by item_value desc, item_id asc
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as value_before,
        sum(item_value) over () as total
    from item_values
),

classes as (
    select
        ranked.item_id,
        case
            when ranked.item_value <= 0 then 'C'
            when ranked.value_before < settings.abc_a_until * ranked.total
                then 'A'
            when ranked.value_before < settings.abc_b_until * ranked.total
                then 'B'
            else 'C'
        end as count_class
    from ranked
    cross join settings
),

on_hand as (
    select
        stock.item_id,
        stock.item_name,
        stock.warehouse_id,
        stock.warehouse_name,
        stock.region,
        stock.category,
        stock.unit,
        stock.value,
        stock.state,
        stock.tier,
        stock.is_slow,
        counts.last_counted_on,
        settings.as_of,
        settings.count_a_days,
        settings.count_b_days,
        settings.count_c_days,
        coalesce(classes.count_class, 'C') as count_class
    from mart_tiered_stock as stock
    cross join settings
    left join classes
        on stock.item_id = classes.item_id
    left join counts
        on
            stock.item_id = counts.item_id
            and stock.warehouse_id = counts.warehouse_id
    where stock.qty > 0 or stock.debt_qty > 0
),

dated as (
    select
        * exclude (as_of, count_a_days, count_b_days, count_c_days),
        case count_class
            when 'A' then count_a_days
            when 'B' then count_b_days
            else count_c_days
        end as interval_days,
        case
            when last_counted_on is not null
                then greatest(date_diff('day', last_counted_on, as_of), 0)
        end as days_since_count
    from on_hand
),

judged as (
    select
        *,
        last_counted_on + interval_days as due_on,
        last_counted_on is null as is_never_counted,
        coalesce(days_since_count <= interval_days, false) as is_counted,
        coalesce(days_since_count > interval_days, false) as is_overdue
    from dated
)

select * from judged
