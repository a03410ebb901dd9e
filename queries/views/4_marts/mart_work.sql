-- One row per owner: what a policy on trial makes urgent or due, what it frees.
-- grain: owner_kind, owner
-- owner_kind is buyer, category or warehouse; owner null where none is named.
-- An item is counted once an owner: red where it comes to R from another tier,
-- standard where it comes to S from T or none, freed where it leaves R or S
-- for T or none. Owners whom nothing of that reaches are left out.
with
moved as (
    select
        item_no,
        buyer,
        category,
        warehouse_id,
        value,
        tier = 'R' and now_tier <> 'R' as is_red,
        tier = 'S' and now_tier not in ('R', 'S') as is_standard,
        now_tier in ('R', 'S') and tier not in ('R', 'S') as is_freed
    from mart_trial
    where tier <> now_tier
),

owned as (
    select
        'buyer' as owner_kind,
        buyer as owner,
        item_no,
        value,
        is_red,
        is_standard,
        is_freed
    from moved
    union all
    select
        'category' as owner_kind,
        category as owner,
        item_no,
        value,
        is_red,
        is_standard,
        is_freed
    from moved
    union all
    select
        'warehouse' as owner_kind,
        warehouse_id as owner,
        item_no,
        value,
        is_red,
        is_standard,
        is_freed
    from moved
),

summed as (
    select
        owner_kind,
        owner,
        count(distinct item_no) filter (where is_red) as new_red_items,
        coalesce(sum(value) filter (where is_red), 0) as new_red_value,
        count(distinct item_no) filter (where is_standard)
            as new_standard_items,
        coalesce(sum(value) filter (where is_standard), 0)
            as new_standard_value,
        count(distinct item_no) filter (where is_freed) as freed_items,
        coalesce(sum(value) filter (where is_freed), 0) as freed_value
    from owned
    where is_red or is_standard or is_freed
    group by owner_kind, owner
),

named as (
    select
        summed.*,
        names.name as owner_name
    from summed
    left join mart_names as names
        on
            summed.owner_kind = 'warehouse'
            and names.kind = 'warehouse'
            and summed.owner = names.code
)

select * from named
