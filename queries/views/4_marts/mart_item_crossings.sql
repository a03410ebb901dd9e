-- One row per item, worse state ahead and day: when, if nothing is used.
-- grain: item_id, to_state, crosses_on
-- warehouse_name is that of the place with most value, the first of equals.
with
summed as (
    select
        item_id,
        to_state,
        crosses_on,
        any_value(days_left) as days_left,
        count(*) as warehouse_count,
        first(warehouse_name order by value desc, warehouse_id asc)
            as warehouse_name,
        sum(qty) as qty,
        sum(value) as value
    from mart_crossings
    group by item_id, to_state, crosses_on
)

select * from summed
