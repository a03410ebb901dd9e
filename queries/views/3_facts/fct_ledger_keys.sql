-- One row per item, warehouse and lot with a queue of its own, numbered.
-- grain: key_id
-- staged
-- item_place and warehouse_place name the whole item, and the item in one
-- warehouse, by their smallest key. Where a count without a lot meets lots, its
-- shortage takes the oldest of all of them: is_counted_across.
with
named as (
    select
        item_id,
        warehouse_id,
        lot_id,
        has_counts,
        case when lot_id = '' then has_counts else 0 end as has_bare_counts
    from fct_ledger_queues
    union all
    select
        item_id,
        warehouse_id,
        lot_id,
        1 as has_counts,
        1 - is_by_lot as has_bare_counts
    from fct_snapshot_sums
),

grouped as (
    select
        item_id,
        warehouse_id,
        lot_id,
        max(has_counts) as has_counts,
        max(has_bare_counts) as has_bare_counts
    from named
    group by item_id, warehouse_id, lot_id
),

numbered as (
    select
        item_id,
        warehouse_id,
        lot_id,
        has_counts,
        has_bare_counts,
        cast(
            row_number() over (order by item_id, warehouse_id, lot_id)
            as integer
        ) as key_id,
        cast(rank() over (order by item_id) as integer) as item_place,
        cast(rank() over (order by item_id, warehouse_id) as integer)
            as warehouse_place
    from grouped
),

placed as (
    select
        *,
        max(case when lot_id <> '' then 1 else 0 end)
            over (partition by warehouse_place) as has_lots,
        max(has_bare_counts)
            over (partition by warehouse_place) as place_has_bare_counts
    from numbered
),

flagged as (
    select
        item_id,
        warehouse_id,
        lot_id,
        key_id,
        has_counts,
        has_lots,
        item_place,
        warehouse_place,
        has_lots * place_has_bare_counts as is_counted_across
    from placed
)

select * from flagged
