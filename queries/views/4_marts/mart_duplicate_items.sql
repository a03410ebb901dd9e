-- One row per item code in the filter's groups of codes for one and the same.
-- grain: item_id
-- A group is every code that pairs of duplicate_from_score or more hold
-- together; it is shown whole as soon as one of its codes is in the filter, the
-- stock is the filter's. is_kept proposes the code used last (then the one of
-- most value); cluster_no orders the groups by value.
with recursive
settings as (
    select * from src_settings
),

links as (
    select
        pairs.item_id,
        pairs.other_id
    from mart_duplicate_pairs as pairs
    cross join settings
    where pairs.score >= settings.duplicate_from_score
    union all
    select
        pairs.other_id as item_id,
        pairs.item_id as other_id
    from mart_duplicate_pairs as pairs
    cross join settings
    where pairs.score >= settings.duplicate_from_score
),

reached as (
    select
        item_id,
        item_id as first_id
    from links
    union
    select
        links.other_id as item_id,
        reached.first_id
    from reached
    inner join links
        on reached.item_id = links.item_id
    where reached.first_id < links.other_id
),

grouped as (
    select
        item_id,
        min(first_id) as cluster_id
    from reached
    group by item_id
),

positions as (
    select
        stock.item_id,
        stock.warehouse_id,
        stock.qty,
        stock.value,
        stock.is_slow
    from mart_tiered_stock as stock
    inner join grouped
        on stock.item_id = grouped.item_id
),

on_hand as (
    select
        item_id,
        sum(qty) as qty,
        sum(value) as value,
        coalesce(sum(value) filter (where is_slow), 0) as slow_value,
        count(*) filter (where qty > 0) as warehouse_count
    from positions
    group by item_id
),

ages as (
    select
        layers.item_id,
        min(coalesce(layers.received_on, layers.received_to_on)) as oldest_on
    from fct_stock_layers as layers
    inner join positions
        on
            layers.item_id = positions.item_id
            and layers.warehouse_id = positions.warehouse_id
    group by layers.item_id
),

used as (
    select
        moves.item_id,
        max(moves.last_used_on) as last_used_on,
        max(moves.last_received_on) as last_received_on
    from fct_last_movement as moves
    inner join grouped
        on moves.item_id = grouped.item_id
    group by moves.item_id
),

described as (
    select
        grouped.cluster_id,
        grouped.item_id,
        items.item_name,
        items.category,
        items.material_type,
        items.unit,
        items.supplier_id,
        items.item_status,
        coalesce(on_hand.qty, 0) as qty,
        coalesce(on_hand.value, 0) as value,
        coalesce(on_hand.slow_value, 0) as slow_value,
        coalesce(on_hand.warehouse_count, 0) as warehouse_count,
        ages.oldest_on,
        date_diff('day', ages.oldest_on, settings.as_of) as age_days,
        used.last_used_on,
        used.last_received_on,
        on_hand.item_id is not null
        or (
            chosen.item_id is not null
            and coalesce(
                settings.warehouse, settings.region, settings.tier,
                settings.state
            ) is null
        ) as is_in_filter
    from grouped
    cross join settings
    inner join fct_items as items
        on grouped.item_id = items.item_id
    left join mart_item_profiles as chosen
        on grouped.item_id = chosen.item_id
    left join on_hand
        on grouped.item_id = on_hand.item_id
    left join ages
        on grouped.item_id = ages.item_id
    left join used
        on grouped.item_id = used.item_id
),

summed as (
    select
        *,
        bool_or(is_in_filter) over (partition by cluster_id) as is_shown,
        sum(value) over (partition by cluster_id) as cluster_value,
        row_number() over (
            partition by cluster_id
            order by
                last_used_on desc nulls last,
                value desc,
                item_id asc
        ) as place
    from described
),

numbered as (
    select
        dense_rank() over (order by cluster_value desc, cluster_id asc)
            as cluster_no,
        * exclude (is_shown, is_in_filter, cluster_value, place),
        place = 1 as is_kept
    from summed
    where is_shown
)

select * from numbered
