-- One row per lot on hand that expires: when, and what will be left by then.
-- grain: item_id, warehouse_id, lot_id
-- First expired, first out, over the whole company, at the demand of the
-- window; a lot can be used until customer_life_days before it expires.
-- wasted_qty is what demand does not reach by then.
with
settings as (
    select * from src_settings
),

demand as (
    select
        item_id,
        any_value(used_qty_per_day) as used_qty_per_day
    from mart_item_classes
    group by item_id
),

lots as (
    select
        lots.*,
        settings.as_of as judged_on,
        coalesce(demand.used_qty_per_day, 0) as used_qty_per_day,
        date_diff('day', settings.as_of, lots.expires_on) as remaining_days,
        greatest(
            date_diff('day', settings.as_of, lots.expires_on)
            - settings.customer_life_days, 0
        ) as usable_days,
        settings.shelf_alert_days
    from fct_lots as lots
    cross join settings
    left join demand
        on lots.item_id = demand.item_id
    where lots.expires_on is not null
),

-- What demand has taken when a lot expires is the least of all that was there
-- and, for each lot up to it, what its day allowed plus what came behind it.
stacked as (
    select
        *,
        sum(qty) over fefo as stacked_qty,
        used_qty_per_day * usable_days - sum(qty) over fefo as slack_qty
    from lots
    window
        fefo as (
            partition by item_id
            order by expires_on asc, warehouse_id asc, lot_id asc
            rows between unbounded preceding and current row
        )
),

walked as (
    select
        *,
        stacked_qty + least(
            min(slack_qty) over (
                partition by item_id
                order by expires_on asc, warehouse_id asc, lot_id asc
                rows between unbounded preceding and current row
            ), 0
        ) as taken_qty
    from stacked
),

split as (
    select
        *,
        taken_qty - coalesce(
            lag(taken_qty) over (
                partition by item_id
                order by expires_on asc, warehouse_id asc, lot_id asc
            ), 0
        ) as used_before_expiry_qty
    from walked
),

named as (
    select
        split.item_id,
        split.warehouse_id,
        split.lot_id,
        stock.item_name,
        stock.warehouse_name,
        stock.category,
        stock.material_type,
        stock.unit,
        stock.state,
        stock.tier,
        split.qty,
        split.value,
        split.first_received_on,
        split.expires_on,
        split.expiry_basis,
        split.remaining_days,
        split.usable_days,
        split.used_qty_per_day,
        split.used_before_expiry_qty,
        split.qty - split.used_before_expiry_qty as wasted_qty,
        split.value * (split.qty - split.used_before_expiry_qty)
        / nullif(split.qty, 0) as wasted_value,
        case
            when split.remaining_days < 0 then 'expired'
            when split.remaining_days <= split.shelf_alert_days then 'short'
            else 'long'
        end as shelf_state
    from split
    inner join mart_tiered_stock as stock
        on
            split.item_id = stock.item_id
            and split.warehouse_id = stock.warehouse_id
)

select * from named
