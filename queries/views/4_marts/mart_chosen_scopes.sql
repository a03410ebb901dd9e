-- One row per warehouse, category and material type in the filter.
-- grain: scope_no
-- A warehouse holds what is below it in the tree, a category what is below its
-- path; '=X' is X alone, '=' what names none. A name with a comma can be chosen
-- alone.
select *
from fct_scopes
where
    (
        setting('organisation') is null
        or setting('organisation') = organisation
        or list_contains(
            string_split(setting('organisation'), ','),
            coalesce(organisation, '=')
        )
    )
    and (
        setting('region') is null
        or setting('region') = region
        or list_contains(
            string_split(setting('region'), ','), coalesce(region, '=')
        )
    )
    and (
        setting('warehouse') is null
        or setting('warehouse') = concat('=', place_id)
        or list_contains(
            string_split(trim(warehouse_path, '>'), '>'),
            setting('warehouse')
        )
        or list_has_any(
            list_prepend(
                concat('=', place_id),
                string_split(trim(warehouse_path, '>'), '>')
            ),
            string_split(setting('warehouse'), ',')
        )
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
