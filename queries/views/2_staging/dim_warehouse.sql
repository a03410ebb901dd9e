-- One row per warehouse that any file names, with its place in the tree.
-- grain: warehouse_id
-- path runs from the root, '>CN>EAST>W1>': a node holds every path that starts
-- with its own. A parent that leads back to itself is cut there. Stock of a
-- ledger that names no warehouse stands in the warehouse ''.
with recursive
named as (
    select warehouse_id from src_warehouses
    union
    select parent_id as warehouse_id
    from src_warehouses
    where parent_id is not null
    union
    select warehouse_id from src_stock
    union
    select coalesce(warehouse_id, '') as warehouse_id
    from src_movements
),

nodes as (
    select
        named.warehouse_id,
        src_warehouses.name,
        src_warehouses.region,
        src_warehouses.organisation,
        src_warehouses.capacity_m3,
        src_warehouses.latitude,
        src_warehouses.longitude,
        coalesce(
            src_warehouses.kind,
            case
                when
                    exists (
                        select 1
                        from src_warehouses as below
                        where below.parent_id = named.warehouse_id
                    )
                    then 'group'
                else 'plant'
            end
        ) as kind,
        nullif(src_warehouses.parent_id, named.warehouse_id) as parent_id
    from named
    left join src_warehouses
        on named.warehouse_id = src_warehouses.warehouse_id
),

climbed as (
    select
        warehouse_id,
        parent_id as next_id,
        region as found_region,
        organisation as found_organisation,
        '>' || warehouse_id || '>' as path,
        0 as level
    from nodes
    union all
    select
        climbed.warehouse_id,
        nodes.parent_id as next_id,
        coalesce(climbed.found_region, nodes.region) as found_region,
        coalesce(climbed.found_organisation, nodes.organisation)
            as found_organisation,
        '>' || nodes.warehouse_id || climbed.path as path,
        climbed.level + 1 as level
    from climbed
    inner join nodes
        on climbed.next_id = nodes.warehouse_id
    where not contains(climbed.path, '>' || nodes.warehouse_id || '>')
),

tops as (
    select
        warehouse_id,
        max(level) as level,
        arg_max(path, level) as path,
        arg_max(found_region, level) as found_region,
        arg_max(found_organisation, level) as found_organisation
    from climbed
    group by warehouse_id
),

placed as (
    select
        nodes.warehouse_id,
        nodes.kind,
        nodes.capacity_m3,
        nodes.latitude,
        nodes.longitude,
        tops.path,
        tops.level,
        tops.found_region as region,
        tops.found_organisation as organisation,
        coalesce(nodes.name, nodes.warehouse_id) as name,
        case when tops.level > 0 then nodes.parent_id end as parent_id
    from nodes
    inner join tops
        on nodes.warehouse_id = tops.warehouse_id
)

select * from placed
