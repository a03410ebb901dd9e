-- One row per item, warehouse, lot and receipt still on hand.
-- grain: item_id, warehouse_id, lot_id, received_on, arrived_on, document_id
-- kept
-- Quantity that no record explains keeps received_on null: it is older than our records.
with
settings as (
    select * from src_settings
),

on_hand as (
    select
        positions.item_id,
        positions.warehouse_id,
        positions.qty,
        positions.unit_cost,
        positions.value
    from fct_positions as positions
    inner join settings
        on positions.as_on = settings.facts_on
    where positions.qty > 0
),

receipts as (
    select
        movements.item_id,
        movements.warehouse_id,
        movements.posted_on,
        movements.document_id,
        sum(movements.qty) as qty,
        min(movements.position) as position
    from stg_movements as movements
    cross join settings
    where movements.qty > 0 and movements.posted_on <= settings.facts_on
    group by
        movements.item_id,
        movements.warehouse_id,
        movements.posted_on,
        movements.document_id
),

newest_first as (
    select
        *,
        sum(qty) over (
            partition by item_id, warehouse_id order by position desc
            rows between unbounded preceding and current row
        ) - qty as newer_qty
    from receipts
),

explained as (
    select
        on_hand.item_id,
        on_hand.warehouse_id,
        on_hand.unit_cost,
        newest_first.posted_on as received_on,
        newest_first.document_id,
        least(newest_first.qty, on_hand.qty - newest_first.newer_qty) as qty
    from on_hand
    inner join newest_first
        on
            on_hand.item_id = newest_first.item_id
            and on_hand.warehouse_id = newest_first.warehouse_id
    where newest_first.newer_qty < on_hand.qty
),

unexplained as (
    select
        on_hand.item_id,
        on_hand.warehouse_id,
        on_hand.unit_cost,
        on_hand.qty - coalesce(sum(explained.qty), 0) as qty
    from on_hand
    left join explained
        on
            on_hand.item_id = explained.item_id
            and on_hand.warehouse_id = explained.warehouse_id
    group by
        on_hand.item_id,
        on_hand.warehouse_id,
        on_hand.unit_cost,
        on_hand.qty
),

layers as (
    select
        item_id,
        warehouse_id,
        cast(null as varchar) as lot_id,
        received_on,
        received_on as arrived_on,
        document_id,
        cast(qty as decimal(18, 4)) as qty,
        unit_cost,
        'ledger' as age_basis
    from explained
    union all
    select
        item_id,
        warehouse_id,
        cast(null as varchar) as lot_id,
        cast(null as date) as received_on,
        cast(null as date) as arrived_on,
        cast(null as varchar) as document_id,
        cast(qty as decimal(18, 4)) as qty,
        unit_cost,
        'unknown' as age_basis
    from unexplained
    where qty > 0
),

valued as (
    select
        *,
        cast(coalesce(qty * unit_cost, 0) as decimal(28, 8)) as value
    from layers
)

select * from valued
