-- One row per layer on hand in the filter: how old it is, and what comes next.
-- grain: item_id, warehouse_id, lot_id, status, layer_no
-- Age is days since receipt at least: a layer known only to be received by a
-- day counts from that day (is_at_least); one that no record dates has no age
-- and the bucket without days. A bucket holds ages from from_days to to_days,
-- both included.
with
settings as (
    select * from src_settings
),

dated as (
    select
        layers.*,
        stock.item_name,
        stock.warehouse_name,
        stock.region,
        stock.category,
        stock.material_type,
        stock.unit,
        stock.state,
        stock.tier,
        stock.is_slow,
        stock.next_state,
        stock.days_to_next_state,
        settings.as_of as judged_on,
        settings.age_edges,
        coalesce(layers.received_on, layers.received_to_on) as aged_from_on,
        layers.received_on is null
        and layers.received_to_on is not null as is_at_least
    from fct_stock_layers as layers
    inner join mart_tiered_stock as stock
        on
            layers.item_id = stock.item_id
            and layers.warehouse_id = stock.warehouse_id
    cross join settings
),

aged as (
    select
        *,
        case
            when aged_from_on is not null
                then greatest(date_diff('day', aged_from_on, judged_on), 0)
        end as age_days,
        case
            when received_from_on is not null
                then greatest(date_diff('day', received_from_on, judged_on), 0)
        end as age_days_at_most,
        case
            when arrived_on is not null
                then greatest(date_diff('day', arrived_on, judged_on), 0)
        end as days_since_arrival,
        string_split(age_edges, ',')::integer[] as edges
    from dated
),

placed as (
    select
        * exclude (edges, age_edges),
        case
            when aged_from_on is null then len(edges) + 2
            else len(list_filter(edges, lambda edge: edge < age_days)) + 1
        end as bucket_no,
        list_min(list_filter(edges, lambda edge: edge >= age_days))
        + 1 - age_days as days_to_next_bucket
    from aged
)

select * from placed
