-- One row per item, warehouse and lot on hand: quantity, value, day of expiry.
-- grain: item_id, warehouse_id, lot_id
-- kept
-- The newest stated expiry wins; else the newest known receipt plus the item's
-- shelf life; else the lot does not expire.
with
settings as (
    select * from src_settings
),

layers as (
    select
        item_id,
        warehouse_id,
        coalesce(lot_id, '') as lot_id,
        cast(sum(qty) as decimal(18, 4)) as qty,
        cast(sum(value) as decimal(28, 8)) as value,
        min(received_on) as first_received_on,
        max(received_on) as last_received_on
    from fct_stock_layers
    where qty > 0
    group by item_id, warehouse_id, coalesce(lot_id, '')
),

stated as (
    select
        stock.item_id,
        stock.warehouse_id,
        stock.lot_id,
        stock.snapshot_on,
        max(stock.expires_on) as expires_on,
        row_number() over (
            partition by stock.item_id, stock.warehouse_id, stock.lot_id
            order by stock.snapshot_on desc
        ) as place
    from stg_stock as stock
    cross join settings
    where
        stock.expires_on is not null
        and stock.snapshot_on <= settings.facts_on
    group by
        stock.item_id, stock.warehouse_id, stock.lot_id, stock.snapshot_on
),

dated as (
    select
        layers.item_id,
        layers.warehouse_id,
        layers.lot_id,
        layers.qty,
        layers.value,
        layers.first_received_on,
        layers.last_received_on,
        coalesce(
            stated.expires_on,
            layers.last_received_on
            + cast(dim_item.shelf_life_days as integer)
        ) as expires_on,
        case
            when stated.expires_on is not null then 'stated'
            when
                layers.last_received_on is not null
                and dim_item.shelf_life_days is not null
                then 'shelf_life'
            else 'none'
        end as expiry_basis
    from layers
    inner join dim_item
        on layers.item_id = dim_item.item_id
    left join stated
        on
            layers.item_id = stated.item_id
            and layers.warehouse_id = stated.warehouse_id
            and layers.lot_id = stated.lot_id
            and stated.place = 1
)

select * from dated
