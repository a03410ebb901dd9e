-- Every item on hand has one class of each kind, in one cell of the matrix.
with
matrix as (
    select sum(item_count) as item_count
    from mart_class_matrix
),

items as (
    select count(*) as item_count
    from mart_item_totals
),

offending as (
    select
        matrix.item_count as matrix_count,
        items.item_count
    from matrix
    cross join items
    where coalesce(matrix.item_count, 0) <> items.item_count
)

select * from offending
