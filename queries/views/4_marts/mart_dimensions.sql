-- One row per dimension that stock may be grouped by: is it in the data, next?
-- grain: dimension
-- next is the first level below what the filter names: organisation, region,
-- branch, bin (within one warehouse), category, item, and an item's layers.
with
codes as (
    select
        count(distinct organisation) as organisations,
        count(distinct region) as regions,
        count(distinct branch) as branches,
        count(*) filter (where organisation <> '=') > 0 as has_organisation,
        count(*) filter (where region <> '=') > 0 as has_region,
        count(*) filter (where place_id <> '') > 0 as has_place,
        max(place_count) as place_count,
        bool_or(has_bins) as has_bins,
        count(*) filter (where not starts_with(category, '=')) > 0
            as has_category_below,
        count(*) filter (where category <> '=') > 0 as has_category,
        count(*) filter (where material_type <> '=') > 0 as has_material_type
    from mart_scope_codes
),

suppliers as (
    select count(supplier_id) > 0 as has_supplier
    from fct_items
),

named as (
    select
        listed.place,
        listed.dimension
    from (
        values
        (1, 'organisation'),
        (2, 'region'),
        (3, 'branch'),
        (4, 'bin'),
        (5, 'category'),
        (6, 'item'),
        (7, 'layer'),
        (8, 'warehouse'),
        (9, 'material_type'),
        (10, 'supplier'),
        (11, 'abc_class'),
        (12, 'xyz_class'),
        (13, 'tier'),
        (14, 'age_bucket'),
        (15, 'document')
    ) as listed (place, dimension)
),

stated as (
    select
        named.place,
        named.dimension,
        case named.dimension
            when 'organisation' then codes.has_organisation
            when 'region' then codes.has_region
            when 'branch' then codes.has_place
            when 'warehouse' then codes.has_place
            when 'bin' then codes.has_bins
            when 'category' then codes.has_category
            when 'material_type' then codes.has_material_type
            when 'supplier' then suppliers.has_supplier
            else true
        end as is_there,
        case named.dimension
            when 'layer' then setting('item') is not null
            when 'item' then setting('item') is null
            when 'category'
                then codes.has_category_below and setting('item') is null
            when 'bin'
                then
                    codes.place_count = 1
                    and codes.has_bins
                    and setting('bin') is null
                    and setting('item') is null
            when 'branch'
                then
                    codes.has_place
                    and (setting('warehouse') is null or codes.branches > 1)
                    and setting('item') is null
            when 'region'
                then
                    codes.has_region
                    and (setting('region') is null or codes.regions > 1)
                    and setting('warehouse') is null
                    and setting('item') is null
            when 'organisation'
                then
                    codes.has_organisation
                    and (
                        setting('organisation') is null
                        or codes.organisations > 1
                    )
                    and setting('region') is null
                    and setting('warehouse') is null
                    and setting('item') is null
            else false
        end as is_below
    from named
    cross join codes
    cross join suppliers
),

chosen as (
    select
        place,
        dimension,
        is_there,
        coalesce(
            place = min(place) filter (where is_below) over (), false
        ) as is_next
    from stated
)

select * from chosen
