-- Counted places and positions have the totals of what they are made of.
with
accuracy as (
    select
        'accuracy' as part,
        level,
        sum(place_count) as rows_in,
        sum(variance_value) as value,
        sum(absolute_variance_value) as other_value
    from mart_count_accuracy
    group by level
),

coverage as (
    select
        'coverage' as part,
        level,
        sum(counted_count + overdue_count + never_count) as rows_in,
        sum(counted_value + overdue_value + never_value) as value,
        sum(value) as other_value
    from mart_count_coverage
    group by level
),

expected as (
    select
        'accuracy' as part,
        count(*) as rows_in,
        coalesce(sum(variance_value), 0) as value,
        coalesce(sum(absolute_variance_value), 0) as other_value
    from mart_count_variances
    union all
    select
        'coverage' as part,
        count(*) as rows_in,
        coalesce(sum(value), 0) as value,
        coalesce(sum(value), 0) as other_value
    from mart_count_positions
),

levels as (
    select * from accuracy
    union all
    select * from coverage
),

offending as (
    select levels.*
    from levels
    inner join expected
        on levels.part = expected.part
    where
        levels.rows_in <> expected.rows_in
        or levels.value <> expected.value
        or levels.other_value <> expected.other_value
)

select * from offending
