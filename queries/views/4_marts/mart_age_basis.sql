-- One row per way an age is known: quantity, value and its share of the filter.
-- grain: age_basis
with
known as (
    select
        named.basis_no,
        named.age_basis
    from (
        values (1, 'ledger'), (2, 'lot'), (3, 'item'), (4, 'snapshots'),
        (5, 'unknown')
    ) as named (basis_no, age_basis)
),

summed as (
    select
        known.basis_no,
        known.age_basis,
        count(distinct layers.item_id) as item_count,
        coalesce(sum(layers.qty), 0) as qty,
        coalesce(sum(layers.value), 0) as value
    from known
    left join mart_layers as layers
        on known.age_basis = layers.age_basis
    group by known.basis_no, known.age_basis
),

shared as (
    select
        *,
        coalesce(value / nullif(sum(value) over (), 0), 0)::double
            as value_share
    from summed
)

select * from shared
