-- The value by tier is the value, in every warehouse and in total.
select
    warehouse_id,
    value,
    red_value + standard_value + temporary_value as tiered_value
from mart_warehouse_totals
where value < red_value + standard_value + temporary_value
union all
select
    null as warehouse_id,
    value,
    red_value + standard_value + temporary_value + other_value as tiered_value
from mart_totals
where value <> red_value + standard_value + temporary_value + other_value
