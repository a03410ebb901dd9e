-- One row per layer and the place and status it was shared out to.
-- grain: item_id, from_id, lot_id, layer_no, warehouse_id, status
-- staged
-- Layer by layer, oldest first, by what each slot still has to get: whole units
-- first, then one unit each by the largest remainder. Only queues with more
-- than one slot need it; every other layer goes where its queue is.
with recursive
layers as (
    select
        item_id,
        warehouse_id as from_id,
        lot_id,
        layer_no,
        qty
    from fct_lot_layers
    where is_in_transit = 0
),

walk as (
    select
        item_id,
        from_id,
        lot_id,
        warehouse_id,
        status,
        to_get,
        cast(0 as bigint) as layer_no,
        cast(0 as bigint) as share
    from fct_stock_slots
    where slot_count > 1 and to_get > 0
    union all
    select
        item_id,
        from_id,
        lot_id,
        warehouse_id,
        status,
        to_get - share - least(
            to_get - share, greatest(left_over - (room_upto - room), 0)
        ) as to_get,
        layer_no,
        share + least(
            to_get - share, greatest(left_over - (room_upto - room), 0)
        ) as share
    from (
        select
            *,
            to_get - share as room,
            cast(
                sum(to_get - share) over (
                    partition by item_id, from_id, lot_id
                    order by warehouse_id, status
                    rows between unbounded preceding and current row
                ) as bigint
            ) as room_upto,
            qty - cast(
                sum(share) over (
                    partition by item_id, from_id, lot_id
                    order by warehouse_id, status
                    rows between unbounded preceding
                    and unbounded following
                ) as bigint
            ) as left_over
        from (
            select
                item_id,
                from_id,
                lot_id,
                warehouse_id,
                status,
                to_get,
                layer_no,
                qty,
                part + least(
                    least(10000, to_get - part),
                    greatest(
                        qty - parts - (
                            unit_upto - least(10000, to_get - part)
                        ),
                        0
                    )
                ) as share
            from (
                select
                    *,
                    cast(
                        sum(part) over (
                            partition by item_id, from_id, lot_id
                            order by warehouse_id, status
                            rows between unbounded preceding
                            and unbounded following
                        ) as bigint
                    ) as parts,
                    cast(
                        sum(least(10000, to_get - part)) over (
                            partition by item_id, from_id, lot_id
                            order by
                                part - wanted, warehouse_id, status
                            rows between unbounded preceding
                            and current row
                        ) as bigint
                    ) as unit_upto
                from (
                    select
                        *,
                        cast(qty as decimal(38, 0)) * to_get
                        / nullif(remaining, 0) as wanted,
                        least(
                            to_get,
                            cast(
                                floor(
                                    cast(qty as decimal(38, 0)) * to_get
                                    / nullif(remaining, 0) / 10000
                                ) as bigint
                            ) * 10000
                        ) as part
                    from (
                        select
                            walk.item_id,
                            walk.from_id,
                            walk.lot_id,
                            walk.warehouse_id,
                            walk.status,
                            walk.to_get,
                            layers.layer_no,
                            layers.qty,
                            cast(
                                sum(walk.to_get) over (
                                    partition by
                                        walk.item_id, walk.from_id,
                                        walk.lot_id
                                    order by walk.warehouse_id, walk.status
                                    rows between unbounded preceding
                                    and unbounded following
                                ) as bigint
                            ) as remaining
                        from walk
                        inner join layers
                            on
                                walk.item_id = layers.item_id
                                and walk.from_id = layers.from_id
                                and walk.lot_id = layers.lot_id
                                and walk.layer_no + 1 = layers.layer_no
                    ) as waiting
                ) as wished
            ) as halved
        ) as rounded
    ) as settled
),

single as (
    select
        item_id,
        from_id,
        lot_id,
        max(warehouse_id) as warehouse_id,
        max(status) as status
    from fct_stock_slots
    where slot_count = 1
    group by item_id, from_id, lot_id
),

many as (
    select distinct
        item_id,
        from_id,
        lot_id
    from fct_stock_slots
    where slot_count > 1
),

all_shares as (
    select
        item_id,
        from_id,
        lot_id,
        layer_no,
        warehouse_id,
        status,
        share as qty
    from walk
    where layer_no > 0 and share > 0
    union all
    select
        layers.item_id,
        layers.from_id,
        layers.lot_id,
        layers.layer_no,
        coalesce(single.warehouse_id, layers.from_id) as warehouse_id,
        coalesce(single.status, 'available') as status,
        layers.qty
    from layers
    left join single
        on
            layers.item_id = single.item_id
            and layers.from_id = single.from_id
            and layers.lot_id = single.lot_id
    left join many
        on
            layers.item_id = many.item_id
            and layers.from_id = many.from_id
            and layers.lot_id = many.lot_id
    where many.item_id is null
)

select * from all_shares
