-- One row per identification method and part of the past: how well it did.
-- grain: method, part
-- The same stock judged by each method as of every day of the part; measures as
-- in mart_backtest_curve. What a method does not apply to it does not flag:
-- unjudged_count and unjudged_value are means over the days.
with
parts as (
    select
        part,
        count(*) as origin_count
    from mart_backtest_origins
    where part in ('tune', 'tell')
    group by part
),

past as (
    select
        as_on,
        part,
        item_id,
        place_id,
        value,
        is_unused,
        prior_idle_days is not null as was_there,
        greatest(setting('dead_after_days') - idle_days, 0) as lead_days,
        unnest([
            'count', 'classes', 'turnover', 'life_cycle', 'combined'
        ]) as method,
        unnest([
            is_count_flagged, is_classes_flagged, is_turnover_flagged,
            is_life_cycle_flagged, is_combined_flagged
        ]) as is_flagged,
        unnest([
            was_count_flagged, was_classes_flagged, was_turnover_flagged,
            was_life_cycle_flagged, was_combined_flagged
        ]) as was_flagged
    from (
        select
            *,
            lag(is_count_flagged) over item as was_count_flagged,
            lag(is_classes_flagged) over item as was_classes_flagged,
            lag(is_turnover_flagged) over item as was_turnover_flagged,
            lag(is_life_cycle_flagged) over item as was_life_cycle_flagged,
            lag(is_combined_flagged) over item as was_combined_flagged
        from mart_past_items
        window
            item as (partition by item_id, place_id order by as_on)
    ) as beside
    where part in ('tune', 'tell')
),

marked as (
    select
        *,
        coalesce(is_flagged, false) as is_caught,
        coalesce(is_flagged, false)
        and not (was_there and coalesce(was_flagged, false)) as is_new
    from past
),

summed as (
    select
        method,
        part,
        count(*) as item_count,
        count(*) filter (where is_unused) as unused_count,
        coalesce(sum(value) filter (where is_unused), 0) as unused_value,
        count(*) filter (where is_caught) as flagged_count,
        coalesce(sum(value) filter (where is_caught), 0) as flagged_value,
        count(*) filter (where is_caught and is_unused) as caught_count,
        coalesce(sum(value) filter (where is_caught and is_unused), 0)
            as caught_value,
        count(*) filter (where is_new) as new_count,
        count(*) filter (where is_new and is_unused) as new_caught_count,
        sum(lead_days) filter (where is_new and is_unused) as lead_days,
        count(*) filter (where is_flagged is null) as unjudged_count,
        coalesce(sum(value) filter (where is_flagged is null), 0)
            as unjudged_value
    from marked
    group by method, part
),

told as (
    select
        summed.method,
        summed.part,
        list_position(
            ['count', 'classes', 'turnover', 'life_cycle', 'combined'],
            summed.method
        ) as method_no,
        parts.origin_count,
        summed.flagged_count::double / parts.origin_count as flagged_count,
        (summed.flagged_value / parts.origin_count)::decimal(28, 4)
            as flagged_value,
        (summed.caught_value / parts.origin_count)::decimal(28, 4)
            as caught_value,
        summed.caught_count::double / nullif(summed.flagged_count, 0)
            as precision,
        summed.caught_count::double / nullif(summed.unused_count, 0) as recall,
        summed.caught_value::double / nullif(summed.unused_value::double, 0)
            as value_recall,
        summed.unused_count::double / nullif(summed.item_count, 0)
            as base_share,
        summed.new_count::double / parts.origin_count as new_count,
        summed.lead_days::double / nullif(summed.new_caught_count, 0)
            as lead_days,
        summed.unjudged_count::double / parts.origin_count as unjudged_count,
        (summed.unjudged_value / parts.origin_count)::decimal(28, 4)
            as unjudged_value,
        (
            (
                (summed.flagged_count - summed.caught_count)
                * setting('review_cost')
                + (summed.unused_value - summed.caught_value)
                * setting('miss_loss_share')
            ) / parts.origin_count
        )::decimal(28, 4) as cost
    from summed
    inner join parts
        on summed.part = parts.part
),

lifted as (
    select
        *,
        precision / nullif(base_share, 0) as lift
    from told
)

select * from lifted
