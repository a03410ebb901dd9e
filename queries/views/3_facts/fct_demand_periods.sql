-- One row per item, warehouse and twelfth of a year back: what was used in it.
-- grain: item_id, warehouse_id, period_no
-- kept
-- Period 0 is the newest and whole, so that no half month looks like falling
-- demand; twelve are a year. Lines that state a cost cover costed_qty of
-- used_qty.
with
settings as (
    select * from src_settings
),

dated as (
    select
        uses.item_id,
        uses.warehouse_id,
        uses.used_on,
        uses.used_qty,
        uses.costed_qty,
        uses.cost_value,
        uses.use_basis,
        cast(
            floor(
                date_diff('day', uses.used_on, settings.facts_on)
                * settings.periods_in_year
                / nullif(settings.days_in_year, 0)
            ) as integer
        ) as period_no
    from fct_uses as uses
    cross join settings
    where uses.used_on <= settings.facts_on and uses.used_qty > 0
),

summed as (
    select
        item_id,
        warehouse_id,
        period_no,
        cast(sum(used_qty) as decimal(18, 4)) as used_qty,
        cast(sum(costed_qty) as decimal(18, 4)) as costed_qty,
        cast(sum(cost_value) as decimal(28, 8)) as cost_value,
        count(distinct used_on) as use_days,
        min(use_basis) as use_basis
    from dated
    where period_no < 36
    group by item_id, warehouse_id, period_no
)

select * from summed
