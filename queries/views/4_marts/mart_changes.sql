-- One row per item and warehouse that is or was slow: what the state did since.
-- grain: item_id, warehouse_id
-- Since the judged day before. new: became slow; cleared: no longer slow or
-- gone; worse and better: moved between watch, slow, dead and obsolete; still:
-- as before; moved: slow stock that came from or went to another warehouse.
with
ranked as (
    select
        *,
        case state
            when 'obsolete' then 4
            when 'dead' then 3
            when 'slow' then 2
            when 'watch' then 1
            else 0
        end as grade
    from mart_positions
    where steps_back <= 1
),

paired as (
    select
        item_id,
        warehouse_id,
        arg_max(item_name, as_on) as item_name,
        arg_max(warehouse_name, as_on) as warehouse_name,
        arg_max(category, as_on) as category,
        arg_max(material_type, as_on) as material_type,
        arg_max(unit, as_on) as unit,
        any_value(state) filter (where not is_current) as prior_state,
        any_value(state) filter (where is_current) as state,
        any_value(tier) filter (where not is_current) as prior_tier,
        any_value(tier) filter (where is_current) as tier,
        coalesce(max(grade) filter (where not is_current), 0) as prior_grade,
        coalesce(max(grade) filter (where is_current), 0) as grade,
        coalesce(sum(qty) filter (where not is_current), 0) as prior_qty,
        coalesce(sum(qty) filter (where is_current), 0) as qty,
        coalesce(sum(value) filter (where not is_current), 0) as prior_value,
        coalesce(sum(value) filter (where is_current), 0) as value
    from ranked
    group by item_id, warehouse_id
),

beside as (
    select
        paired.*,
        coalesce(flows.qty, 0) as transferred_qty
    from paired
    left join fct_recent_flows as flows
        on
            paired.item_id = flows.item_id
            and paired.warehouse_id = flows.warehouse_id
            and flows.reason = 'transfers'
),

named as (
    select
        *,
        case
            when prior_state is null and transferred_qty > 0 then 'moved'
            when state is null and transferred_qty < 0 then 'moved'
            when prior_grade = 0 then 'new'
            when grade = 0 then 'cleared'
            when grade > prior_grade then 'worse'
            when grade < prior_grade then 'better'
            else 'still'
        end as change,
        coalesce(prior_tier, 'none') <> coalesce(tier, 'none')
            as is_tier_moved
    from beside
    where prior_grade > 0 or grade > 0
)

select * from named
