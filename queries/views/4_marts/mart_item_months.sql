-- One row per item and month since its first line, all places of the filter.
-- grain: item_id, month_on
-- Columns as in mart_item_history; what one place hands another cancels out.
with
summed as (
    select
        item_id,
        month_on,
        any_value(ends_on) as ends_on,
        sum(in_qty) as in_qty,
        sum(out_qty) as out_qty,
        sum(transfer_qty) as transfer_qty,
        sum(other_qty) as other_qty,
        sum(stock_qty) as stock_qty
    from mart_item_history
    group by item_id, month_on
)

select * from summed
