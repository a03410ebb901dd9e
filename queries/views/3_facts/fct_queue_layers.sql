-- One row per layer of a queue, oldest first, before it is shared out.
-- grain: item_id, warehouse_id, lot_id, layer_no
-- staged
-- warehouse_id is '' where the ledger ages the whole item. Layers of one origin
-- and one arrival are one layer. In transit stands under its target, if known.
-- A lot's own received_on wins over the ledger's date.
with
queued as (
    select
        keys.item_id,
        keys.warehouse_id,
        keys.lot_id,
        on_hand.arrived_on,
        on_hand.unit,
        on_hand.is_front,
        on_hand.is_in_transit,
        on_hand.target_id,
        layers.position,
        layers.local_from,
        layers.origin_from,
        layers.origin,
        layers.origin_position,
        layers.lot_received_on,
        layers.qty
    from fct_ledger_layers as layers
    inner join fct_ledger_on_hand as on_hand
        on
            layers.key_id = on_hand.key_id
            and layers.position = on_hand.position
            and layers.local_from = on_hand.local_from
    inner join fct_ledger_keys as keys
        on layers.key_id = keys.key_id
),

described as (
    select
        queued.item_id,
        coalesce(queued.target_id, queued.warehouse_id) as warehouse_id,
        queued.lot_id,
        queued.is_in_transit,
        queued.unit,
        queued.position,
        queued.origin_from,
        case when queued.lot_received_on is null then 0 else 1 end
            as is_lot_dated,
        coalesce(queued.lot_received_on, origins.received_on) as received_on,
        coalesce(queued.lot_received_on, origins.received_to_on)
            as received_to_on,
        case
            when queued.is_front = 1 then origins.received_to_on
            else queued.arrived_on
        end as arrived_on,
        origins.document_id,
        origins.cost,
        queued.qty
    from queued
    inner join fct_ledger_origins as origins
        on
            queued.origin = origins.origin
            and queued.origin_position = origins.position
),

gathered as (
    select
        item_id,
        warehouse_id,
        lot_id,
        is_in_transit,
        received_on,
        is_lot_dated,
        received_to_on,
        arrived_on,
        document_id,
        cost,
        cast(sum(qty) as bigint) as qty,
        min(unit) as unit,
        min(position) as position,
        min(origin_from) as origin_from
    from described
    group by
        item_id,
        warehouse_id,
        lot_id,
        is_in_transit,
        received_on,
        is_lot_dated,
        received_to_on,
        arrived_on,
        document_id,
        cost
),

by_item as (
    select max(case when is_by_item then 1 else 0 end) as is_by_item
    from fct_snapshot_covers
),

ledger_layers as (
    select
        gathered.item_id,
        gathered.warehouse_id,
        gathered.lot_id,
        gathered.is_in_transit,
        gathered.received_on,
        gathered.received_on as received_from_on,
        gathered.received_to_on,
        gathered.arrived_on,
        gathered.document_id,
        gathered.cost,
        gathered.qty,
        case
            when gathered.is_lot_dated = 1 then 'lot'
            when by_item.is_by_item = 1 and gathered.warehouse_id = ''
                then 'item'
            else 'ledger'
        end as age_basis,
        row_number() over (
            partition by
                gathered.item_id, gathered.warehouse_id, gathered.lot_id
            order by
                gathered.is_in_transit, gathered.unit,
                gathered.position, gathered.origin_from,
                gathered.document_id, gathered.cost
        ) as layer_no,
        row_number() over (
            partition by gathered.item_id, gathered.warehouse_id
            order by
                gathered.is_in_transit, gathered.unit,
                gathered.position, gathered.origin_from,
                gathered.document_id, gathered.cost
        ) as place_no
    from gathered
    cross join by_item
),

all_layers as (
    select
        item_id,
        warehouse_id,
        lot_id,
        is_in_transit,
        received_on,
        received_from_on,
        received_to_on,
        arrived_on,
        document_id,
        cost,
        qty,
        age_basis,
        layer_no,
        place_no
    from ledger_layers
    union all
    select
        item_id,
        warehouse_id,
        lot_id,
        0 as is_in_transit,
        received_on,
        received_from_on,
        received_to_on,
        cast(null as date) as arrived_on,
        cast(null as varchar) as document_id,
        cast(null as bigint) as cost,
        qty,
        age_basis,
        layer_no,
        layer_no as place_no
    from fct_snapshot_layers
)

select * from all_layers
