-- One row per item on hand in the filter and stock status: quantity and money.
-- grain: item_id, status
-- Free, blocked, in inspection, reserved, consigned and in transit stand apart;
-- oldest_on is the day of the oldest layer that has one.
with
summed as (
    select
        item_id,
        status,
        sum(qty) as qty,
        sum(value) as value,
        count(*) as layer_count,
        min(aged_from_on) as oldest_on,
        max(age_days) as age_days
    from mart_layers
    group by item_id, status
)

select * from summed
