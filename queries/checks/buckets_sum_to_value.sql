-- The age buckets hold all of the stock: its quantity and its value.
with
buckets as (
    select
        sum(qty) as bucket_qty,
        sum(value) as bucket_value,
        sum(
            red_value + standard_value + temporary_value + other_value
        ) as tier_value,
        sum(
            ledger_basis_value + lot_basis_value + item_basis_value
            + snapshots_basis_value + unknown_basis_value
        ) as basis_value
    from mart_age_buckets
),

offending as (
    select
        totals.qty,
        totals.value,
        buckets.*
    from mart_totals as totals
    cross join buckets
    where
        totals.qty <> buckets.bucket_qty
        or totals.value <> buckets.bucket_value
        or totals.value <> buckets.tier_value
        or totals.value <> buckets.basis_value
)

select * from offending
