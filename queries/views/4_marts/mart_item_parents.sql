-- One row per bill of materials line that takes an item in the filter.
-- grain: item_id, parent_id, valid_from
-- is_live: valid today. parent_qty is on hand, parent_used_qty the use within
-- the demand window, both over the whole company.
with
settings as (
    select * from src_settings
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

lines as (
    select
        src_bom.component_id as item_id,
        src_bom.parent_id,
        coalesce(parents.item_name, src_bom.parent_id) as parent_name,
        parents.item_status as parent_status,
        src_bom.qty_per,
        src_bom.scrap_share,
        src_bom.valid_from,
        src_bom.valid_to,
        src_bom.substitute_group,
        coalesce(src_bom.valid_from <= settings.facts_on, true)
        and coalesce(src_bom.valid_to > settings.facts_on, true) as is_live,
        parents.unit as parent_unit,
        coalesce(on_hand.qty, 0) as parent_qty,
        coalesce(window_demand.used_qty, 0) as parent_used_qty
    from src_bom
    cross join settings
    inner join mart_item_profiles as items
        on src_bom.component_id = items.item_id
    left join fct_items as parents
        on src_bom.parent_id = parents.item_id
    left join on_hand
        on src_bom.parent_id = on_hand.item_id
    left join window_demand
        on src_bom.parent_id = window_demand.item_id
)

select * from lines
