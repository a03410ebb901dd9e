-- One row per layer on hand, way it came and stop on it, first stop first.
-- grain: item_id, warehouse_id, lot_id, status, layer_no, path_no, stop_no
-- Stop 1 is where the layer's life began, the last one where it lies, or where
-- from it is under way. Layers of one document and arrival may have come by
-- several ways: qty is what the ledger says came by this one. is_owed: a place
-- handed over what it did not have; is_leaving: left it and has not arrived. A
-- receipt names its purchase order, supplier and buyer as far as records go.
with
layers as (
    select
        item_id,
        warehouse_id,
        lot_id,
        status,
        layer_no,
        document_id,
        arrived_on
    from mart_layers
    where document_id is not null
),

hops as (
    select hops.*
    from fct_layer_hops as hops
    semi join layers
        on hops.item_id = layers.item_id
),

ends as (
    select
        layers.item_id,
        layers.warehouse_id,
        layers.lot_id,
        layers.status,
        layers.layer_no,
        hops.stretch_position,
        hops.stretch_from,
        hops.piece_from,
        hops.piece_qty
    from hops
    inner join layers
        on
            hops.item_id = layers.item_id
            and hops.warehouse_id in ('', layers.warehouse_id)
            and hops.lot_id in ('', layers.lot_id)
            and hops.document_id = layers.document_id
            and hops.arrived_on is not distinct from layers.arrived_on
    where hops.is_end = 1
),

pieces as (
    select
        ends.item_id,
        ends.warehouse_id,
        ends.lot_id,
        ends.status,
        ends.layer_no,
        ends.stretch_position,
        ends.stretch_from,
        ends.piece_from,
        any_value(ends.piece_qty) as piece_qty,
        list(
            {
                'stop_warehouse_id': hops.hop_warehouse_id,
                'stop_lot_id': hops.hop_lot_id,
                'moved_on': hops.moved_on,
                'document_id': hops.document_id,
                'kind': hops.kind,
                'reference_id': hops.reference_id,
                'partner_id': hops.partner_id,
                'is_owed': hops.step = 'debt',
                'is_leaving': hops.hop_no = 0 and hops.is_in_transit = 1
            }
            order by hops.hop_no desc
        ) as stops
    from ends
    inner join hops
        on
            ends.stretch_position = hops.stretch_position
            and ends.stretch_from = hops.stretch_from
            and ends.piece_from >= hops.piece_from
            and ends.piece_from < hops.piece_from + hops.piece_qty
            and hops.step <> 'own'
    group by all
),

paths as (
    select
        item_id,
        warehouse_id,
        lot_id,
        status,
        layer_no,
        stops,
        (sum(piece_qty)::decimal(22, 4) / 10000)::decimal(18, 4) as qty
    from pieces
    group by all
),

numbered as (
    select
        * exclude (stops),
        row_number() over (
            partition by item_id, warehouse_id, lot_id, status, layer_no
            order by qty desc, stops asc
        ) as path_no,
        unnest(stops) as stop,
        generate_subscripts(stops, 1) as stop_no
    from paths
),

orders as (
    select
        order_id,
        item_id,
        any_value(supplier_id) as supplier_id,
        any_value(buyer) as buyer,
        min(ordered_on) as ordered_on,
        min(due_on) as due_on
    from src_purchase_orders
    group by order_id, item_id
),

suppliers as (
    select
        supplier_id,
        max(name) as name
    from src_suppliers
    group by supplier_id
),

named as (
    select
        numbered.item_id,
        numbered.warehouse_id,
        numbered.lot_id,
        numbered.status,
        numbered.layer_no,
        numbered.path_no,
        numbered.qty,
        numbered.stop_no,
        nullif(numbered.stop['stop_warehouse_id'], '') as stop_warehouse_id,
        nullif(dim_warehouse.name, '') as stop_warehouse_name,
        nullif(numbered.stop['stop_lot_id'], '') as stop_lot_id,
        numbered.stop['moved_on'] as moved_on,
        numbered.stop['document_id'] as document_id,
        numbered.stop['kind'] as kind,
        numbered.stop['reference_id'] as reference_id,
        numbered.stop['is_owed'] as is_owed,
        numbered.stop['is_leaving'] as is_leaving,
        numbered.stop['partner_id'] as partner_id,
        orders.order_id,
        orders.ordered_on,
        orders.due_on,
        case
            when numbered.stop['kind'] = 'receipt'
                then coalesce(orders.supplier_id, numbered.stop['partner_id'])
        end as supplier_id,
        suppliers.name as supplier_name,
        orders.buyer
    from numbered
    left join dim_warehouse
        on numbered.stop['stop_warehouse_id'] = dim_warehouse.warehouse_id
    left join orders
        on
            numbered.stop['kind'] = 'receipt'
            and numbered.item_id = orders.item_id
            and coalesce(
                numbered.stop['reference_id'], numbered.stop['document_id']
            ) = orders.order_id
    left join suppliers
        on
            numbered.stop['kind'] = 'receipt'
            and coalesce(orders.supplier_id, numbered.stop['partner_id'])
            = suppliers.supplier_id
)

select * from named
