-- One row: how many groups of codes there are in the filter, and their stock.
-- grain: cluster_count
with
summed as (
    select
        count(*) as cluster_count,
        coalesce(sum(code_count), 0) as code_count,
        coalesce(sum(code_count - 1), 0) as merge_count,
        coalesce(sum(value), 0) as value,
        coalesce(sum(slow_value), 0) as slow_value,
        coalesce(sum(merged_value), 0) as merged_value,
        max(age_days) as age_days
    from mart_duplicate_clusters
)

select * from summed
