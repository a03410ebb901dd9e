-- One row per item, warehouse and reason: what came and went of late.
-- grain: item_id, warehouse_id, reason
-- kept
-- Since the judged day before today's. reason: new (received, made, returned by
-- a customer), used, sold (issued to a partner), returned, scrapped, transfers.
-- Counts and adjustments are no flow: what quantity they explain is what the
-- others do not.
with
step as (
    select
        calendar.prior_on,
        calendar.as_on
    from fct_calendar as calendar
    where calendar.steps_back = 0 and calendar.prior_on is not null
),

told as (
    select
        movements.item_id,
        movements.warehouse_id,
        movements.qty,
        case
            when
                movements.kind in (
                    'receipt', 'production_in', 'customer_return', 'opening'
                )
                then 'new'
            when movements.kind = 'issue' and movements.partner_id is not null
                then 'sold'
            when movements.kind in ('issue', 'production_out') then 'used'
            when movements.kind = 'supplier_return' then 'returned'
            when movements.kind = 'scrap' then 'scrapped'
            when movements.kind = 'transfer' then 'transfers'
        end as reason
    from stg_movements as movements
    inner join step
        on
            movements.posted_on > step.prior_on
            and movements.posted_on <= step.as_on
    where movements.kind not in ('count', 'adjustment')
    union all
    select
        changes.item_id,
        changes.warehouse_id,
        changes.qty,
        case when changes.qty > 0 then 'new' else 'used' end as reason
    from fct_snapshot_changes as changes
    inner join step
        on
            changes.changed_to_on > step.prior_on
            and changes.changed_to_on <= step.as_on
),

summed as (
    select
        item_id,
        warehouse_id,
        reason,
        cast(sum(qty) as decimal(18, 4)) as qty
    from told
    group by item_id, warehouse_id, reason
)

select * from summed
