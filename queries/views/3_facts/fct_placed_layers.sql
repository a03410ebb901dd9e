-- One row per layer on hand and bin it stands in: stock at its finest grain.
-- grain: item_id, warehouse_id, lot_id, status, layer_no, bin
-- kept
-- Snapshots know the bins of a lot and status, the ledger its layers: they are
-- laid side by side in the order of names and numbers, so that both sums stay.
-- Where the ledger moved stock since a snapshot that names several bins, it is
-- in none (bin ''). piece_no counts what an item has in a warehouse.
with
shelves as (
    select
        stock.item_id,
        stock.warehouse_id,
        stock.lot_id,
        stock.status,
        stock.bin,
        cast(sum(stock.qty) as decimal(18, 4)) as qty
    from stg_stock as stock
    inner join fct_snapshot_covers as newest
        on
            stock.warehouse_id = newest.warehouse_id
            and stock.snapshot_on = newest.snapshot_on
    where stock.qty > 0
    group by
        stock.item_id,
        stock.warehouse_id,
        stock.lot_id,
        stock.status,
        stock.bin
),

shelved as (
    select
        item_id,
        warehouse_id,
        lot_id,
        status,
        cast(sum(qty) as decimal(18, 4)) as qty,
        count(*) as bin_count,
        max(bin) as last_bin
    from shelves
    group by item_id, warehouse_id, lot_id, status
    having max(bin) <> ''
),

stacked as (
    select
        layers.*,
        shelved.bin_count,
        shelved.last_bin,
        shelved.qty as shelved_qty,
        sum(layers.qty) over (
            partition by
                layers.item_id,
                layers.warehouse_id,
                layers.lot_id,
                layers.status
        ) as stacked_qty,
        sum(layers.qty) over (
            partition by
                layers.item_id,
                layers.warehouse_id,
                layers.lot_id,
                layers.status
            order by layers.layer_no
            rows between unbounded preceding and current row
        ) as layer_upto
    from fct_stock_layers as layers
    inner join shelved
        on
            layers.item_id = shelved.item_id
            and layers.warehouse_id = shelved.warehouse_id
            and coalesce(layers.lot_id, '') = shelved.lot_id
            and layers.status = shelved.status
),

shelf_runs as (
    select
        *,
        sum(qty) over (
            partition by item_id, warehouse_id, lot_id, status
            order by bin
            rows between unbounded preceding and current row
        ) as bin_upto
    from shelves
),

side_by_side as (
    select
        layers.*,
        bins.bin,
        least(layers.layer_upto, bins.bin_upto)
        - greatest(layers.layer_upto - layers.qty, bins.bin_upto - bins.qty)
            as piece_qty
    from stacked as layers
    inner join shelf_runs as bins
        on
            layers.item_id = bins.item_id
            and layers.warehouse_id = bins.warehouse_id
            and coalesce(layers.lot_id, '') = bins.lot_id
            and layers.status = bins.status
            and layers.layer_upto > bins.bin_upto - bins.qty
            and bins.bin_upto > layers.layer_upto - layers.qty
    where
        layers.bin_count > 1
        and layers.stacked_qty = layers.shelved_qty
),

running as (
    select
        *,
        sum(piece_qty) over (
            partition by item_id, warehouse_id, lot_id, status, layer_no
            order by bin
            rows between unbounded preceding and current row
        ) as piece_upto
    from side_by_side
),

pieces as (
    select
        layers.item_id,
        layers.warehouse_id,
        layers.lot_id,
        layers.status,
        layers.layer_no,
        '' as bin,
        layers.qty,
        layers.value,
        layers.received_on,
        layers.received_from_on,
        layers.received_to_on,
        layers.arrived_on,
        layers.unit_cost,
        layers.receipt_cost,
        layers.document_id,
        layers.age_basis
    from fct_stock_layers as layers
    left join shelved
        on
            layers.item_id = shelved.item_id
            and layers.warehouse_id = shelved.warehouse_id
            and coalesce(layers.lot_id, '') = shelved.lot_id
            and layers.status = shelved.status
    where shelved.item_id is null
    union all
    select
        item_id,
        warehouse_id,
        lot_id,
        status,
        layer_no,
        case when bin_count = 1 then last_bin else '' end as bin,
        qty,
        value,
        received_on,
        received_from_on,
        received_to_on,
        arrived_on,
        unit_cost,
        receipt_cost,
        document_id,
        age_basis
    from stacked
    where bin_count = 1 or stacked_qty <> shelved_qty
    union all
    select
        item_id,
        warehouse_id,
        lot_id,
        status,
        layer_no,
        bin,
        cast(piece_qty as decimal(18, 4)) as qty,
        cast(
            case
                when piece_upto = qty then value
                else cast(
                    value * (piece_upto / nullif(qty, 0)) as decimal(28, 8)
                )
            end
            - cast(
                value * ((piece_upto - piece_qty) / nullif(qty, 0))
                as decimal(28, 8)
            ) as decimal(28, 8)
        ) as value,
        received_on,
        received_from_on,
        received_to_on,
        arrived_on,
        unit_cost,
        receipt_cost,
        document_id,
        age_basis
    from running
),

placed as (
    select
        pieces.*,
        items.item_no,
        scopes.scope_no,
        coalesce(pieces.received_on, pieces.received_to_on) as aged_from_on,
        row_number() over (
            partition by pieces.item_id, pieces.warehouse_id
            order by
                pieces.lot_id, pieces.status, pieces.layer_no, pieces.bin
        ) as piece_no
    from pieces
    inner join fct_items as items
        on pieces.item_id = items.item_id
    inner join fct_scopes as scopes
        on
            pieces.warehouse_id = scopes.place_id
            and coalesce(items.category, '') = coalesce(scopes.category, '')
            and coalesce(items.material_type, '')
            = coalesce(scopes.material_type, '')
)

select * from placed
