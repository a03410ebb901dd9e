-- One row: how many alerts the asked rule stands for, over what and how much.
-- grain: entity_count
-- A position is in one alert at most, so positions and money add up.
select
    count(*) as entity_count,
    coalesce(sum(position_count), 0)::bigint as position_count,
    coalesce(sum(value), 0) as value
from mart_alert_matches
