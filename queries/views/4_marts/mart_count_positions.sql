-- One row per item and warehouse on hand in the filter: when it was counted.
-- grain: item_id, warehouse_id
-- count_class is the ABC class by value on hand over the whole company, so that
-- dear stock that stands still is not left out; what has no value is C. Its
-- interval says how long a count holds: is_counted while it does, is_overdue
-- after it, is_never_counted where no file names the place.
with
settings as (
    select * from src_settings
),

counts as (
    select
        item_id,
        warehouse_id,
        max(counted_on) as last_counted_on
    from fct_count_lines
    group by item_id, warehouse_id
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
        coalesce(nullif(classes.stock_abc_class, 'N'), 'C') as count_class
    from mart_tiered_stock as stock
    cross join settings
    left join mart_item_classes as classes
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
