-- One row per condition of the alert's rule that is asked: measure and limits.
-- grain: alternative_no, condition_no
-- The variable alert is a JSON object: entity and any_of, a list of
-- alternatives, each a list of conditions that must all hold. A limit that is
-- to be passed is moved by the smallest step there is: a day, or 1e-8 of money.
with
settings as (
    select * from src_settings
),

listed as (
    select
        settings.alert ->> 'entity' as entity,
        from_json(settings.alert -> 'any_of', '[["json"]]') as any_of
    from settings
    where settings.alert is not null
),

alternatives as (
    select
        entity,
        unnest(any_of) as conditions,
        unnest(range(1, len(any_of) + 1))::integer as alternative_no
    from listed
),

numbered as (
    select
        entity,
        alternative_no,
        unnest(conditions) as condition,
        unnest(range(1, len(conditions) + 1))::integer as condition_no
    from alternatives
),

typed as (
    select
        entity,
        alternative_no,
        condition_no,
        condition ->> 'measure' as measure,
        condition ->> 'comparison' as comparison,
        (condition ->> 'limit')::decimal(28, 8) as limit_value,
        from_json(condition -> 'codes', '["varchar"]') as codes,
        coalesce((condition ->> 'is_not')::boolean, false) as is_not,
        case
            when condition ->> 'measure' = 'value'
                then 0.00000001::decimal(28, 8)
            else 1::decimal(28, 8)
        end as step
    from numbered
),

bounded as (
    select
        entity,
        alternative_no,
        condition_no,
        measure,
        codes,
        is_not,
        case comparison
            when '>=' then limit_value
            when '=' then limit_value
            when '>' then limit_value + step
        end as at_least,
        case comparison
            when '<=' then limit_value
            when '=' then limit_value
            when '<' then limit_value - step
        end as at_most
    from typed
)

select * from bounded
