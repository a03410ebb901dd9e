-- One row per pair of ABC class by use and by stock value: items and money.
-- grain: abc_class, stock_abc_class
-- Little use and much stock (C and A, N and A) is where dead stock sits.
with
summed as (
    select
        abc_class,
        stock_abc_class,
        count(*) as item_count,
        sum(value) as value,
        sum(slow_value) as slow_value,
        sum(used_value) as used_value
    from mart_item_classes
    group by abc_class, stock_abc_class
)

select * from summed
