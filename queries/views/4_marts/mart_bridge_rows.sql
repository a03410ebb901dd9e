-- One row per item, warehouse and bar of the bridge of slow value.
-- grain: item_id, warehouse_id, bar
-- Stock that was slow before brings its flows, at the item's unit value of the
-- day before; price is what else became of its value, corrected what no flow
-- explains (counts, adjustments, gaps). Stock that was not slow and is now came
-- in by new receipts and, the rest, by ageing; slow stock that is no longer
-- slow is revived.
with
positions as materialized (
    select
        item_id,
        warehouse_id,
        is_current,
        qty,
        value,
        is_slow,
        least(watch_on, coalesce(obsolete_on, watch_on)) as slow_from_on
    from mart_positions
    where steps_back <= 1
),

step as (
    select prior_on
    from fct_calendar
    where steps_back = 0
),

items as (
    select
        item_id,
        coalesce(
            coalesce(
                sum(value) filter (where not is_current)
                / nullif(sum(qty) filter (where not is_current), 0),
                sum(value) filter (where is_current)
                / nullif(sum(qty) filter (where is_current), 0)
            ), 0
        )::decimal(18, 8) as unit_value
    from positions
    group by item_id
),

pairs as (
    select
        item_id,
        warehouse_id,
        bool_or(is_slow) filter (where not is_current) as was_slow_here,
        bool_or(is_slow) filter (where is_current) as is_slow_here,
        min(slow_from_on) filter (where is_current) as slow_from_on,
        coalesce(sum(qty) filter (where is_current), 0) as qty,
        coalesce(sum(value) filter (where not is_current), 0) as prior_value,
        coalesce(sum(value) filter (where is_current), 0) as value
    from positions
    group by item_id, warehouse_id
),

flows as (
    select
        item_id,
        warehouse_id,
        coalesce(sum(qty) filter (where reason = 'new'), 0) as new_qty,
        coalesce(sum(qty) filter (where reason = 'used'), 0) as used_qty,
        coalesce(sum(qty) filter (where reason = 'sold'), 0) as sold_qty,
        coalesce(sum(qty) filter (where reason = 'returned'), 0)
            as returned_qty,
        coalesce(sum(qty) filter (where reason = 'scrapped'), 0)
            as scrapped_qty,
        coalesce(sum(qty) filter (where reason = 'transfers'), 0)
            as transfers_qty
    from fct_recent_flows
    group by item_id, warehouse_id
),

priced as (
    select
        pairs.item_id,
        pairs.warehouse_id,
        pairs.qty,
        pairs.prior_value,
        pairs.value,
        items.unit_value,
        coalesce(
            pairs.was_slow_here, pairs.slow_from_on <= step.prior_on, false
        ) as was_slow,
        coalesce(
            pairs.is_slow_here, pairs.was_slow_here, false
        ) as is_still_slow,
        coalesce(pairs.is_slow_here, false) as is_slow,
        (coalesce(flows.new_qty, 0) * items.unit_value)::decimal(28, 8)
            as new_value,
        (coalesce(flows.used_qty, 0) * items.unit_value)::decimal(28, 8)
            as used_value,
        (coalesce(flows.sold_qty, 0) * items.unit_value)::decimal(28, 8)
            as sold_value,
        (coalesce(flows.returned_qty, 0) * items.unit_value)::decimal(28, 8)
            as returned_value,
        (coalesce(flows.scrapped_qty, 0) * items.unit_value)::decimal(28, 8)
            as scrapped_value,
        (coalesce(flows.transfers_qty, 0) * items.unit_value)::decimal(28, 8)
            as transfers_value,
        (pairs.qty * items.unit_value)::decimal(28, 8) as repriced_value
    from pairs
    inner join items
        on pairs.item_id = items.item_id
    left join step
        on true
    left join flows
        on
            pairs.item_id = flows.item_id
            and pairs.warehouse_id = flows.warehouse_id
),

slow_before as (
    select
        item_id,
        warehouse_id,
        unnest([
            'opening', 'new', 'used', 'sold', 'returned', 'scrapped',
            'transfers', 'corrected', 'price', 'revived', 'closing'
        ]) as bar,
        unnest([
            prior_value,
            new_value,
            used_value,
            sold_value,
            returned_value,
            scrapped_value,
            transfers_value,
            repriced_value - prior_value - new_value - used_value
            - sold_value - returned_value - scrapped_value - transfers_value,
            value - repriced_value,
            case when is_still_slow then 0 else -value end,
            case when is_still_slow then value else 0 end
        ]) as bar_value
    from priced
    where was_slow
),

slow_since as (
    select
        item_id,
        warehouse_id,
        unnest(['new', 'ageing_in', 'closing']) as bar,
        unnest([
            least(greatest(new_value, 0), value),
            value - least(greatest(new_value, 0), value),
            value
        ]) as bar_value
    from priced
    where is_slow and not was_slow
),

bars as (
    select
        item_id,
        warehouse_id,
        bar,
        bar_value::decimal(28, 8) as value
    from slow_before
    where bar_value <> 0
    union all
    select
        item_id,
        warehouse_id,
        bar,
        bar_value::decimal(28, 8) as value
    from slow_since
    where bar_value <> 0
)

select * from bars
