-- One row per item, warehouse and snapshot that differs from the one before.
-- grain: item_id, warehouse_id, changed_to_on
-- staged
-- What is absent from a warehouse's snapshot was nothing there. It happened
-- after changed_from_on and not after changed_to_on. Only where no ledger tells
-- the story: there these changes stand for movements.
with
settings as (
    select * from src_settings
),

ledger_starts as (
    select
        movements.warehouse_id,
        min(movements.posted_on) as ledger_from_on
    from stg_movements as movements
    group by movements.warehouse_id
),

days as (
    select distinct
        stock.warehouse_id,
        stock.snapshot_on
    from stg_stock as stock
    cross join settings
    where stock.snapshot_on <= settings.facts_on
),

sequence_of_days as (
    select
        warehouse_id,
        snapshot_on,
        lag(snapshot_on) over (
            partition by warehouse_id order by snapshot_on
        ) as prior_on,
        lead(snapshot_on) over (
            partition by warehouse_id order by snapshot_on
        ) as next_on
    from days
),

untold as (
    select
        sequence_of_days.warehouse_id,
        sequence_of_days.snapshot_on,
        sequence_of_days.prior_on,
        sequence_of_days.next_on
    from sequence_of_days
    left join ledger_starts
        on sequence_of_days.warehouse_id = ledger_starts.warehouse_id
    left join ledger_starts as bare_starts
        on bare_starts.warehouse_id = ''
    where
        coalesce(
            ledger_starts.ledger_from_on > sequence_of_days.snapshot_on, true
        )
        and coalesce(
            bare_starts.ledger_from_on > sequence_of_days.snapshot_on, true
        )
),

held as (
    select
        untold.warehouse_id,
        untold.snapshot_on,
        untold.prior_on,
        untold.next_on,
        stock.item_id,
        cast(sum(stock.qty) as decimal(18, 4)) as qty
    from untold
    inner join stg_stock as stock
        on
            untold.warehouse_id = stock.warehouse_id
            and untold.snapshot_on = stock.snapshot_on
    group by
        untold.warehouse_id,
        untold.snapshot_on,
        untold.prior_on,
        untold.next_on,
        stock.item_id
),

chained as (
    select
        item_id,
        warehouse_id,
        snapshot_on,
        prior_on,
        next_on,
        qty,
        lag(snapshot_on) over (
            partition by item_id, warehouse_id order by snapshot_on
        ) as held_before_on,
        lag(qty) over (
            partition by item_id, warehouse_id order by snapshot_on
        ) as held_before_qty,
        lead(snapshot_on) over (
            partition by item_id, warehouse_id order by snapshot_on
        ) as held_after_on
    from held
),

changed as (
    select
        item_id,
        warehouse_id,
        prior_on as changed_from_on,
        snapshot_on as changed_to_on,
        cast(
            qty - case
                when held_before_on = prior_on then held_before_qty else 0
            end as decimal(18, 4)
        ) as change
    from chained
    where prior_on is not null
    union all
    select
        chained.item_id,
        chained.warehouse_id,
        chained.snapshot_on as changed_from_on,
        chained.next_on as changed_to_on,
        cast(-chained.qty as decimal(18, 4)) as change
    from chained
    inner join untold
        on
            chained.warehouse_id = untold.warehouse_id
            and chained.next_on = untold.snapshot_on
    where
        chained.held_after_on is null
        or chained.held_after_on > chained.next_on
),

moved as (
    select
        item_id,
        warehouse_id,
        changed_from_on,
        changed_to_on,
        change as qty
    from changed
    where change <> 0
)

select * from moved
