-- The layers of the ledger as the replay gives them: quantity by both dates.
with
begun as (
    select
        keys.item_id,
        keys.warehouse_id,
        keys.lot_id,
        origins.posted_on as received_on,
        on_hand.arrived_on,
        layers.qty
    from fct_ledger_layers as layers
    inner join fct_ledger_on_hand as on_hand
        on
            layers.key_id = on_hand.key_id
            and layers.position = on_hand.position
            and layers.local_from = on_hand.local_from
    inner join fct_ledger_axes as origins
        on
            layers.origin_position = origins.position
            and case when layers.origin = 'debt' then 1 else 0 end
            = origins.is_out
    inner join fct_ledger_keys as keys
        on layers.key_id = keys.key_id
),

gathered as (
    select
        item_id,
        warehouse_id,
        lot_id,
        received_on,
        arrived_on,
        cast(sum(qty) as bigint) as qty
    from begun
    group by item_id, warehouse_id, lot_id, received_on, arrived_on
)

select * from gathered
