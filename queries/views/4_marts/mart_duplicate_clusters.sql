-- One row per group of item codes in the filter: their stock taken together.
-- grain: cluster_no
-- kept_id is the code proposed to stay. qty is null where the codes have
-- different units; unknown ones count as the same. oldest_on is the oldest
-- receipt that is dated.
with
summed as (
    select
        cluster_no,
        cluster_id,
        arg_max(item_id, is_kept::integer) as kept_id,
        arg_max(item_name, is_kept::integer) as kept_name,
        string_agg(item_id, ' ' order by is_kept desc, item_id asc) as codes,
        count(*) as code_count,
        count(*) filter (where qty > 0) as stocked_count,
        case when count(distinct unit) <= 1 then sum(qty) end as qty,
        case when count(distinct unit) <= 1 then max(unit) end as unit,
        sum(value) as value,
        sum(slow_value) as slow_value,
        sum(value) filter (where not is_kept) as merged_value,
        min(oldest_on) as oldest_on,
        max(age_days) as age_days,
        max(last_used_on) as last_used_on
    from mart_duplicate_items
    group by cluster_no, cluster_id
)

select * from summed
