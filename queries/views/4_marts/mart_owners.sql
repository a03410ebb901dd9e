-- One row per buyer of the stock in the filter: what of it stands still.
-- grain: buyer
-- A buyer is who the items file names, and answers for the item; where it
-- names nobody, buyer is null. An item in two tiers is counted in each.
with
stock as (
    select
        buyer,
        item_no,
        tier,
        sum(value) as value
    from mart_positions
    where steps_back = 0
    group by buyer, item_no, tier
),

owned as (
    select
        buyer,
        count(distinct item_no) as item_count,
        count(distinct item_no) filter (where tier <> 'none')
            as slow_item_count,
        coalesce(sum(value) filter (where tier <> 'none'), 0) as slow_value,
        coalesce(sum(value) filter (where tier = 'R'), 0) as red_value,
        coalesce(sum(value) filter (where tier = 'S'), 0) as standard_value,
        coalesce(sum(value) filter (where tier = 'T'), 0) as temporary_value
    from stock
    group by buyer
)

select * from owned
