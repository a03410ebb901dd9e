-- One row per item that the policy exempts: why, by whom, until when.
-- grain: item_id
-- The variable exemptions is a JSON list of objects; of two for one item the
-- one that ends later holds. It is over on the day after ends_on.
with
settings as (
    select * from src_settings
),

listed as (
    select
        unnest(
            from_json(coalesce(settings.exemptions, '[]'), '["json"]')
        ) as exemption
    from settings
),

typed as (
    select
        exemption ->> 'item_id' as item_id,
        exemption ->> 'reason' as reason,
        exemption ->> 'owner' as owner,
        (exemption ->> 'ends_on')::date as ends_on
    from listed
),

latest as (
    select
        *,
        row_number() over (
            partition by item_id order by ends_on desc nulls first, reason asc
        ) as place
    from typed
),

kept as (
    select
        item_id,
        reason,
        owner,
        ends_on
    from latest
    where place = 1
)

select * from kept
