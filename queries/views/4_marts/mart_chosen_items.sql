-- One row per item in the filter, on hand or not.
-- grain: item_id
-- As mart_positions chooses by item, search, category, material type and
-- supplier; also items only counts name.
with
named as (
    select
        item_id,
        item_name,
        category,
        material_type,
        supplier_id
    from fct_items
    union all
    select distinct
        counts.item_id,
        counts.item_id as item_name,
        null as category,
        null as material_type,
        null as supplier_id
    from src_counts as counts
    left join fct_items
        on counts.item_id = fct_items.item_id
    where fct_items.item_id is null
),

chosen as (
    select item_id
    from named
    where
        (setting('item') is null or item_id = setting('item'))
        and (
            setting('search') is null
            or contains(lower(item_id), lower(setting('search')))
            or contains(lower(item_name), lower(setting('search')))
        )
        and (
            setting('category') is null
            or len(
                list_filter(
                    list_append(
                        string_split(setting('category'), ','),
                        setting('category')
                    ),
                    lambda path: path = category
                    or path = concat('=', coalesce(category, ''))
                    or starts_with(category, concat(path, '/'))
                )
            ) > 0
        )
        and (
            setting('material_type') is null
            or list_contains(
                string_split(setting('material_type'), ','),
                coalesce(material_type, '=')
            )
        )
        and (
            setting('supplier') is null
            or setting('supplier') = coalesce(supplier_id, '=')
            or list_contains(
                string_split(setting('supplier'), ','),
                coalesce(supplier_id, '=')
            )
        )
)

select * from chosen
