-- One row per tier now and tier on trial: what goes that way.
-- grain: now_tier, tier
-- An item counts once in each row that one of its positions stands in.
select
    now_tier,
    tier,
    count(*) as position_count,
    count(distinct item_no) as item_count,
    sum(value) as value
from mart_trial
group by now_tier, tier
