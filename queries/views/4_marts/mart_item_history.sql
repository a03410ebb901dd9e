-- One row per item, warehouse and month since its first line: in, out, stock.
-- grain: item_id, warehouse_id, month_on
-- stock_qty is the month's end (today for the last): before it, plus in_qty,
-- less out_qty, plus transfer_qty (net handed over), plus other_qty (openings,
-- counts, adjustments, gaps). A ledger without warehouses has warehouse_id ''.
with
settings as (
    select * from src_settings
),

changes as (
    select
        flows.item_id,
        flows.warehouse_id,
        date_trunc('month', flows.posted_on)::date as month_on,
        sum(flows.qty) as change
    from fct_stock_flows as flows
    inner join mart_item_profiles as items
        on flows.item_id = items.item_id
    inner join mart_chosen_places as places
        on flows.warehouse_id = places.warehouse_id
    group by
        flows.item_id,
        flows.warehouse_id,
        date_trunc('month', flows.posted_on)
),

moves as (
    select
        movements.item_id,
        movements.warehouse_id,
        date_trunc('month', movements.posted_on)::date as month_on,
        sum(movements.left_qty) filter (
            where movements.kind in (
                'receipt', 'production_in', 'customer_return'
            )
        ) as in_qty,
        -sum(movements.left_qty) filter (
            where movements.kind in (
                'issue', 'production_out', 'supplier_return', 'scrap'
            )
        ) as out_qty,
        sum(movements.left_qty) filter (where movements.kind = 'transfer')
            as transfer_qty
    from fct_movements_left as movements
    inner join mart_item_profiles as items
        on movements.item_id = items.item_id
    inner join mart_chosen_places as places
        on movements.warehouse_id = places.warehouse_id
    group by
        movements.item_id,
        movements.warehouse_id,
        date_trunc('month', movements.posted_on)
),

firsts as (
    select
        item_id,
        warehouse_id,
        min(month_on) as first_on
    from (
        select
            changes.item_id,
            changes.warehouse_id,
            changes.month_on
        from changes
        union all
        select
            moves.item_id,
            moves.warehouse_id,
            moves.month_on
        from moves
    ) as named
    group by item_id, warehouse_id
),

months as (
    select
        firsts.item_id,
        firsts.warehouse_id,
        unnest(
            generate_series(
                firsts.first_on,
                date_trunc('month', settings.facts_on)::date,
                interval 1 month
            )
        )::date as month_on,
        settings.facts_on
    from firsts
    cross join settings
),

joined as (
    select
        months.item_id,
        months.warehouse_id,
        months.month_on,
        least(last_day(months.month_on), months.facts_on) as ends_on,
        coalesce(moves.in_qty, 0) as in_qty,
        coalesce(moves.out_qty, 0) as out_qty,
        coalesce(moves.transfer_qty, 0) as transfer_qty,
        coalesce(changes.change, 0) as change
    from months
    left join changes
        on
            months.item_id = changes.item_id
            and months.warehouse_id = changes.warehouse_id
            and months.month_on = changes.month_on
    left join moves
        on
            months.item_id = moves.item_id
            and months.warehouse_id = moves.warehouse_id
            and months.month_on = moves.month_on
),

run as (
    select
        item_id,
        warehouse_id,
        month_on,
        ends_on,
        in_qty,
        out_qty,
        transfer_qty,
        change - in_qty + out_qty - transfer_qty as other_qty,
        sum(change) over (
            partition by item_id, warehouse_id order by month_on
            rows between unbounded preceding and current row
        ) as stock_qty
    from joined
)

select * from run
