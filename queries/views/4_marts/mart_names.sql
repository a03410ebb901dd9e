-- One row per warehouse and supplier that has a name.
-- grain: kind, code
with
named as (
    select
        'warehouse' as kind,
        warehouse_id as code,
        name
    from src_warehouses
    where name is not null
    union all
    select
        'supplier' as kind,
        supplier_id as code,
        max(name) as name
    from src_suppliers
    where name is not null
    group by supplier_id
)

select * from named
