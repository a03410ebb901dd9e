-- One row per item: its description, its open orders and ways out of its stock.
-- grain: item_id
-- kept
-- item_no numbers the items densely. on_order_qty is open with suppliers (of it
-- cancellable_qty can be cancelled), ordered_qty with customers. is_orphan: in
-- a bill of materials, but in no live one. has_live_substitution: a live parent
-- takes it in place of a component used of late. return_share is what the
-- supplier would take back, after the fee.
with
settings as (
    select * from src_settings
),

purchases as (
    select
        orders.item_id,
        cast(
            sum(
                coalesce(
                    orders.open_qty,
                    greatest(orders.qty - coalesce(orders.received_qty, 0), 0)
                )
            ) as decimal(18, 4)
        ) as on_order_qty,
        cast(
            sum(
                case
                    when
                        coalesce(
                            orders.cancel_until_on >= settings.facts_on,
                            orders.due_on
                            > settings.facts_on + settings.frozen_days,
                            true
                        )
                        then coalesce(
                            orders.open_qty,
                            greatest(
                                orders.qty - coalesce(orders.received_qty, 0),
                                0
                            )
                        )
                    else 0
                end
            ) as decimal(18, 4)
        ) as cancellable_qty
    from src_purchase_orders as orders
    cross join settings
    where
        orders.ordered_on <= settings.facts_on
        and coalesce(orders.status, 'open') = 'open'
    group by orders.item_id
),

sales as (
    select
        orders.item_id,
        cast(
            sum(coalesce(orders.open_qty, orders.qty)) as decimal(18, 4)
        ) as ordered_qty
    from src_sales_orders as orders
    cross join settings
    where
        orders.ordered_on <= settings.facts_on
        and coalesce(orders.status, 'open') = 'open'
    group by orders.item_id
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

used_of_late as (
    select distinct periods.item_id
    from fct_demand_periods as periods
    where periods.period_no <= 3 and periods.used_qty > 0
),

substitutions as (
    select distinct spare.component_id as item_id
    from live_bom as spare
    inner join live_bom as used
        on
            spare.parent_id = used.parent_id
            and spare.substitute_group = used.substitute_group
            and spare.component_id <> used.component_id
    inner join used_of_late
        on used.component_id = used_of_late.item_id
),

live_parents as (
    select distinct component_id as item_id
    from live_bom
),

all_parents as (
    select distinct component_id as item_id
    from src_bom
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
        date_diff('day', last_receipts.last_received_on, settings.facts_on)
        <= src_suppliers.return_window_days
    group by dim_item.item_id
),

ledger_costs as (
    select
        movements.item_id,
        max(movements.position) as position
    from fct_movements_left as movements
    where movements.unit_cost is not null and movements.left_qty > 0
    group by movements.item_id
),

last_costs as (
    select
        ledger_costs.item_id,
        movements.unit_cost
    from ledger_costs
    inner join fct_movements_left as movements
        on ledger_costs.position = movements.position
),

numbered as (
    select
        row_number() over (order by dim_item.item_id) as item_no,
        dim_item.item_id,
        dim_item.name as item_name,
        dim_item.category,
        dim_item.material_type,
        dim_item.unit,
        dim_item.status as item_status,
        dim_item.phase_out_on,
        dim_item.successor_id,
        dim_item.shelf_life_days,
        dim_item.supplier_id,
        dim_item.lead_time_days,
        dim_item.moq,
        dim_item.buyer,
        dim_item.price,
        dim_item.volume_m3,
        dim_item.is_strategic,
        dim_item.is_described,
        coalesce(dim_item.unit_cost, last_costs.unit_cost) as list_cost,
        coalesce(purchases.on_order_qty, 0) as on_order_qty,
        coalesce(purchases.cancellable_qty, 0) as cancellable_qty,
        coalesce(sales.ordered_qty, 0) as ordered_qty,
        substitutions.item_id is not null as has_live_substitution,
        all_parents.item_id is not null
        and live_parents.item_id is null as is_orphan,
        coalesce(cast(terms.return_share as double), 0) as return_share
    from dim_item
    left join purchases
        on dim_item.item_id = purchases.item_id
    left join sales
        on dim_item.item_id = sales.item_id
    left join substitutions
        on dim_item.item_id = substitutions.item_id
    left join live_parents
        on dim_item.item_id = live_parents.item_id
    left join all_parents
        on dim_item.item_id = all_parents.item_id
    left join terms
        on dim_item.item_id = terms.item_id
    left join last_costs
        on dim_item.item_id = last_costs.item_id
)

select * from numbered
