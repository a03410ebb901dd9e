-- One row per queue that gave more than it ever got: what records still owe.
-- grain: item_id, warehouse_id, lot_id
-- kept
-- Sum of layers less debts is the book quantity.
with
gone as (
    select
        key_id,
        max(to_pos) as to_pos
    from fct_ledger_axes
    where is_out = 1
    group by key_id
),

come as (
    select
        key_id,
        max(to_pos) as to_pos
    from fct_ledger_axes
    where is_out = 0
    group by key_id
),

beside as (
    select
        keys.warehouse_place,
        cast(
            sum(greatest(come.to_pos - coalesce(gone.to_pos, 0), 0)) as bigint
        ) as layered_qty
    from fct_ledger_keys as keys
    inner join come
        on keys.key_id = come.key_id
    left join gone
        on keys.key_id = gone.key_id
    where keys.has_lots = 1
    group by keys.warehouse_place
),

owed as (
    select
        keys.item_id,
        keys.warehouse_id,
        keys.lot_id,
        gone.to_pos - coalesce(come.to_pos, 0) - case
            when keys.has_lots = 1 and keys.lot_id = ''
                then least(
                    coalesce(beside.layered_qty, 0),
                    gone.to_pos - coalesce(come.to_pos, 0)
                )
            else 0
        end as qty,
        case
            when keys.has_lots = 1 and keys.lot_id = ''
                then least(
                    coalesce(beside.layered_qty, 0),
                    gone.to_pos - coalesce(come.to_pos, 0)
                )
            else 0
        end as paid_by_lots
    from fct_ledger_keys as keys
    inner join gone
        on keys.key_id = gone.key_id
    left join come
        on keys.key_id = come.key_id
    left join beside
        on keys.warehouse_place = beside.warehouse_place
    where gone.to_pos > coalesce(come.to_pos, 0)
),

debts as (
    select
        item_id,
        nullif(warehouse_id, '') as warehouse_id,
        nullif(lot_id, '') as lot_id,
        cast(cast(qty as decimal(22, 4)) / 10000 as decimal(18, 4)) as qty,
        cast(
            cast(paid_by_lots as decimal(22, 4)) / 10000 as decimal(18, 4)
        ) as paid_by_lots_qty
    from owed
)

select * from debts
