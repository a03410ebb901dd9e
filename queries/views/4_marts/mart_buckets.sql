-- One row per age bucket: the days from and to, both included.
-- grain: bucket_no
-- The last bucket has no days: what no record dates.
with
edges as (
    select string_split(age_edges, ',')::integer[] as days
    from src_settings
),

numbered as (
    select
        unnest(list_prepend(-1, days)) + 1 as from_days,
        unnest(list_append(days, null)) as to_days,
        unnest(range(1, len(days) + 2)) as bucket_no
    from edges
),

buckets as (
    select
        bucket_no,
        from_days,
        to_days
    from numbered
    union all
    select
        len(days) + 2 as bucket_no,
        null as from_days,
        null as to_days
    from edges
)

select * from buckets
