-- One row per method, part and threshold in days: how well it would have done.
-- grain: method, part, threshold_days
-- Means over the days of the part. method: count (days unused), turnover (days
-- of stock turnover, where it applies). precision: of what it flags, the share
-- that was not used within the horizon; recall: of what was not, the share
-- flagged, in items and in value; lift: precision over the share not used of
-- all. new_count: flagged that was not flagged the month before, of it the true
-- ones lead_days before they are dead. cost: false alarms at review_cost, and
-- miss_loss_share of the value missed. is_measured: the records reached back as
-- far on every day of the part.
with
candidates as (
    select
        unnest(
            list_concat(
                range(
                    setting('candidate_first_days'),
                    setting('candidate_last_days') + 1,
                    setting('candidate_step_days')
                ),
                [
                    setting('watch_after_days'),
                    setting('slow_after_days'),
                    setting('dead_after_days'),
                    setting('supply_limit_days')
                ]::bigint[]
            )
        ) as threshold_days
),

thresholds as (
    select distinct threshold_days::integer as threshold_days
    from candidates
),

parts as (
    select
        part,
        count(*) as origin_count,
        min(known_days) as known_days
    from mart_backtest_origins
    where part in ('tune', 'tell')
    group by part
),

measured as (
    select
        'count' as method,
        part,
        idle_days as days,
        coalesce(prior_idle_days, -1) as prior_days,
        is_unused,
        idle_days,
        value
    from mart_past_items
    where part in ('tune', 'tell')
    union all
    select
        'turnover' as method,
        part,
        coalesce(turnover_days, 0) as days,
        coalesce(prior_turnover_days, -1) as prior_days,
        is_unused,
        idle_days,
        value
    from mart_past_items
    where part in ('tune', 'tell') and is_turnover_applicable
),

bins as (
    select
        method,
        part,
        days,
        prior_days,
        is_unused,
        count(*) as item_count,
        sum(value) as value,
        sum(greatest(setting('dead_after_days') - idle_days, 0)) as lead_days
    from measured
    group by method, part, days, prior_days, is_unused
),

wholes as (
    select
        method,
        part,
        sum(item_count)::bigint as item_count,
        coalesce(sum(item_count) filter (where is_unused), 0)::bigint
            as unused_count,
        coalesce(sum(value) filter (where is_unused), 0) as unused_value
    from bins
    group by method, part
),

counted as (
    select
        wholes.method,
        wholes.part,
        thresholds.threshold_days,
        wholes.item_count,
        wholes.unused_count,
        wholes.unused_value,
        coalesce(sum(bins.item_count), 0)::bigint as flagged_count,
        coalesce(sum(bins.value), 0) as flagged_value,
        coalesce(sum(bins.item_count) filter (where bins.is_unused), 0)::bigint
            as caught_count,
        coalesce(sum(bins.value) filter (where bins.is_unused), 0)
            as caught_value,
        coalesce(
            sum(bins.item_count) filter (
                where bins.prior_days < thresholds.threshold_days
            ), 0
        ) as new_count,
        coalesce(
            sum(bins.item_count) filter (
                where
                bins.prior_days < thresholds.threshold_days and bins.is_unused
            ), 0
        ) as new_caught_count,
        coalesce(
            sum(bins.lead_days) filter (
                where
                bins.prior_days < thresholds.threshold_days and bins.is_unused
            ), 0
        ) as lead_days
    from wholes
    cross join thresholds
    left join bins
        on
            wholes.method = bins.method
            and wholes.part = bins.part
            and thresholds.threshold_days <= bins.days
    group by
        wholes.method,
        wholes.part,
        thresholds.threshold_days,
        wholes.item_count,
        wholes.unused_count,
        wholes.unused_value
),

told as (
    select
        counted.method,
        counted.part,
        counted.threshold_days,
        parts.origin_count,
        counted.item_count,
        counted.unused_count,
        counted.unused_value,
        counted.flagged_count,
        counted.flagged_value,
        counted.caught_count,
        counted.caught_value,
        counted.caught_count::double / nullif(counted.flagged_count, 0)
            as precision,
        counted.caught_count::double / nullif(counted.unused_count, 0)
            as recall,
        counted.caught_value::double / nullif(counted.unused_value::double, 0)
            as value_recall,
        counted.unused_count::double / nullif(counted.item_count, 0)
            as base_share,
        counted.new_count::double / parts.origin_count as new_count,
        counted.lead_days::double / nullif(counted.new_caught_count, 0)
            as lead_days,
        (
            (counted.flagged_count - counted.caught_count)
            * setting('review_cost') / parts.origin_count
        )::decimal(28, 4) as alarm_cost,
        (
            (counted.unused_value - counted.caught_value)
            * setting('miss_loss_share') / parts.origin_count
        )::decimal(28, 4) as miss_cost,
        parts.known_days >= counted.threshold_days as is_measured
    from counted
    inner join parts
        on counted.part = parts.part
),

costed as (
    select
        *,
        precision / nullif(base_share, 0) as lift,
        (alarm_cost + miss_cost)::decimal(28, 4) as cost,
        min(
            case when is_measured then (alarm_cost + miss_cost)::decimal(28, 4)
            end
        ) over (partition by method, part) as least_cost,
        threshold_days = case method
            when 'count' then setting('tested_days')
            else setting('supply_limit_days')
        end as is_present
    from told
),

judged as (
    select
        *,
        is_measured
        and cost <= least_cost * (1 + setting('flat_cost_share')) as is_flat,
        is_measured
        and row_number() over (
            partition by method, part
            order by is_measured desc, cost asc, threshold_days asc
        ) = 1 as is_least
    from costed
)

select * from judged
