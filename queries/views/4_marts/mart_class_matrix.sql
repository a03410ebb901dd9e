-- One row per pair of ABC and XYZ class: items, stock, policy to start with.
-- grain: abc_class, xyz_class
-- The nine cells stand even when empty; N (no use) and n/a (short history)
-- beside them only where there are items.
with
cells as (
    select
        letters.abc_class,
        marks.xyz_class
    from (
        values ('A'), ('B'), ('C')
    ) as letters (abc_class)
    cross join (
        values ('X'), ('Y'), ('Z')
    ) as marks (xyz_class)
    union
    select
        abc_class,
        xyz_class
    from mart_item_classes
),

summed as (
    select
        cells.abc_class,
        cells.xyz_class,
        count(classes.item_id) as item_count,
        coalesce(sum(classes.value), 0) as value,
        coalesce(sum(classes.slow_value), 0) as slow_value,
        coalesce(sum(classes.used_value), 0) as used_value,
        coalesce(sum(classes.excess_value), 0) as excess_value,
        count(classes.item_id) filter (where classes.slow_value > 0)
            as slow_item_count
    from cells
    left join mart_item_classes as classes
        on
            cells.abc_class = classes.abc_class
            and cells.xyz_class = classes.xyz_class
    group by cells.abc_class, cells.xyz_class
),

advised as (
    select
        *,
        case
            when abc_class = 'N' then 'stop_buying'
            when xyz_class = 'n/a' then 'watch_history'
            when xyz_class = 'Z' and abc_class = 'C' then 'to_order'
            when xyz_class = 'Z' then 'to_order_reviewed'
            when abc_class = 'A' then 'small_lots_often'
            when xyz_class = 'X' then 'automatic'
            else 'safety_stock'
        end as policy,
        coalesce(value / nullif(sum(value) over (), 0), 0)::double
            as value_share
    from summed
)

select * from advised
