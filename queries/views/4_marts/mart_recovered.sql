-- One row: what finished disposals brought in since the month of today began.
-- grain: month_on
-- Of the items and warehouses in the filter; tier and state are those of stock
-- on hand, which this no longer is. is_known: outcomes were loaded at all.
with
settings as (
    select * from src_settings
),

month as (
    select
        settings.*,
        date_trunc('month', settings.as_of)::date as month_on
    from settings
),

disposals as (
    select
        month.month_on,
        outcomes.recovered_value,
        outcomes.cost_value,
        outcomes.disposed_on >= month.month_on
        and (
            month.item is null or outcomes.item_id = month.item
        )
        and (
            month.search is null
            or contains(lower(outcomes.item_id), lower(month.search))
            or contains(lower(items.name), lower(month.search))
        )
        and (
            month.category is null
            or list_bool_or(
                list_transform(
                    string_split(month.category, ','),
                    lambda path: items.category = path
                    or starts_with(items.category, concat(path, '/'))
                )
            )
        )
        and (
            month.material_type is null
            or list_contains(
                string_split(month.material_type, ','), items.material_type
            )
        )
        and (
            month.warehouse is null
            or list_has_any(
                string_split(trim(places.path, '>'), '>'),
                string_split(month.warehouse, ',')
            )
        )
        and (
            month.region is null
            or list_contains(string_split(month.region, ','), places.region)
        ) as is_counted
    from month
    inner join src_outcomes as outcomes
        on month.as_of >= outcomes.disposed_on
    left join dim_item as items
        on outcomes.item_id = items.item_id
    left join dim_warehouse as places
        on outcomes.warehouse_id = places.warehouse_id
),

summed as (
    select
        month.month_on,
        count(disposals.month_on) > 0 as is_known,
        count(*) filter (where disposals.is_counted) as disposal_count,
        coalesce(
            sum(disposals.recovered_value) filter (where disposals.is_counted),
            0
        ) as recovered_value,
        coalesce(
            sum(disposals.cost_value) filter (where disposals.is_counted), 0
        ) as cost_value
    from month
    left join disposals
        on month.month_on = disposals.month_on
    group by month.month_on
)

select * from summed
