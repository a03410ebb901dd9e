-- One row per item, warehouse, day and source that knows of real use.
-- grain: item_id, warehouse_id, used_on, use_basis
-- staged
-- use_basis: ledger (lines of the kinds that count as use, unreversed),
-- snapshots (less than before: used after used_from_on, not after used_on),
-- stated (a snapshot's own last issue; quantity unknown).
with
settings as (
    select * from src_settings
),

told as (
    select
        movements.item_id,
        movements.warehouse_id,
        movements.posted_on as used_on,
        movements.posted_on as used_from_on,
        'ledger' as use_basis,
        cast(-movements.left_qty as decimal(18, 4)) as used_qty,
        movements.unit_cost
    from fct_movements_left as movements
    cross join settings
    where
        movements.left_qty < 0
        and concat(',', settings.use_kinds, ',')
        like concat('%,', movements.kind, ',%')
    union all
    select
        item_id,
        warehouse_id,
        changed_to_on as used_on,
        changed_from_on as used_from_on,
        'snapshots' as use_basis,
        cast(-qty as decimal(18, 4)) as used_qty,
        cast(null as decimal(18, 4)) as unit_cost
    from fct_snapshot_changes
    where qty < 0
    union all
    select
        stock.item_id,
        stock.warehouse_id,
        stock.last_issued_on as used_on,
        stock.last_issued_on as used_from_on,
        'stated' as use_basis,
        cast(0 as decimal(18, 4)) as used_qty,
        cast(null as decimal(18, 4)) as unit_cost
    from stg_stock as stock
    cross join settings
    where
        stock.snapshot_on <= settings.facts_on
        and stock.last_issued_on <= stock.snapshot_on
),

summed as (
    select
        item_id,
        warehouse_id,
        used_on,
        use_basis,
        min(used_from_on) as used_from_on,
        cast(sum(used_qty) as decimal(18, 4)) as used_qty,
        cast(
            sum(case when unit_cost is not null then used_qty else 0 end)
            as decimal(18, 4)
        ) as costed_qty,
        cast(coalesce(sum(used_qty * unit_cost), 0) as decimal(28, 8))
            as cost_value
    from told
    group by item_id, warehouse_id, used_on, use_basis
)

select * from summed
