-- One row per layer and the snapshot's lot it lies in, oldest first.
-- grain: item_id, warehouse_id, lot_id, is_in_transit, layer_no
-- staged
-- Only where the snapshot names lots that the ledger does not: then the place's
-- layers go to its lots oldest first, lots with a date in order of that date,
-- and that date wins over the ledger's.
with
covers as (
    select
        warehouse_id,
        snapshot_on,
        is_explained,
        is_by_item
    from fct_snapshot_covers
),

lots as (
    select
        stock.item_id,
        stock.warehouse_id,
        stock.lot_id,
        min(case when stock.lot_id <> '' then stock.received_on end)
            as received_on,
        cast(sum(stock.qty) * 10000 as bigint) as qty
    from stg_stock as stock
    inner join covers
        on
            stock.warehouse_id = covers.warehouse_id
            and stock.snapshot_on = covers.snapshot_on
    where covers.is_explained and not covers.is_by_item
    group by stock.item_id, stock.warehouse_id, stock.lot_id
    having sum(stock.qty) > 0
),

lotted_places as (
    select distinct
        item_id,
        warehouse_id
    from lots
    where lot_id <> ''
),

known_lots as (
    select distinct
        item_id,
        warehouse_id
    from fct_ledger_keys
    where lot_id <> '' and has_lots = 1
),

foreign_places as (
    select
        lotted_places.item_id,
        lotted_places.warehouse_id
    from lotted_places
    left join known_lots
        on
            lotted_places.item_id = known_lots.item_id
            and lotted_places.warehouse_id = known_lots.warehouse_id
    where known_lots.item_id is null
),

lot_axis as (
    select
        lots.item_id,
        lots.warehouse_id,
        lots.lot_id,
        lots.received_on,
        lots.qty,
        cast(
            sum(lots.qty) over (
                partition by lots.item_id, lots.warehouse_id
                order by
                    coalesce(lots.received_on, date '9999-12-31'),
                    lots.lot_id
                rows between unbounded preceding and current row
            ) as bigint
        ) as to_pos,
        cast(
            sum(lots.qty) over (
                partition by lots.item_id, lots.warehouse_id
            ) as bigint
        ) as total
    from lots
    inner join foreign_places
        on
            lots.item_id = foreign_places.item_id
            and lots.warehouse_id = foreign_places.warehouse_id
),

layer_axis as (
    select
        layers.*,
        cast(
            sum(layers.qty) over (
                partition by layers.item_id, layers.warehouse_id
                order by layers.place_no
                rows between unbounded preceding and current row
            ) as bigint
        ) as to_pos,
        cast(
            sum(layers.qty) over (
                partition by layers.item_id, layers.warehouse_id
            ) as bigint
        ) as total
    from fct_queue_layers as layers
    inner join foreign_places
        on
            layers.item_id = foreign_places.item_id
            and layers.warehouse_id = foreign_places.warehouse_id
    where layers.is_in_transit = 0
),

lot_ends as (
    select
        item_id,
        warehouse_id,
        max(total) as total
    from lot_axis
    group by item_id, warehouse_id
),

shifted as (
    select
        layer_axis.item_id,
        layer_axis.warehouse_id,
        layer_axis.layer_no,
        layer_axis.place_no,
        layer_axis.received_on,
        layer_axis.received_from_on,
        layer_axis.received_to_on,
        layer_axis.arrived_on,
        layer_axis.document_id,
        layer_axis.cost,
        layer_axis.qty,
        layer_axis.age_basis,
        lot_ends.total as lots_total,
        layer_axis.to_pos
        + greatest(lot_ends.total - layer_axis.total, 0) as to_pos
    from layer_axis
    inner join lot_ends
        on
            layer_axis.item_id = lot_ends.item_id
            and layer_axis.warehouse_id = lot_ends.warehouse_id
),

in_lots as (
    select
        shifted.item_id,
        shifted.warehouse_id,
        lot_axis.lot_id,
        coalesce(lot_axis.received_on, shifted.received_on) as received_on,
        coalesce(lot_axis.received_on, shifted.received_from_on)
            as received_from_on,
        coalesce(lot_axis.received_on, shifted.received_to_on)
            as received_to_on,
        shifted.arrived_on,
        shifted.document_id,
        shifted.cost,
        shifted.place_no,
        case
            when lot_axis.received_on is not null then 'lot'
            else shifted.age_basis
        end as age_basis,
        least(shifted.to_pos, lot_axis.to_pos)
        - greatest(
            shifted.to_pos - shifted.qty, lot_axis.to_pos - lot_axis.qty
        ) as qty
    from shifted
    inner join lot_axis
        on
            shifted.item_id = lot_axis.item_id
            and shifted.warehouse_id = lot_axis.warehouse_id
            and shifted.to_pos > lot_axis.to_pos - lot_axis.qty
            and shifted.to_pos - shifted.qty < lot_axis.to_pos
    union all
    select
        item_id,
        warehouse_id,
        '' as lot_id,
        received_on,
        received_from_on,
        received_to_on,
        arrived_on,
        document_id,
        cost,
        place_no,
        age_basis,
        to_pos - greatest(to_pos - qty, lots_total) as qty
    from shifted
    where to_pos > lots_total
),

kept_lots as (
    select
        layers.item_id,
        layers.warehouse_id,
        layers.lot_id,
        layers.received_on,
        layers.received_from_on,
        layers.received_to_on,
        layers.arrived_on,
        layers.document_id,
        layers.cost,
        layers.place_no,
        layers.age_basis,
        layers.qty,
        layers.is_in_transit
    from fct_queue_layers as layers
    left join foreign_places
        on
            layers.item_id = foreign_places.item_id
            and layers.warehouse_id = foreign_places.warehouse_id
            and layers.is_in_transit = 0
    where foreign_places.item_id is null
),

all_layers as (
    select
        item_id,
        warehouse_id,
        lot_id,
        received_on,
        received_from_on,
        received_to_on,
        arrived_on,
        document_id,
        cost,
        place_no,
        age_basis,
        qty,
        0 as is_in_transit
    from in_lots
    union all
    select
        item_id,
        warehouse_id,
        lot_id,
        received_on,
        received_from_on,
        received_to_on,
        arrived_on,
        document_id,
        cost,
        place_no,
        age_basis,
        qty,
        is_in_transit
    from kept_lots
),

numbered as (
    select
        *,
        row_number() over (
            partition by item_id, warehouse_id, lot_id, is_in_transit
            order by place_no
        ) as layer_no
    from all_layers
)

select * from numbered
