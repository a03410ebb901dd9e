-- One row per item with stock or use: its ABC and XYZ class over the company.
-- grain: item_id
-- N: no use; n/a: its history is too short.
with
lettered as (
    select
        item_no,
        item_id,
        case
            when used_value <= 0 then 'N'
            when used_value_before < setting('abc_a_until') * used_value_total
                then 'A'
            when used_value_before < setting('abc_b_until') * used_value_total
                then 'B'
            else 'C'
        end as abc_class,
        case
            when history_periods < setting('history_periods') or cv is null
                then 'n/a'
            when cv <= setting('xyz_x_until') then 'X'
            when cv <= setting('xyz_y_until') then 'Y'
            else 'Z'
        end as xyz_class
    from fct_item_ranks
)

select * from lettered
