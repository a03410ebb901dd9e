-- One row per table of the upload contract: how many rows the lake holds of it.
-- grain: table_name
with
counted as (
    select
        'stock' as table_name,
        count(*) as row_count
    from src_stock
    union all
    select
        'movements' as table_name,
        count(*) as row_count
    from src_movements
    union all
    select
        'items' as table_name,
        count(*) as row_count
    from src_items
    union all
    select
        'warehouses' as table_name,
        count(*) as row_count
    from src_warehouses
    union all
    select
        'purchase_orders' as table_name,
        count(*) as row_count
    from src_purchase_orders
    union all
    select
        'sales_orders' as table_name,
        count(*) as row_count
    from src_sales_orders
    union all
    select
        'work_orders' as table_name,
        count(*) as row_count
    from src_work_orders
    union all
    select
        'bom' as table_name,
        count(*) as row_count
    from src_bom
    union all
    select
        'suppliers' as table_name,
        count(*) as row_count
    from src_suppliers
    union all
    select
        'counts' as table_name,
        count(*) as row_count
    from src_counts
    union all
    select
        'outcomes' as table_name,
        count(*) as row_count
    from src_outcomes
    union all
    select
        'exchange_rates' as table_name,
        count(*) as row_count
    from src_exchange_rates
)

select * from counted
