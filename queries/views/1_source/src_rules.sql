-- One row per rule of the policy: where it holds and what it sets instead.
-- grain: rule_no
-- The variable rules is a JSON list of objects; what a rule leaves out is the
-- policy's. A category holds for all below its path, a warehouse for its tree.
with
settings as (
    select * from src_settings
),

listed as (
    select from_json(coalesce(settings.rules, '[]'), '["json"]') as rules
    from settings
),

numbered as (
    select
        unnest(rules) as rule,
        unnest(range(1, len(rules) + 1)) as rule_no
    from listed
),

typed as (
    select
        rule_no::integer as rule_no,
        rule ->> 'warehouse' as warehouse,
        rule ->> 'category' as category,
        rule ->> 'material_type' as material_type,
        (rule ->> 'watch_after_days')::integer as watch_after_days,
        (rule ->> 'slow_after_days')::integer as slow_after_days,
        (rule ->> 'dead_after_days')::integer as dead_after_days,
        (rule ->> 'grace_days')::integer as grace_days,
        (rule ->> 'excess_horizon_days')::integer as excess_horizon_days,
        (rule ->> 'days_weight')::decimal(9, 4) as days_weight,
        (rule ->> 'value_weight')::decimal(9, 4) as value_weight,
        (rule ->> 'reuse_weight')::decimal(9, 4) as reuse_weight,
        (rule ->> 'red_from_score')::decimal(9, 4) as red_from_score,
        (rule ->> 'standard_from_score')::decimal(9, 4)
            as standard_from_score,
        (rule ->> 'value_floor')::decimal(18, 4) as value_floor,
        (rule ->> 'value_ceiling')::decimal(18, 4) as value_ceiling
    from numbered
)

select * from typed
