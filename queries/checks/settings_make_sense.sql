-- Thresholds rise, cut lines fall, weights weigh something.
select
    watch_after_days,
    slow_after_days,
    dead_after_days,
    red_from_score,
    standard_from_score,
    days_weight + value_weight + reuse_weight as weights
from mart_settings
where
    watch_after_days > slow_after_days
    or slow_after_days > dead_after_days
    or standard_from_score > red_from_score
    or days_weight + value_weight + reuse_weight <= 0
