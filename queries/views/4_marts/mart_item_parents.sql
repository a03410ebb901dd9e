-- One row per way up the bills of materials from an item in the filter.
-- grain: item_id, route
-- route names the items from the item to the parent, level counts the steps;
-- qty_per is what one parent takes of the item over all of them. is_live: every
-- step is valid today. parent_qty is on hand, parent_used_qty the use within
-- the demand window, both company-wide. A loop is left where it closes.
with recursive
settings as (
    select * from src_settings
),

dated as (
    select
        bom.component_id,
        bom.parent_id,
        bom.qty_per,
        bom.valid_from,
        bom.valid_to,
        coalesce(bom.valid_from <= settings.facts_on, true)
        and coalesce(bom.valid_to > settings.facts_on, true) as is_live
    from src_bom as bom
    cross join settings
),

steps as (
    select
        component_id,
        parent_id,
        arg_max(
            qty_per, (is_live, coalesce(valid_from, date '0001-01-01'))
        ) as qty_per,
        min(coalesce(valid_from, date '0001-01-01')) as first_on,
        max(coalesce(valid_to, date '9999-12-31')) as last_on,
        bool_or(is_live) as is_live
    from dated
    group by component_id, parent_id
),

ways as (
    select
        steps.component_id as item_id,
        steps.parent_id,
        steps.component_id as via_id,
        steps.component_id || '>' || steps.parent_id as route,
        [steps.component_id, steps.parent_id] as passed,
        1 as level,
        steps.qty_per::double as qty_per,
        steps.first_on,
        steps.last_on,
        steps.is_live
    from steps
    inner join mart_item_profiles as items
        on steps.component_id = items.item_id
    union all
    select
        ways.item_id,
        steps.parent_id,
        steps.component_id as via_id,
        ways.route || '>' || steps.parent_id as route,
        list_append(ways.passed, steps.parent_id) as passed,
        ways.level + 1 as level,
        ways.qty_per * steps.qty_per as qty_per,
        greatest(ways.first_on, steps.first_on) as first_on,
        least(ways.last_on, steps.last_on) as last_on,
        ways.is_live and steps.is_live as is_live
    from ways
    inner join steps
        on ways.parent_id = steps.component_id
    where not list_contains(ways.passed, steps.parent_id)
),

window_demand as (
    select
        items.item_id,
        demand.used_qty
    from fct_item_demand as demand
    inner join fct_items as items
        on demand.item_no = items.item_no
    cross join settings
    where
        demand.from_periods <= settings.window_periods
        and coalesce(demand.to_periods, settings.window_periods)
        >= settings.window_periods
),

on_hand as (
    select
        item_id,
        sum(qty) as qty
    from fct_judged_positions
    where is_current
    group by item_id
),

named as (
    select
        ways.item_id,
        ways.route,
        ways.level,
        ways.via_id,
        coalesce(via.item_name, ways.via_id) as via_name,
        ways.parent_id,
        coalesce(parents.item_name, ways.parent_id) as parent_name,
        parents.item_status as parent_status,
        ways.qty_per,
        nullif(ways.first_on, date '0001-01-01') as valid_from,
        nullif(ways.last_on, date '9999-12-31') as valid_to,
        ways.is_live,
        parents.unit as parent_unit,
        coalesce(on_hand.qty, 0) as parent_qty,
        coalesce(window_demand.used_qty, 0) as parent_used_qty
    from ways
    left join fct_items as parents
        on ways.parent_id = parents.item_id
    left join fct_items as via
        on ways.via_id = via.item_id
    left join on_hand
        on ways.parent_id = on_hand.item_id
    left join window_demand
        on ways.parent_id = window_demand.item_id
)

select * from named
