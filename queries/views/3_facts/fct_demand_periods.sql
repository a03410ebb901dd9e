-- One row per item, warehouse and 30-day period counted back from today: what was used.
-- grain: item_id, warehouse_id, period_no
-- kept
-- Period 0 is the newest and whole, so that no half month looks like falling demand.
with
settings as (
    select * from src_settings
),

uses as (
    select
        movements.item_id,
        movements.warehouse_id,
        movements.posted_on,
        movements.qty,
        cast(
            floor(
                date_diff('day', movements.posted_on, settings.facts_on) / 30
            ) as integer
        ) as period_no
    from stg_movements as movements
    cross join settings
    where
        movements.posted_on <= settings.facts_on
        and concat(',', settings.use_kinds, ',')
        like concat('%,', movements.kind, ',%')
        and movements.warehouse_id is not null
),

summed as (
    select
        item_id,
        warehouse_id,
        period_no,
        cast(-sum(qty) as decimal(18, 4)) as used_qty,
        count(distinct posted_on) as use_days
    from uses
    where period_no < 36
    group by item_id, warehouse_id, period_no
)

select * from summed
