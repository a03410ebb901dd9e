-- One row per position in the filter that is due to be counted, in that order.
-- grain: plan_no
-- Slow stock first, then by value. due says why: never counted, or overdue.
-- is_chosen are the first of them, as many as count_plan_positions says.
with
settings as (
    select * from src_settings
),

numbered as (
    select
        row_number() over (
            order by
                positions.is_slow desc,
                positions.value desc,
                positions.item_id asc,
                positions.warehouse_id asc
        ) as plan_no,
        positions.item_id,
        positions.item_name,
        positions.warehouse_id,
        positions.warehouse_name,
        positions.region,
        positions.category,
        positions.unit,
        positions.state,
        positions.tier,
        positions.is_slow,
        positions.value,
        positions.count_class,
        positions.interval_days,
        positions.last_counted_on,
        positions.days_since_count,
        positions.due_on,
        case
            when positions.is_never_counted then 'never'
            else 'overdue'
        end as due
    from mart_count_positions as positions
    where not positions.is_counted
),

marked as (
    select
        numbered.*,
        numbered.plan_no <= settings.count_plan_positions as is_chosen
    from numbered
    cross join settings
)

select * from marked
