-- One row per place to count: the blind count sheets of the proposed list.
-- grain: batch_no, line_no
-- By warehouse and bin, count_batch_lines to a batch, and no batch goes over
-- two warehouses. Lots and bins are those of the newest snapshot that lists
-- the item there, else the lots that the ledger has on hand. No quantity is in
-- here.
with
settings as (
    select * from src_settings
),

plan as (
    select *
    from mart_count_plan
    where is_chosen
),

newest as (
    select
        stock.warehouse_id,
        max(stock.snapshot_on) as snapshot_on
    from stg_stock as stock
    cross join settings
    where stock.snapshot_on <= settings.facts_on
    group by stock.warehouse_id
),

listed as (
    select distinct
        stock.item_id,
        stock.warehouse_id,
        nullif(stock.lot_id, '') as lot_id,
        nullif(stock.bin, '') as bin
    from stg_stock as stock
    inner join newest
        on
            stock.warehouse_id = newest.warehouse_id
            and stock.snapshot_on = newest.snapshot_on
    inner join plan
        on
            stock.item_id = plan.item_id
            and stock.warehouse_id = plan.warehouse_id
    where stock.qty <> 0 and stock.status <> 'in_transit'
),

known as (
    select distinct
        layers.item_id,
        layers.warehouse_id,
        layers.lot_id,
        null as bin
    from fct_stock_layers as layers
    inner join plan
        on
            layers.item_id = plan.item_id
            and layers.warehouse_id = plan.warehouse_id
    where
        layers.status <> 'in_transit'
        and not exists (
            select 1
            from listed
            where
                listed.item_id = layers.item_id
                and listed.warehouse_id = layers.warehouse_id
        )
),

places as (
    select * from listed
    union all
    select * from known
),

lines as (
    select
        plan.plan_no,
        plan.warehouse_id,
        plan.warehouse_name,
        places.bin,
        plan.item_id,
        plan.item_name,
        places.lot_id,
        plan.unit,
        settings.count_batch_lines,
        row_number() over (
            partition by plan.warehouse_id
            order by
                places.bin asc nulls last,
                plan.item_id asc,
                places.lot_id asc nulls first
        ) - 1 as place
    from plan
    cross join settings
    left join places
        on
            plan.item_id = places.item_id
            and plan.warehouse_id = places.warehouse_id
),

batched as (
    select
        *,
        place // count_batch_lines as batch,
        place % count_batch_lines + 1 as line_no
    from lines
),

numbered as (
    select
        dense_rank() over (order by warehouse_id, batch) as batch_no,
        line_no,
        warehouse_id,
        warehouse_name,
        bin,
        item_id,
        item_name,
        lot_id,
        unit,
        plan_no
    from batched
)

select * from numbered
