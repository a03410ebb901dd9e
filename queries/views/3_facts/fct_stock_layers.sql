-- One row per layer on hand, with its status and the receipt it came with.
-- grain: item_id, warehouse_id, lot_id, status, layer_no
-- kept
-- received_on is exact or null; then received_from_on and received_to_on bound
-- it as far as records go. value is book value: the snapshot's cost, else the
-- item's, else the ledger's; cost_value is what the receipt cost, carried
-- through transfers.
with
settings as (
    select * from src_settings
),

shared as (
    select
        layers.item_id,
        shares.warehouse_id,
        layers.lot_id,
        shares.status,
        layers.received_on,
        layers.received_from_on,
        layers.received_to_on,
        layers.arrived_on,
        layers.document_id,
        layers.cost,
        layers.age_basis,
        layers.place_no,
        shares.qty
    from fct_lot_layers as layers
    inner join fct_layer_shares as shares
        on
            layers.item_id = shares.item_id
            and layers.warehouse_id = shares.from_id
            and layers.lot_id = shares.lot_id
            and layers.layer_no = shares.layer_no
    where layers.is_in_transit = 0
    union all
    select
        item_id,
        warehouse_id,
        lot_id,
        'in_transit' as status,
        received_on,
        received_from_on,
        received_to_on,
        arrived_on,
        document_id,
        cost,
        age_basis,
        place_no,
        qty
    from fct_lot_layers
    where is_in_transit = 1
),

last_costs as (
    select
        movements.item_id,
        arg_max(movements.unit_cost, movements.position) as unit_cost
    from stg_movements as movements
    cross join settings
    where
        movements.unit_cost is not null
        and movements.qty > 0
        and movements.posted_on <= settings.facts_on
    group by movements.item_id
),

place_costs as (
    select
        item_id,
        warehouse_id,
        cast(sum(costed_qty) as decimal(18, 4)) as costed_qty,
        cast(sum(costed_value) as decimal(36, 8)) as costed_value,
        min(low_cost) as low_cost,
        max(high_cost) as high_cost
    from fct_book_costs
    group by item_id, warehouse_id
),

costed as (
    select
        shared.*,
        cast(cast(shared.qty as decimal(22, 4)) / 10000 as decimal(18, 4))
            as on_hand_qty,
        cast(cast(shared.cost as decimal(22, 4)) / 10000 as decimal(18, 4))
            as receipt_cost,
        coalesce(lot_costs.costed_qty, place_costs.costed_qty) as costed_qty,
        coalesce(lot_costs.costed_value, place_costs.costed_value)
            as costed_value,
        coalesce(lot_costs.low_cost, place_costs.low_cost) as low_cost,
        coalesce(lot_costs.high_cost, place_costs.high_cost) as high_cost,
        dim_item.unit_cost as item_cost,
        last_costs.unit_cost as last_cost,
        case
            when lot_costs.item_id is not null then shared.lot_id
            else '*'
        end as costed_lot
    from shared
    left join fct_book_costs as lot_costs
        on
            shared.item_id = lot_costs.item_id
            and shared.warehouse_id = lot_costs.warehouse_id
            and shared.lot_id = lot_costs.lot_id
    left join place_costs
        on
            shared.item_id = place_costs.item_id
            and shared.warehouse_id = place_costs.warehouse_id
    left join dim_item
        on shared.item_id = dim_item.item_id
    left join last_costs
        on shared.item_id = last_costs.item_id
),

running as (
    select
        *,
        cast(
            sum(
                case when status = 'consigned' then 0 else on_hand_qty end
            ) over (
                partition by item_id, warehouse_id, costed_lot
                order by status, lot_id, place_no, document_id
                rows between unbounded preceding and current row
            ) as decimal(22, 4)
        ) as upto,
        cast(
            sum(
                case when status = 'consigned' then 0 else on_hand_qty end
            ) over (partition by item_id, warehouse_id, costed_lot)
            as decimal(22, 4)
        ) as owned_qty
    from costed
),

valued as (
    select
        *,
        case
            when status = 'consigned' then 0
            when low_cost is null
                then coalesce(item_cost, receipt_cost, last_cost)
            when low_cost = high_cost then low_cost
            else cast(
                costed_value / nullif(costed_qty, 0) as decimal(18, 4)
            )
        end as unit_cost,
        case
            when
                status <> 'consigned'
                and low_cost < high_cost
                and owned_qty = costed_qty
                then
                    case
                        when upto = owned_qty then costed_value
                        else cast(
                            costed_value * (upto / nullif(owned_qty, 0))
                            as decimal(36, 8)
                        )
                    end
                    - cast(
                        costed_value
                        * ((upto - on_hand_qty) / nullif(owned_qty, 0))
                        as decimal(36, 8)
                    )
        end as averaged_value
    from running
),

layers as (
    select
        item_id,
        warehouse_id,
        nullif(lot_id, '') as lot_id,
        status,
        row_number() over (
            partition by item_id, warehouse_id, lot_id, status
            order by place_no, document_id
        ) as layer_no,
        received_on,
        received_from_on,
        received_to_on,
        arrived_on,
        on_hand_qty as qty,
        unit_cost,
        cast(
            coalesce(averaged_value, on_hand_qty * unit_cost, 0)
            as decimal(28, 8)
        ) as value,
        receipt_cost,
        cast(on_hand_qty * receipt_cost as decimal(28, 8)) as cost_value,
        document_id,
        age_basis
    from valued
)

select * from layers
