-- One row per warehouse, category and material type in the filter: its groups.
-- grain: scope_no
-- A code is what the filter of that name must say to keep the group alone: '=X'
-- is X without what is below it, '=' what names none. branch and category go
-- one step below what all chosen have in common; of a list, its members.
with
scopes as (
    select
        scope_no,
        place_id,
        has_bins,
        organisation,
        region,
        category,
        material_type,
        string_split(trim(warehouse_path, '>'), '>') as nodes
    from mart_chosen_scopes
),

spans as (
    select
        min(nodes) as first_nodes,
        max(nodes) as last_nodes,
        count(distinct place_id) as place_count
    from scopes
),

depths as (
    select
        place_count,
        len(
            list_filter(
                range(1, len(first_nodes) + 1),
                lambda n: first_nodes[1:n] = last_nodes[1:n]
            )
        ) - case when place_count = 1 then 1 else 0 end as depth
    from spans
),

parents as (
    select list(node) as nodes
    from (
        select distinct unnest(nodes[:-2]) as node
        from scopes
    ) as above
),

spread as (
    select
        scopes.*,
        list_contains(parents.nodes, scopes.place_id) as is_parent,
        depths.place_count,
        depths.depth
    from scopes
    cross join depths
    cross join parents
),

matched as (
    select
        *,
        list_filter(
            string_split(setting('warehouse'), ','),
            lambda member: list_contains(nodes, member)
            or member = concat('=', place_id)
        ) as warehouses,
        list_filter(
            string_split(setting('category'), ','),
            lambda member: member = category
            or member = concat('=', coalesce(category, ''))
            or starts_with(category, concat(member, '/'))
        ) as categories
    from spread
),

coded as (
    select
        scope_no,
        place_id,
        place_count,
        has_bins,
        coalesce(organisation, '=') as organisation,
        coalesce(region, '=') as region,
        case
            when contains(setting('warehouse'), ',') and len(warehouses) > 0
                then warehouses[1]
            when len(nodes) > depth then nodes[depth + 1]
            else concat('=', place_id)
        end as branch,
        case
            when is_parent or place_id = '' then concat('=', place_id)
            else place_id
        end as warehouse,
        case
            when category is null then '='
            when contains(setting('category'), ',') and len(categories) > 0
                then categories[1]
            when
                category = setting('category')
                or concat('=', category) = setting('category')
                then concat('=', category)
            when starts_with(category, concat(setting('category'), '/'))
                then concat_ws(
                    '/',
                    setting('category'),
                    split_part(
                        substr(category, len(setting('category')) + 2), '/', 1
                    )
                )
            else split_part(category, '/', 1)
        end as category,
        coalesce(material_type, '=') as material_type
    from matched
)

select * from coded
