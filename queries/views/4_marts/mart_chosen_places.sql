-- One row per warehouse in the filter, with stock or not; '' names none.
-- grain: warehouse_id
-- As mart_chosen_scopes chooses; also warehouses only orders or counts name.
with
named as (
    select
        warehouse_id,
        path,
        region,
        organisation
    from dim_warehouse
    union all
    select
        others.warehouse_id,
        concat('>', others.warehouse_id, '>') as path,
        null as region,
        null as organisation
    from (
        select '' as warehouse_id
        union
        select warehouse_id from src_counts
        union
        select warehouse_id from src_purchase_orders
        union
        select warehouse_id from src_sales_orders
    ) as others
    left join dim_warehouse
        on others.warehouse_id = dim_warehouse.warehouse_id
    where
        others.warehouse_id is not null and dim_warehouse.warehouse_id is null
),

chosen as (
    select warehouse_id
    from named
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
            or setting('warehouse') = concat('=', warehouse_id)
            or list_contains(
                string_split(trim(path, '>'), '>'), setting('warehouse')
            )
            or list_has_any(
                list_prepend(
                    concat('=', warehouse_id),
                    string_split(trim(path, '>'), '>')
                ),
                string_split(setting('warehouse'), ',')
            )
        )
)

select * from chosen
