-- The layers of the ledger as the replay gives them: quantity by both dates.
-- A line's position begins with its day.
with
gathered as (
    select
        key_id,
        origin_position // 10000000000 as received_day,
        position // 10000000000 as arrived_day,
        cast(sum(qty) as bigint) as qty
    from fct_ledger_layers
    group by
        key_id, origin_position // 10000000000, position // 10000000000
),

named as (
    select
        keys.item_id,
        keys.warehouse_id,
        keys.lot_id,
        date '1970-01-01' + cast(gathered.received_day as integer)
            as received_on,
        date '1970-01-01' + cast(gathered.arrived_day as integer)
            as arrived_on,
        gathered.qty
    from gathered
    inner join fct_ledger_keys as keys
        on gathered.key_id = keys.key_id
)

select * from named
