-- One row per judged day, item and warehouse: quantity and book value.
-- grain: as_on, item_id, warehouse_id
-- kept
-- Today's rows are the sums of the layers, so that both always agree; what a
-- newest snapshot lists with nothing on hand stays listed. On a past day on
-- hand is each warehouse's newest snapshot up to it plus what the ledger says
-- came later; a warehouse without a snapshot stands on the ledger alone, and
-- the ledger's lines without a warehouse count only while there is no snapshot.
with
settings as (
    select * from src_settings
),

calendar as (
    select * from fct_calendar
),

past as (
    select as_on
    from calendar
    where steps_back > 0
),

today as (
    select
        settings.facts_on as as_on,
        layers.item_id,
        layers.warehouse_id,
        layers.qty,
        layers.unit_cost,
        layers.value,
        cast(0 as decimal(18, 4)) as debt_qty
    from fct_stock_layers as layers
    cross join settings
    union all
    select
        settings.facts_on as as_on,
        debts.item_id,
        coalesce(debts.warehouse_id, '') as warehouse_id,
        cast(0 as decimal(18, 4)) as qty,
        cast(null as decimal(18, 4)) as unit_cost,
        cast(0 as decimal(28, 8)) as value,
        debts.qty as debt_qty
    from fct_stock_debts as debts
    cross join settings
    where debts.qty > 0
    union all
    select
        settings.facts_on as as_on,
        stock.item_id,
        stock.warehouse_id,
        cast(0 as decimal(18, 4)) as qty,
        stock.unit_cost,
        cast(0 as decimal(28, 8)) as value,
        cast(0 as decimal(18, 4)) as debt_qty
    from stg_stock as stock
    inner join fct_snapshot_covers as newest
        on
            stock.warehouse_id = newest.warehouse_id
            and stock.snapshot_on = newest.snapshot_on
    cross join settings
    where stock.qty = 0
),

today_sums as (
    select
        as_on,
        item_id,
        warehouse_id,
        cast(sum(qty) as decimal(18, 4)) as qty,
        max(unit_cost) as unit_cost,
        cast(sum(value) as decimal(28, 8)) as value,
        cast(sum(debt_qty) as decimal(18, 4)) as debt_qty
    from today
    group by as_on, item_id, warehouse_id
),

covers as (
    select
        past.as_on,
        stock.warehouse_id,
        max(stock.snapshot_on) as snapshot_on
    from (
        select distinct
            warehouse_id,
            snapshot_on
        from stg_stock
    ) as stock
    inner join past
        on stock.snapshot_on <= past.as_on
    group by past.as_on, stock.warehouse_id
),

snapshot_rows as (
    select
        covers.as_on,
        stock.item_id,
        stock.warehouse_id,
        stock.qty,
        stock.unit_cost,
        case when stock.status = 'consigned' then 0 else stock.qty end
            as owned_qty
    from stg_stock as stock
    inner join covers
        on
            stock.warehouse_id = covers.warehouse_id
            and stock.snapshot_on = covers.snapshot_on
),

flow_sums as (
    select
        calendar.as_on,
        flows.item_id,
        flows.warehouse_id,
        sum(flows.qty) as qty
    from fct_stock_flows as flows
    inner join calendar
        on
            flows.posted_on <= calendar.as_on
            and (
                flows.posted_on > calendar.prior_on
                or calendar.prior_on is null
                or calendar.steps_back = 36
            )
    group by calendar.as_on, flows.item_id, flows.warehouse_id
),

uncovered as (
    select
        past.as_on,
        flow_sums.item_id,
        flow_sums.warehouse_id,
        sum(flow_sums.qty) as qty
    from flow_sums
    inner join past
        on flow_sums.as_on <= past.as_on
    left join covers
        on
            past.as_on = covers.as_on
            and (
                flow_sums.warehouse_id = covers.warehouse_id
                or flow_sums.warehouse_id = ''
            )
    where covers.as_on is null
    group by past.as_on, flow_sums.item_id, flow_sums.warehouse_id
),

later as (
    select
        covers.as_on,
        flows.item_id,
        flows.warehouse_id,
        sum(flows.qty) as qty
    from covers
    inner join fct_stock_flows as flows
        on
            covers.warehouse_id = flows.warehouse_id
            and covers.snapshot_on < flows.posted_on
            and covers.as_on >= flows.posted_on
    where covers.snapshot_on < covers.as_on
    group by covers.as_on, flows.item_id, flows.warehouse_id
),

parts as (
    select
        as_on,
        item_id,
        warehouse_id,
        qty,
        owned_qty,
        case when unit_cost is not null then owned_qty * unit_cost end
            as costed_value,
        case when unit_cost is not null then owned_qty end as costed_qty,
        unit_cost
    from snapshot_rows
    union all
    select
        as_on,
        item_id,
        warehouse_id,
        qty,
        qty as owned_qty,
        null as costed_value,
        null as costed_qty,
        null as unit_cost
    from later
    union all
    select
        as_on,
        item_id,
        warehouse_id,
        qty,
        qty as owned_qty,
        null as costed_value,
        null as costed_qty,
        null as unit_cost
    from uncovered
),

ledger_costs as (
    select
        item_id,
        arg_max(unit_cost, position) as unit_cost
    from stg_movements
    where unit_cost is not null and qty > 0
    group by item_id
),

summed as (
    select
        parts.as_on,
        parts.item_id,
        parts.warehouse_id,
        cast(sum(parts.qty) as decimal(18, 4)) as qty,
        cast(sum(parts.owned_qty) as decimal(18, 4)) as owned_qty,
        cast(coalesce(sum(parts.costed_qty), 0) as decimal(18, 4))
            as costed_qty,
        coalesce(sum(parts.costed_value), 0) as costed_value,
        max(parts.unit_cost) as snapshot_cost
    from parts
    group by parts.as_on, parts.item_id, parts.warehouse_id
),

valued as (
    select
        summed.as_on,
        summed.item_id,
        summed.warehouse_id,
        summed.qty,
        coalesce(
            summed.snapshot_cost, dim_item.unit_cost, ledger_costs.unit_cost
        ) as unit_cost,
        cast(
            summed.costed_value
            + (summed.owned_qty - summed.costed_qty)
            * coalesce(
                summed.snapshot_cost,
                dim_item.unit_cost,
                ledger_costs.unit_cost,
                0
            ) as decimal(28, 8)
        ) as book_value
    from summed
    left join dim_item
        on summed.item_id = dim_item.item_id
    left join ledger_costs
        on summed.item_id = ledger_costs.item_id
    where summed.qty <> 0
),

positions as (
    select
        as_on,
        item_id,
        warehouse_id,
        qty,
        unit_cost,
        value,
        debt_qty
    from today_sums
    union all
    select
        as_on,
        item_id,
        warehouse_id,
        greatest(qty, 0) as qty,
        unit_cost,
        greatest(book_value, 0) as value,
        greatest(-qty, 0) as debt_qty
    from valued
)

select * from positions
