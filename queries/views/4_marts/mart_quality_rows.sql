-- One row per thing in the data that is wrong or that nothing explains.
-- grain: row_no
-- finding is the code of what is wrong; detail holds what was found beside what
-- was expected. value is in company currency, where the row has any.
with
settings as (
    select * from src_settings
),

today as (
    select *
    from fct_judged_positions
    where is_current
),

costs as (
    select
        item_id,
        max(unit_cost) as unit_cost
    from today
    group by item_id
),

negatives as (
    select
        'negative_stock' as finding,
        debts.item_id,
        debts.warehouse_id,
        debts.lot_id,
        null as document_id,
        null as happened_on,
        -debts.qty as qty,
        coalesce(debts.qty * items.list_cost, 0) as value,
        null as detail
    from fct_stock_debts as debts
    left join fct_items as items
        on debts.item_id = items.item_id
    where debts.qty > 0
),

ledger as (
    select
        findings.finding,
        findings.item_id,
        findings.warehouse_id,
        findings.lot_id,
        findings.document_id,
        findings.posted_on as happened_on,
        findings.qty,
        coalesce(
            abs(findings.qty) * coalesce(costs.unit_cost, items.list_cost), 0
        ) as value,
        null as detail
    from fct_ledger_findings as findings
    left join fct_items as items
        on findings.item_id = items.item_id
    left join costs
        on findings.item_id = costs.item_id
    where findings.qty <> 0
),

costless as (
    select
        'missing_cost' as finding,
        layers.item_id,
        layers.warehouse_id,
        null as lot_id,
        null as document_id,
        null as happened_on,
        sum(layers.qty) as qty,
        0 as value,
        null as detail
    from fct_stock_layers as layers
    where layers.unit_cost is null and layers.status <> 'consigned'
    group by layers.item_id, layers.warehouse_id
),

undescribed as (
    select
        'unknown_item' as finding,
        items.item_id,
        null as warehouse_id,
        null as lot_id,
        null as document_id,
        null as happened_on,
        null as qty,
        coalesce(sum(today.value), 0) as value,
        null as detail
    from fct_items as items
    left join today
        on items.item_id = today.item_id
    where
        not items.is_described
        and exists (
            select 1
            from mart_tables as loaded
            where loaded.table_name = 'items' and loaded.row_count > 0
        )
    group by items.item_id
),

unplaced as (
    select
        'unknown_warehouse' as finding,
        null as item_id,
        dim_warehouse.warehouse_id,
        null as lot_id,
        null as document_id,
        null as happened_on,
        sum(today.qty) as qty,
        coalesce(sum(today.value), 0) as value,
        null as detail
    from dim_warehouse
    left join src_warehouses
        on dim_warehouse.warehouse_id = src_warehouses.warehouse_id
    left join today
        on dim_warehouse.warehouse_id = today.warehouse_id
    where
        src_warehouses.warehouse_id is null
        and dim_warehouse.warehouse_id <> ''
        and exists (
            select 1
            from mart_tables as loaded
            where loaded.table_name = 'warehouses' and loaded.row_count > 0
        )
    group by dim_warehouse.warehouse_id
),

later_than_snapshot as (
    select
        'date_after_snapshot' as finding,
        stock.item_id,
        stock.warehouse_id,
        stock.lot_id,
        null as document_id,
        stock.snapshot_on as happened_on,
        stock.qty,
        0 as value,
        strftime(
            greatest(stock.received_on, stock.last_issued_on), '%Y-%m-%d'
        ) as detail
    from stg_stock as stock
    cross join settings
    where
        stock.snapshot_on <= settings.facts_on
        and greatest(stock.received_on, stock.last_issued_on)
        > stock.snapshot_on
),

days as (
    select posted_on as day_on from stg_movements
    union
    select snapshot_on as day_on from stg_stock
),

last_days as (
    select
        day_on,
        lag(day_on) over (order by day_on) as day_before_on,
        row_number() over (order by day_on desc) as place
    from days
),

isolated as (
    select
        'isolated_last_day' as finding,
        movements.item_id,
        movements.warehouse_id,
        movements.lot_id,
        movements.document_id,
        movements.posted_on as happened_on,
        movements.qty,
        0 as value,
        strftime(last_days.day_before_on, '%Y-%m-%d') as detail
    from last_days
    inner join stg_movements as movements
        on last_days.day_on = movements.posted_on
    cross join settings
    where
        last_days.place = 1
        and date_diff('day', last_days.day_before_on, last_days.day_on)
        > settings.stale_after_days
),

fractions as (
    select
        'fraction_of_piece' as finding,
        layers.item_id,
        layers.warehouse_id,
        layers.lot_id,
        layers.document_id,
        null as happened_on,
        layers.qty,
        layers.value,
        items.unit as detail
    from fct_stock_layers as layers
    inner join fct_items as items
        on layers.item_id = items.item_id
    cross join settings
    where
        layers.qty <> floor(layers.qty)
        and list_contains(
            string_split(settings.whole_units, ','), lower(items.unit)
        )
),

mispriced as (
    select
        'cost_far_from_list' as finding,
        today.item_id,
        today.warehouse_id,
        null as lot_id,
        null as document_id,
        null as happened_on,
        today.qty,
        today.value,
        concat(today.unit_cost, ' / ', dim_item.unit_cost) as detail
    from today
    inner join dim_item
        on today.item_id = dim_item.item_id
    cross join settings
    where
        today.qty > 0
        and (
            today.unit_cost > dim_item.unit_cost * settings.cost_ratio_limit
            or dim_item.unit_cost > today.unit_cost * settings.cost_ratio_limit
        )
),

homeless as (
    select
        'no_warehouse' as finding,
        movements.item_id,
        null as warehouse_id,
        null as lot_id,
        null as document_id,
        max(movements.posted_on) as happened_on,
        sum(movements.qty) as qty,
        0 as value,
        count(*)::varchar as detail
    from stg_movements as movements
    cross join settings
    where
        movements.warehouse_id = ''
        and movements.posted_on <= settings.facts_on
    group by movements.item_id
),

undated as (
    select
        'unknown_age' as finding,
        layers.item_id,
        layers.warehouse_id,
        null as lot_id,
        null as document_id,
        null as happened_on,
        sum(layers.qty) as qty,
        sum(layers.value) as value,
        null as detail
    from fct_stock_layers as layers
    where layers.received_on is null and layers.received_to_on is null
    group by layers.item_id, layers.warehouse_id
),

currencies as (
    select
        'mixed_currency' as finding,
        null as item_id,
        stock.warehouse_id,
        null as lot_id,
        null as document_id,
        max(stock.snapshot_on) as happened_on,
        null as qty,
        0 as value,
        stock.currency as detail
    from stg_stock as stock
    cross join mart_data_status as status
    where stock.currency <> status.currency
    group by stock.warehouse_id, stock.currency
),

stale as (
    select
        'stale_snapshot' as finding,
        null as item_id,
        stock.warehouse_id,
        null as lot_id,
        null as document_id,
        max(stock.snapshot_on) as happened_on,
        null as qty,
        0 as value,
        date_diff(
            'day', max(stock.snapshot_on), any_value(settings.as_of)
        )::varchar as detail
    from stg_stock as stock
    cross join settings
    where stock.snapshot_on <= settings.facts_on
    group by stock.warehouse_id
    having
        date_diff('day', max(stock.snapshot_on), any_value(settings.as_of))
        > any_value(settings.stale_after_days)
),

found as (
    select * from negatives
    union all
    select * from ledger
    union all
    select * from costless
    union all
    select * from undescribed
    union all
    select * from unplaced
    union all
    select * from later_than_snapshot
    union all
    select * from isolated
    union all
    select * from fractions
    union all
    select * from mispriced
    union all
    select * from homeless
    union all
    select * from undated
    union all
    select * from currencies
    union all
    select * from stale
),

chosen as (
    select
        found.finding,
        found.item_id,
        nullif(found.warehouse_id, '') as warehouse_id,
        nullif(found.lot_id, '') as lot_id,
        found.document_id,
        found.happened_on::date as happened_on,
        found.qty::decimal(18, 4) as qty,
        found.value::decimal(28, 8) as value,
        found.detail,
        dim_item.name as item_name,
        dim_item.unit,
        dim_warehouse.name as warehouse_name
    from found
    inner join mart_chosen_places as places
        on coalesce(found.warehouse_id, '') = places.warehouse_id
    left join mart_chosen_items as items
        on found.item_id = items.item_id
    left join dim_item
        on found.item_id = dim_item.item_id
    left join dim_warehouse
        on found.warehouse_id = dim_warehouse.warehouse_id
    where
        items.item_id is not null
        or (
            found.item_id is null
            and coalesce(
                setting('item'), setting('search'), setting('category'),
                setting('material_type'), setting('supplier')
            ) is null
        )
),

numbered as (
    select
        row_number() over (
            order by
                finding asc,
                value desc,
                abs(qty) desc,
                item_id asc,
                warehouse_id asc,
                lot_id asc,
                document_id asc,
                happened_on asc,
                detail asc
        ) as row_no,
        *
    from chosen
)

select * from numbered
