-- One row per item and warehouse whose slow state changed since the snapshot before.
-- grain: item_id, warehouse_id
-- new: became slow; cleared: no longer slow or gone; worse and better: moved
-- between watch, slow, dead and obsolete; still: as slow as before.
with
prior_day as (
    select prior_on
    from fct_calendar
    where steps_back = 0
),

ranked as (
    select
        as_on,
        item_id,
        warehouse_id,
        item_name,
        warehouse_name,
        is_current,
        qty,
        value,
        state,
        tier,
        case state
            when 'obsolete' then 4
            when 'dead' then 3
            when 'slow' then 2
            when 'watch' then 1
            else 0
        end as grade
    from mart_positions
),

paired as (
    select
        coalesce(now.item_id, before.item_id) as item_id,
        coalesce(now.warehouse_id, before.warehouse_id) as warehouse_id,
        coalesce(now.item_name, before.item_name) as item_name,
        coalesce(now.warehouse_name, before.warehouse_name)
            as warehouse_name,
        before.state as prior_state,
        now.state,
        before.tier as prior_tier,
        now.tier,
        coalesce(before.grade, 0) as prior_grade,
        coalesce(now.grade, 0) as grade,
        coalesce(before.qty, 0) as prior_qty,
        coalesce(now.qty, 0) as qty,
        coalesce(before.value, 0) as prior_value,
        coalesce(now.value, 0) as value
    from (select * from ranked where is_current) as now
    full outer join (
        select ranked.*
        from ranked
        inner join prior_day
            on ranked.as_on = prior_day.prior_on
    ) as before
        on
            now.item_id = before.item_id
            and now.warehouse_id = before.warehouse_id
),

named as (
    select
        *,
        case
            when prior_grade = 0 then 'new'
            when grade = 0 then 'cleared'
            when grade > prior_grade then 'worse'
            when grade < prior_grade then 'better'
            else 'still'
        end as change
    from paired
    where prior_grade > 0 or grade > 0
)

select * from named
