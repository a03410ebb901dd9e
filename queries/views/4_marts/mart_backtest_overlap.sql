-- One row per pair of identification methods: what both flag today.
-- grain: first_method, second_method
-- A method with itself is all that it flags; only_count is what it alone of the
-- first four flags; overlap_share is of what the first flags, in items.
with
today as (
    select
        value,
        [
            is_count_flagged,
            coalesce(is_classes_flagged, false),
            coalesce(is_turnover_flagged, false),
            coalesce(is_life_cycle_flagged, false),
            is_combined_flagged
        ] as flags
    from mart_past_items
    where part = 'today'
),

patterns as (
    select
        flags,
        len(list_filter(flags[:4], lambda flag: flag)) = 1 as is_alone,
        count(*) as item_count,
        sum(value) as value
    from today
    group by flags
),

methods as (
    select
        unnest([
            'count', 'classes', 'turnover', 'life_cycle', 'combined'
        ]) as method,
        unnest([1, 2, 3, 4, 5]) as method_no
),

paired as (
    select
        first_of.method as first_method,
        second_of.method as second_method,
        first_of.method_no as first_no,
        second_of.method_no as second_no,
        coalesce(
            sum(patterns.item_count) filter (
                where
                patterns.flags[first_of.method_no]
                and patterns.flags[second_of.method_no]
            ), 0
        )::bigint as item_count,
        coalesce(
            sum(patterns.value) filter (
                where
                patterns.flags[first_of.method_no]
                and patterns.flags[second_of.method_no]
            ), 0
        ) as value,
        coalesce(
            sum(patterns.item_count) filter (
                where
                patterns.flags[first_of.method_no] and patterns.is_alone
            ), 0
        )::bigint as only_count
    from methods as first_of
    cross join methods as second_of
    left join patterns
        on true
    group by
        first_of.method,
        second_of.method,
        first_of.method_no,
        second_of.method_no
),

shared as (
    select
        *,
        item_count::double / nullif(
            max(item_count) filter (where first_no = second_no) over (
                partition by first_method
            ), 0
        ) as overlap_share
    from paired
)

select * from shared
