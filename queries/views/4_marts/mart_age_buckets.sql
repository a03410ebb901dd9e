-- One row per age bucket: quantity and book value of the layers in it, by tier.
-- grain: bucket_no
-- Age is days since receipt; a layer that no record dates is in the last bucket,
-- 'unknown', with no days.
with
settings as (
    select * from src_settings
),

edges as (
    select
        unnest(list_prepend(0, edges)) as from_days,
        unnest(list_append(edges, null)) as to_days,
        unnest(range(1, len(edges) + 2)) as bucket_no
    from (
        select string_split(age_edges, ',')::integer [] as edges
        from settings
    )
),

buckets as (
    select
        bucket_no,
        from_days + case when from_days > 0 then 1 else 0 end as from_days,
        to_days
    from edges
    union all
    select
        max(bucket_no) + 1 as bucket_no,
        null as from_days,
        null as to_days
    from edges
),

aged as (
    select
        layers.qty,
        layers.value,
        stock.tier,
        date_diff('day', layers.received_on, settings.as_of) as age_days
    from fct_stock_layers as layers
    inner join mart_tiered_stock as stock
        on
            layers.item_id = stock.item_id
            and layers.warehouse_id = stock.warehouse_id
    cross join settings
),

placed as (
    select
        buckets.bucket_no,
        aged.qty,
        aged.value,
        aged.tier
    from aged
    inner join buckets
        on
            (aged.age_days is null and buckets.from_days is null)
            or (
                greatest(aged.age_days, 0) >= buckets.from_days
                and greatest(aged.age_days, 0)
                <= coalesce(buckets.to_days, 1000000)
            )
),

summed as (
    select
        buckets.bucket_no,
        buckets.from_days,
        buckets.to_days,
        coalesce(sum(placed.qty), 0) as qty,
        coalesce(sum(placed.value), 0) as value,
        coalesce(sum(placed.value) filter (where placed.tier = 'R'), 0)
            as red_value,
        coalesce(sum(placed.value) filter (where placed.tier = 'S'), 0)
            as standard_value,
        coalesce(sum(placed.value) filter (where placed.tier = 'T'), 0)
            as temporary_value,
        coalesce(sum(placed.value) filter (where placed.tier = 'none'), 0)
            as other_value
    from buckets
    left join placed
        on buckets.bucket_no = placed.bucket_no
    group by buckets.bucket_no, buckets.from_days, buckets.to_days
)

select * from summed
order by bucket_no
