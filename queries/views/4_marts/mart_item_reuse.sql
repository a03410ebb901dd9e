-- One row per item with stock: how much of it live demand, a substitution or a return could take.
-- grain: item_id
-- Each share is 0..1 of what is on hand company-wide; the best of them counts in the score.
with
settings as (
    select * from src_settings
),

on_hand as (
    select
        positions.item_id,
        sum(positions.qty) as qty
    from fct_positions as positions
    inner join settings
        on positions.as_on = settings.facts_on
    group by positions.item_id
    having sum(positions.qty) > 0
),

demand as (
    select
        periods.item_id,
        sum(periods.used_qty)
        * any_value(settings.excess_horizon_days)
        / any_value(settings.demand_window_days) as horizon_qty,
        min(periods.period_no) as newest_period
    from fct_demand_periods as periods
    cross join settings
    where periods.period_no * 30 < settings.demand_window_days
    group by periods.item_id
),

open_orders as (
    select
        src_sales_orders.item_id,
        sum(
            coalesce(src_sales_orders.open_qty, src_sales_orders.qty)
        ) as open_qty
    from src_sales_orders
    cross join settings
    where
        src_sales_orders.ordered_on <= settings.facts_on
        and coalesce(src_sales_orders.status, 'open') = 'open'
    group by src_sales_orders.item_id
),

live_bom as (
    select
        src_bom.parent_id,
        src_bom.component_id,
        src_bom.substitute_group
    from src_bom
    cross join settings
    where
        coalesce(src_bom.valid_from <= settings.facts_on, true)
        and coalesce(src_bom.valid_to > settings.facts_on, true)
),

substitutes as (
    select distinct spare.component_id as item_id
    from live_bom as spare
    inner join live_bom as used
        on
            spare.parent_id = used.parent_id
            and spare.substitute_group = used.substitute_group
            and spare.component_id <> used.component_id
    inner join demand
        on used.component_id = demand.item_id
    where demand.newest_period <= 3
),

last_receipts as (
    select
        dates.item_id,
        max(dates.last_received_on) as last_received_on
    from fct_movement_dates as dates
    inner join settings
        on dates.as_on = settings.facts_on
    group by dates.item_id
),

terms as (
    select
        dim_item.item_id,
        max(
            coalesce(src_suppliers.return_cap_share, 1)
            * (1 - coalesce(src_suppliers.restock_fee_share, 0))
        ) as return_share
    from dim_item
    inner join src_suppliers
        on
            dim_item.supplier_id = src_suppliers.supplier_id
            and coalesce(src_suppliers.item_id, dim_item.item_id)
            = dim_item.item_id
    inner join last_receipts
        on dim_item.item_id = last_receipts.item_id
    cross join settings
    where
        date_diff('day', last_receipts.last_received_on, settings.as_of)
        <= src_suppliers.return_window_days
    group by dim_item.item_id
),

shares as (
    select
        on_hand.item_id,
        least(coalesce(demand.horizon_qty, 0) / on_hand.qty, 1)::double
            as demand_reuse,
        least(coalesce(open_orders.open_qty, 0) / on_hand.qty, 1)::double
            as order_reuse,
        case when substitutes.item_id is not null then 0.5 else 0 end::double
            as substitute_reuse,
        coalesce(terms.return_share, 0)::double as return_reuse
    from on_hand
    left join demand
        on on_hand.item_id = demand.item_id
    left join open_orders
        on on_hand.item_id = open_orders.item_id
    left join substitutes
        on on_hand.item_id = substitutes.item_id
    left join terms
        on on_hand.item_id = terms.item_id
),

best as (
    select
        *,
        greatest(demand_reuse, order_reuse, substitute_reuse, return_reuse, 0)
            as reuse_share
    from shares
)

select * from best
