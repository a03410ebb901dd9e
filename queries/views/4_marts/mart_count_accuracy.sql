-- One row per warehouse counted in the filter, and one for all together.
-- grain: level, warehouse_id
-- level 0 all, 1 warehouse; what a level does not name is null. Shares are of
-- the places that can be compared, by number or by the book's value.
-- absolute_variance_value adds what is too much and what is missing, so that
-- they do not cancel; variance_value lets them. stale_count: the book compared
-- with is older than the count.
with
summed as (
    select
        1 - grouping(warehouse_id) as level,
        warehouse_id,
        case when grouping(warehouse_id) = 0 then any_value(warehouse_name) end
            as warehouse_name,
        case when grouping(warehouse_id) = 0 then any_value(region) end
            as region,
        min(counted_on) as first_counted_on,
        max(counted_on) as last_counted_on,
        count(distinct item_id) as item_count,
        count(*) as place_count,
        count(*) filter (where is_comparable) as compared_count,
        count(*) filter (where not is_comparable) as left_out_count,
        count(*) filter (where is_exact) as exact_count,
        count(*) filter (where is_within) as within_count,
        count(*) filter (where book_age_days > 0) as stale_count,
        coalesce(sum(book_value), 0) as book_value,
        coalesce(sum(counted_value), 0) as counted_value,
        coalesce(sum(book_value) filter (where is_within), 0) as within_value,
        coalesce(sum(book_value) filter (where is_exact), 0) as exact_value,
        coalesce(sum(variance_qty) filter (where variance_qty > 0), 0)
            as surplus_qty,
        coalesce(-sum(variance_qty) filter (where variance_qty < 0), 0)
            as shortage_qty,
        coalesce(sum(variance_value) filter (where variance_value > 0), 0)
            as surplus_value,
        coalesce(-sum(variance_value) filter (where variance_value < 0), 0)
            as shortage_value,
        coalesce(sum(variance_value), 0) as variance_value,
        coalesce(sum(absolute_variance_value), 0) as absolute_variance_value
    from mart_count_variances
    group by grouping sets ((), (warehouse_id))
),

shared as (
    select
        *,
        (exact_count / nullif(compared_count, 0))::double as exact_share,
        (within_count / nullif(compared_count, 0))::double as within_share,
        (exact_value / nullif(book_value, 0))::double as exact_value_share,
        (within_value / nullif(book_value, 0))::double as within_value_share,
        (absolute_variance_value / nullif(book_value, 0))::double
            as variance_share
    from summed
)

select * from shared
