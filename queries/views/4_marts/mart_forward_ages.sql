-- One row per age bucket and month end ahead: the layers, if nothing is used.
-- grain: as_on, bucket_no
with
months as (
    select * from mart_months
),

buckets as (
    select * from mart_buckets
),

layers as (
    select
        age_days,
        judged_on,
        sum(qty) as qty,
        sum(value) as value
    from mart_layers
    group by age_days, judged_on
),

summed as (
    select
        months.month_no,
        months.as_on,
        buckets.bucket_no,
        buckets.from_days,
        buckets.to_days,
        coalesce(sum(layers.qty), 0) as qty,
        coalesce(sum(layers.value), 0) as value
    from months
    cross join buckets
    left join layers
        on
            (buckets.from_days is null and layers.age_days is null)
            or (
                layers.age_days
                + date_diff('day', layers.judged_on, months.as_on)
                >= buckets.from_days
                and (
                    buckets.to_days is null
                    or layers.age_days
                    + date_diff('day', layers.judged_on, months.as_on)
                    <= buckets.to_days
                )
            )
    group by
        months.month_no,
        months.as_on,
        buckets.bucket_no,
        buckets.from_days,
        buckets.to_days
)

select * from summed
