-- One row: what finished disposals brought in since the month of today began.
-- grain: month_on
-- Of the items and warehouses in the filter; tier and state are those of stock
-- on hand, which this no longer is. is_known: outcomes were loaded at all.
with
settings as (
    select
        *,
        date_trunc('month', as_of)::date as month_on
    from src_settings
),

disposals as (
    select
        settings.*,
        outcomes.item_id,
        outcomes.disposed_on,
        outcomes.recovered_value,
        outcomes.cost_value,
        items.name as item_name,
        items.category as item_category,
        items.material_type as item_material_type,
        places.path as place_path,
        places.region as place_region
    from settings
    inner join src_outcomes as outcomes
        on settings.as_of >= outcomes.disposed_on
    left join dim_item as items
        on outcomes.item_id = items.item_id
    left join dim_warehouse as places
        on outcomes.warehouse_id = places.warehouse_id
),

judged as (
    select
        month_on,
        recovered_value,
        cost_value,
        disposed_on >= month_on
        and (item is null or item_id = item)
        and (
            search is null
            or contains(lower(item_id), lower(search))
            or contains(lower(item_name), lower(search))
        )
        and (
            category is null
            or list_bool_or(
                list_transform(
                    string_split(category, ','),
                    lambda path: item_category = path
                    or starts_with(item_category, concat(path, '/'))
                )
            )
        )
        and (
            material_type is null
            or list_contains(
                string_split(material_type, ','), item_material_type
            )
        )
        and (
            warehouse is null
            or list_has_any(
                string_split(trim(place_path, '>'), '>'),
                string_split(warehouse, ',')
            )
        )
        and (
            region is null
            or list_contains(string_split(region, ','), place_region)
        ) as is_counted
    from disposals
),

summed as (
    select
        settings.month_on,
        count(judged.month_on) > 0 as is_known,
        count(*) filter (where judged.is_counted) as disposal_count,
        coalesce(
            sum(judged.recovered_value) filter (where judged.is_counted), 0
        ) as recovered_value,
        coalesce(
            sum(judged.cost_value) filter (where judged.is_counted), 0
        ) as cost_value
    from settings
    left join judged
        on settings.month_on = judged.month_on
    group by settings.month_on
)

select * from summed
