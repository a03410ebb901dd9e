-- One row: the day of the facts, and the settings that the ledger is aged by.
-- grain: facts_on
-- staged
-- Worked out once, not again by every step.
with
settings as (
    select * from src_settings
),

chosen as (
    select
        settings.facts_on,
        settings.return_age,
        settings.transit_days
    from settings
)

select * from chosen
