-- One row per age bucket: quantity and book value of the layers in it, by tier.
-- grain: bucket_no
-- Age is days since receipt at least; what no record dates is in the last
-- bucket, with no days. The values by basis say how the age is known and sum to
-- value.
with
summed as (
    select
        buckets.bucket_no,
        buckets.from_days,
        buckets.to_days,
        coalesce(sum(layers.qty), 0) as qty,
        coalesce(sum(layers.value), 0) as value,
        coalesce(sum(layers.value) filter (where layers.tier = 'R'), 0)
            as red_value,
        coalesce(sum(layers.value) filter (where layers.tier = 'S'), 0)
            as standard_value,
        coalesce(sum(layers.value) filter (where layers.tier = 'T'), 0)
            as temporary_value,
        coalesce(sum(layers.value) filter (where layers.tier = 'none'), 0)
            as other_value,
        coalesce(
            sum(layers.value) filter (where layers.age_basis = 'ledger'), 0
        ) as ledger_basis_value,
        coalesce(sum(layers.value) filter (where layers.age_basis = 'lot'), 0)
            as lot_basis_value,
        coalesce(
            sum(layers.value) filter (where layers.age_basis = 'item'), 0
        ) as item_basis_value,
        coalesce(
            sum(layers.value) filter (where layers.age_basis = 'snapshots'), 0
        ) as snapshots_basis_value,
        coalesce(
            sum(layers.value) filter (where layers.age_basis = 'unknown'), 0
        ) as unknown_basis_value,
        coalesce(sum(layers.value) filter (where layers.is_at_least), 0)
            as at_least_value,
        count(distinct layers.item_id) as item_count
    from mart_buckets as buckets
    left join mart_layers as layers
        on buckets.bucket_no = layers.bucket_no
    group by buckets.bucket_no, buckets.from_days, buckets.to_days
)

select * from summed
