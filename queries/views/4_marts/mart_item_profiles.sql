-- One row per item in the filter, on hand or not: what the records say of it.
-- grain: item_id
-- Filters of item, category and material type hold; those of places and of
-- states do not. successor_qty is on hand over the whole company.
with
settings as (
    select * from src_settings
),

categories as (
    select unnest(string_split(settings.category, ',')) as path
    from settings
),

chosen as (
    select items.*
    from fct_items as items
    cross join settings
    where
        (settings.item is null or items.item_id = settings.item)
        and (
            settings.search is null
            or contains(lower(items.item_id), lower(settings.search))
            or contains(lower(items.item_name), lower(settings.search))
        )
        and (
            settings.material_type is null
            or list_contains(
                string_split(settings.material_type, ','), items.material_type
            )
        )
        and (
            settings.category is null
            or exists (
                select 1
                from categories
                where
                    categories.path = coalesce(items.category, '')
                    or starts_with(
                        items.category, concat(categories.path, '/')
                    )
            )
        )
),

on_hand as (
    select
        item_id,
        sum(qty) as qty
    from fct_judged_positions
    where is_current
    group by item_id
),

supplier_names as (
    select
        supplier_id,
        max(name) as name
    from src_suppliers
    group by supplier_id
),

joined as (
    select
        chosen.item_id,
        chosen.item_name,
        chosen.category,
        chosen.material_type,
        chosen.unit,
        chosen.item_status,
        chosen.phase_out_on,
        chosen.successor_id,
        successors.item_name as successor_name,
        coalesce(successor_stock.qty, 0) as successor_qty,
        chosen.supplier_id,
        supplier_names.name as supplier_name,
        chosen.buyer,
        chosen.lead_time_days,
        chosen.moq,
        chosen.shelf_life_days,
        chosen.list_cost,
        chosen.price,
        chosen.is_strategic,
        chosen.is_described,
        chosen.is_orphan,
        chosen.on_order_qty,
        chosen.cancellable_qty,
        chosen.ordered_qty,
        coalesce(on_hand.qty, 0) as company_qty
    from chosen
    left join fct_items as successors
        on chosen.successor_id = successors.item_id
    left join on_hand as successor_stock
        on chosen.successor_id = successor_stock.item_id
    left join on_hand
        on chosen.item_id = on_hand.item_id
    left join supplier_names
        on chosen.supplier_id = supplier_names.supplier_id
)

select * from joined
